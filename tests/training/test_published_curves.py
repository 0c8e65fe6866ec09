"""The notes' learning curves, against what the notes print of them."""

import pytest

from inception_edu.published.voc_notes import voc_curves
from inception_edu.training import load_recipe


@pytest.mark.parametrize(
    ("network", "first", "last"),
    [
        ("inception_v2", (3.3556, 0.3241, 2.5530, 0.3149), (0.3185, 0.9278, 1.2475, 0.7693)),
        ("googlenet_bn", (4.2369, 0.2654, 2.4403, 0.3763), (0.8504, 0.8526, 0.9537, 0.7427)),
    ],
)
def test_they_are_the_notes_figures(network, first, last):
    rows = voc_curves()[network]
    assert [row["epoch"] for row in rows] == list(range(1, 101))
    for row, printed in ((rows[0], first), (rows[-1], last)):
        assert tuple(row[k] for k in ("train_loss", "train_accuracy", "test_loss", "test_accuracy")) == printed
    best = max(row["test_accuracy"] for row in rows)
    assert best == pytest.approx(load_recipe(f"voc_{network}").published.test_accuracy, abs=5e-5)
