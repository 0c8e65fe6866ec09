"""Pictures that grow: how large they are in each epoch, and that the loop trains on that size and tests on the full."""

import pytest
import torch
from torch import nn

from inception_edu.settings import SettingError
from inception_edu.training.progressive import shrink, side_in_epoch
from inception_edu.training.run import train

from .tiny import tiny_recipe, tiny_sets


def sides(**changes):
    recipe = tiny_recipe(**{"epochs": 8, "data.image_size": 96, "progressive": changes})
    return [side_in_epoch(recipe, epoch, 96) for epoch in range(8)]


def test_off_unless_asked_for():
    assert sides() == [96] * 8


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"start": 48}, [48, 48, 64, 64, 80, 80, 96, 96]),
        ({"start": 48, "step": 48, "until": 0.5}, [48] * 4 + [96] * 4),
        ({"start": 96}, [96] * 8),
        ({"start": 50, "step": 32, "until": 1}, [50, 50, 50, 50, 82, 82, 82, 82]),  # the last full step would be 114
    ],
)
def test_sides(changes, expected):
    assert sides(**changes) == expected


def test_data_of_another_size_than_the_recipes_keeps_its_own():
    assert side_in_epoch(tiny_recipe(), 0, 40) == 40


def test_no_step_goes_past_the_full_size():
    assert max(sides(start=1, step=1, until=1)) <= 96


def test_larger_than_the_pictures_is_refused():
    with pytest.raises(SettingError, match=r"progressive\.start = 9 is larger than data\.image_size = 8"):
        tiny_recipe(**{"progressive.start": 9})


def test_a_shrunk_picture_is_the_mean_of_what_a_pixel_covers():
    """At half the side, away from the border: bilinear weights 1, 3, 3, 1 over four pixels each way."""
    images = torch.rand(2, 3, 8, 8, dtype=torch.float64)
    weights = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=torch.float64) / 8
    expected = torch.einsum("ncij,i,j->nc", images[:, :, 1:5, 1:5], weights, weights)
    torch.testing.assert_close(shrink(images, 4)[:, :, 1, 1], expected)
    assert shrink(images, 8) is images


class Watch(nn.Module):
    """A network of any size of picture that keeps the sides it saw."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)
        self.seen = {True: [], False: []}

    def forward(self, x):
        self.seen[self.training].append(x.shape[-1])
        return self.linear(x.mean((2, 3)))


def test_the_loop_trains_on_small_ones_and_tests_on_full_ones():
    model = Watch()
    recipe = tiny_recipe(**{"progressive.start": 4, "progressive.step": 4, "averaging.name": "none"})
    recipe = recipe.override({"epochs": 4, "evaluation.every": 1})
    train(recipe, model=model, datasets=tiny_sets(16), progress=False, device="cpu")
    assert model.seen[True] == [4, 4] * 3 + [8, 8]
    assert set(model.seen[False]) == {8}
