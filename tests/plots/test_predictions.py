"""Pictures with predictions."""

import pytest
import torch
from matplotlib import pyplot as plt

from inception_edu.plots import draw_predictions

CLASSES = ("cat", "dog", "owl")


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def test_a_mistake_names_the_truth_too():
    images = torch.zeros(2, 3, 4, 4, dtype=torch.uint8)
    figure = draw_predictions(images, torch.tensor([0, 1]), torch.tensor([0, 2]), CLASSES, columns=2)
    right, wrong = (ax.get_title() for ax in figure.axes)
    assert right.split() == ["✓", "cat"]
    assert wrong.split() == ["✗", "owl", "is", "dog"]


def test_pictures_fill_rows_of_the_given_length():
    images = torch.randint(256, (5, 3, 4, 4), dtype=torch.uint8)
    labels = torch.tensor([0, 1, 2, 0, 1])
    figure = draw_predictions(images, labels, labels, CLASSES, columns=3)
    assert len(figure.axes) == 6
    drawn = [ax.images[0].get_array() for ax in figure.axes if ax.images]
    assert [array.tolist() for array in drawn] == [image.permute(1, 2, 0).tolist() for image in images]
