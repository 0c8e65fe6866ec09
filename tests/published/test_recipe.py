"""The claims on training, from a second side: torch's schedulers and losses, torchvision's crops."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional
from torchvision.transforms import v2

from inception_edu.published import claims
from inception_edu.published.recipe_claims import (
    CLAIMS,
    LATER_CODE,
    PAPER,
    best_gap,
    entropy,
    epochs_until,
    mean_scale,
    rate,
    scaled_gradient,
    smoothed,
)

BY_ID = {claim.id: claim for claim in CLAIMS}


def test_claims_are_registered():
    assert set(BY_ID) <= {claim.id for claim in claims()}
    assert len(BY_ID) == len(CLAIMS)


@pytest.mark.parametrize(
    ("name", "verdict"),
    {
        "notes-inception-v2/4-percent-every-8-epochs": "agrees",
        "going-deeper/areas-at-every-aspect": "disagrees",
        "rethinking/bounded-gradient": "agrees",
        "rethinking/positive-lower-bound": "agrees",
        "rethinking/smoothing-gains-top-1": "disagrees",
        "rethinking/smoothing-gains-top-5": "agrees",
        "rethinking/bn-auxiliary-gains-top-1": "agrees",
        "notes-author-code/smoothing-gradient": "disagrees",
        "notes-inception-v2/best-of-inception-v2": "agrees",
        "notes-inception-v2/best-of-googlenet-bn": "agrees",
    }.items(),
)
def test_known_verdicts(name, verdict):
    assert BY_ID[name].check().verdict == verdict


def test_rate_is_that_of_torch():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=8, gamma=0.96)
    for epoch in range(40):
        assert schedule.get_last_lr() == [pytest.approx(rate(epoch))]
        optimizer.step()
        schedule.step()


@given(st.floats(0.01, 1))
def test_epochs_until_is_the_first(part):
    epoch = epochs_until(part)
    assert rate(epoch) <= part
    assert epoch == 0 or rate(epoch - 1) > part


@given(st.floats(0.01, 0.9), st.integers(2, 1000))
def test_smoothed_loss_at_the_best_gap_is_the_entropy(epsilon, classes):
    logits = torch.zeros(1, classes, dtype=torch.float64)
    logits[0, 0] = best_gap(epsilon, classes)
    logits.requires_grad_()
    loss = functional.cross_entropy(logits, torch.tensor([0]), label_smoothing=epsilon)
    assert loss.item() == pytest.approx(entropy(epsilon, classes))
    loss.backward()
    assert logits.grad.abs().max() < 1e-9
    assert sum(smoothed(epsilon, classes)) + (classes - 2) * smoothed(epsilon, classes)[1] == pytest.approx(1)


def test_scaled_gradient_is_autograd_s():
    logits = torch.zeros(1, LATER_CODE["classes"], dtype=torch.float64)
    logits[0, 0] = best_gap(**LATER_CODE)
    logits.requires_grad_()
    ((1 - LATER_CODE["epsilon"]) * functional.cross_entropy(logits, torch.tensor([0]))).backward()
    assert logits.grad[0, 0].item() == pytest.approx(scaled_gradient(**LATER_CODE))


def test_best_gap_of_the_paper():
    assert best_gap(**PAPER) == pytest.approx(math.log(1 + 1000 * 0.9 / 0.1))


def test_mean_scale_is_what_torchvision_draws():
    torch.manual_seed(0)
    crop, picture = v2.RandomResizedCrop(8), [torch.zeros(3, 1000, 1000)]
    boxes = [crop.make_params(picture) for _ in range(4000)]
    areas = torch.tensor([box["height"] * box["width"] / 1e4 for box in boxes])
    assert areas.mean().item() == pytest.approx(mean_scale(), abs=4 * areas.std().item() / 4000**0.5)
