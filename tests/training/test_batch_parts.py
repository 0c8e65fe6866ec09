"""A batch in parts, and batch norm that would meet a single value: told before the run, by the setting to change."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from inception_edu import train
from inception_edu.training.batch_parts import check_batch_norm, part_sizes
from inception_edu.training.data import training_batches
from inception_edu.training.distributed import ProcessGroup

from .tiny import TinyNet, tiny_data, tiny_recipe, tiny_sets

CPU = torch.device("cpu")


class OnePixel(TinyNet):
    """Batch norm on a 1×1 grid, as in the last layers of a network that sees small images."""

    def forward(self, x):
        x = torch.relu(self.norm(self.conv(x).mean((2, 3), keepdim=True))).flatten(1)
        return self.linear(x)


def run(samples, model=None, **changes):
    model = model or OnePixel(auxiliary=False)
    return train(tiny_recipe(epochs=1, **changes), model=model, datasets=tiny_sets(samples), progress=False)


@given(st.integers(1, 500), st.integers(1, 500))
def test_parts_are_few_and_equal(images, largest):
    sizes = part_sizes(images, largest)
    assert sum(sizes) == images
    assert len(sizes) == -(-images // largest)
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= largest


@pytest.mark.parametrize(
    ("samples", "changes", "message"),
    [
        (33, {"batch_size": 32}, "the last of 2 batches has only 1: set drop_last = true, or another batch_size"),
        (16, {"batch_size": 8, "accumulate": 8}, "accumulate = 8 cuts .* lower accumulate"),
        (16, {"batch_size": 1}, "batch_size = 1 is just that: set batch_size = 2 or more"),
        (3, {"batch_size": 8, "accumulate": 4}, "the last of 1 batches has only 3: set drop_last"),
    ],
)
def test_a_single_image_is_told_before_the_run(samples, changes, message):
    with pytest.raises(ValueError, match=message):
        run(samples, **changes)


@pytest.mark.parametrize(
    ("samples", "changes"),
    [(33, {"batch_size": 32, "drop_last": True}), (34, {"batch_size": 32}), (17, {"batch_size": 15, "accumulate": 5})],
)
def test_two_images_are_enough(samples, changes):
    assert len(run(samples, **changes).history) == 1


@pytest.mark.parametrize("model", [TinyNet(), OnePixel(batch_norm=False, auxiliary=False)])
def test_where_a_single_image_will_do_it_trains(model):
    assert len(run(6, model, batch_size=1).history) == 1


def check(recipe, size, samples, model=None):
    group = ProcessGroup(CPU, 0, size)
    check_batch_norm(
        model or OnePixel(auxiliary=False), training_batches(tiny_data(samples), recipe, group), recipe, group
    )


def test_each_process_needs_two():
    recipe = tiny_recipe(batch_size=4)
    check(recipe, 2, 16)
    with pytest.raises(ValueError, match="batch_size = 4 among 3 processes is just that: set batch_size = 6"):
        check(recipe, 3, 16)
    check(tiny_recipe(batch_size=4, sync_batch_norm=True), 3, 16)


def test_the_network_is_left_as_it_was():
    model = nn.Sequential(nn.Dropout(), OnePixel(auxiliary=False)).eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    with pytest.raises(ValueError, match="batch_size"):
        check(tiny_recipe(batch_size=1), 1, 4, model)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not model.training
    assert torch.equal(state, torch.get_rng_state())
