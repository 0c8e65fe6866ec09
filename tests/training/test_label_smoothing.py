"""Label smoothing as the book explains it: a target, a loss, the mean over random labels; and the notes' slip."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from inception_edu.training.losses import cross_entropy
from inception_edu.training.recipe import LossSpec

EPSILON = st.floats(0, 0.9)
CLASSES = st.integers(2, 30)


def example(classes: int):
    generator = torch.Generator().manual_seed(classes)
    logits = 3 * torch.randn(8, classes, generator=generator)
    return logits, torch.randint(classes, (8,), generator=generator)


@given(EPSILON, CLASSES)
def test_target_and_loss_and_random_labels_are_one(epsilon, classes):
    logits, labels = example(classes)
    ours = cross_entropy(logits, labels, LossSpec(smoothing=epsilon))
    log_p = logits.log_softmax(1)
    target = (1 - epsilon) * functional.one_hot(labels, classes) + epsilon / classes
    as_loss = (1 - epsilon) * -log_p[torch.arange(8), labels] + epsilon * -log_p.mean(1)
    drawn = [functional.cross_entropy(logits, torch.full((8,), k), reduction="none") for k in range(classes)]
    kept = functional.cross_entropy(logits, labels, reduction="none")
    for other in (
        -(target * log_p).sum(1),
        as_loss,
        (1 - epsilon) * kept + epsilon * torch.stack(drawn).mean(0),
        functional.cross_entropy(logits, labels, reduction="none", label_smoothing=epsilon),
    ):
        torch.testing.assert_close(ours, other, rtol=1e-4, atol=1e-5)


@given(EPSILON, CLASSES)
def test_gradient_is_prediction_minus_target(epsilon, classes):
    logits, labels = example(classes)
    logits.requires_grad_()
    cross_entropy(logits, labels, LossSpec(smoothing=epsilon)).sum().backward()
    target = (1 - epsilon) * functional.one_hot(labels, classes) + epsilon / classes
    torch.testing.assert_close(logits.grad, logits.detach().softmax(1) - target, rtol=1e-4, atol=1e-5)


@given(EPSILON, CLASSES)
def test_the_slip_only_scales_the_plain_gradient(epsilon, classes):
    gradients = []
    for spec in (LossSpec(smoothing=epsilon, smoothing_form="scaled"), LossSpec()):
        logits, labels = example(classes)
        logits.requires_grad_()
        cross_entropy(logits, labels, spec).sum().backward()
        gradients.append(logits.grad)
    torch.testing.assert_close(gradients[0], (1 - epsilon) * gradients[1], rtol=1e-4, atol=1e-6)
