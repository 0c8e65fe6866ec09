"""The training loss against its formula."""

import math
from typing import NamedTuple

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inception_edu.training.losses import count_correct, cross_entropy, main_logits, total_loss
from inception_edu.training.recipe import LossSpec


class Outputs(NamedTuple):
    logits: torch.Tensor
    aux2: torch.Tensor
    aux1: torch.Tensor


def random_logits(seed, n=5, classes=7):
    return 3 * torch.randn(n, classes, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


LABELS = torch.tensor([0, 6, 3, 3, 1])


@given(seed=st.integers(0, 10_000), smoothing=st.floats(0, 0.99))
def test_smoothing_is_cross_entropy_with_the_mixed_distribution(seed, smoothing):
    logits = random_logits(seed)
    target = (1 - smoothing) * torch.nn.functional.one_hot(LABELS, 7) + smoothing / 7
    expected = -(target * logits.log_softmax(1)).sum(1)
    torch.testing.assert_close(
        cross_entropy(logits, LABELS, LossSpec(smoothing)), expected.float(), rtol=1e-5, atol=1e-5
    )


@given(seed=st.integers(0, 10_000), smoothing=st.floats(0, 0.99))
def test_the_notes_form_has_the_gradient_of_plain_cross_entropy_times_one_minus_epsilon(seed, smoothing):
    slip, plain = random_logits(seed).requires_grad_(), random_logits(seed).requires_grad_()
    cross_entropy(slip, LABELS, LossSpec(smoothing, "scaled")).sum().backward()
    cross_entropy(plain, LABELS, LossSpec()).sum().backward()
    torch.testing.assert_close(slip.grad, (1 - smoothing) * plain.grad, rtol=1e-4, atol=1e-7)


def test_auxiliary_losses_count_with_their_weight():
    outputs = Outputs(*(random_logits(seed) for seed in range(3)))
    one = [cross_entropy(logits, LABELS, LossSpec()) for logits in outputs]
    torch.testing.assert_close(total_loss(outputs, LABELS, LossSpec()), one[0] + 0.3 * (one[1] + one[2]))
    torch.testing.assert_close(total_loss(outputs, LABELS, LossSpec(aux_weight=0.0)), one[0])


def test_a_plain_tensor_and_an_absent_head_are_fine():
    logits = random_logits(0)
    torch.testing.assert_close(total_loss(logits, LABELS, LossSpec()), cross_entropy(logits, LABELS, LossSpec()))
    torch.testing.assert_close(
        total_loss((logits, None), LABELS, LossSpec()), cross_entropy(logits, LABELS, LossSpec())
    )
    assert main_logits(Outputs(logits, logits + 1, logits)) is logits


def test_uniform_logits_cost_log_k():
    loss = cross_entropy(torch.zeros(5, 7), LABELS, LossSpec())
    assert loss.tolist() == pytest.approx([math.log(7)] * 5)


def test_half_precision_logits_are_summed_up_in_full():
    assert cross_entropy(random_logits(0).bfloat16(), LABELS, LossSpec()).dtype == torch.float32


def test_count_correct():
    logits = torch.eye(7)[[0, 6, 2, 3, 1]]
    assert count_correct((logits, -logits), LABELS).tolist() == [True, True, False, True, True]
