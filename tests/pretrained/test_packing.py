"""Eight bits a weight: what comes back, and how far it may lie off."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inception_edu import create_model
from inception_edu.pretrained.packing import from_bytes, pack, quantize, to_bytes, unpack

WEIGHTS = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=4, max_side=6),
    elements=st.floats(-(2.0**100), 2.0**100, width=32).map(lambda value: value if abs(value) > 1e-30 else 0.0),
)


def by_hand(steps: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return steps.astype(np.float64) * scale.astype(np.float64).reshape(-1, *[1] * (steps.ndim - 1))


@given(WEIGHTS)
def test_no_weight_lies_further_off_than_half_a_step(weight):
    steps, scale = (part.numpy() for part in quantize(torch.from_numpy(weight)))
    assert steps.dtype == np.int8
    assert scale.dtype == np.float32
    assert (steps != -128).all()  # symmetric
    error = np.abs(by_hand(steps, scale) - weight)
    step = scale.astype(np.float64).reshape(-1, *[1] * (weight.ndim - 1))
    assert (error <= 0.5 * step * (1 + 1e-5)).all()


@given(WEIGHTS)
def test_the_largest_weight_of_a_channel_is_127_steps(weight):
    steps, _ = quantize(torch.from_numpy(weight))
    largest = np.abs(weight).reshape(len(weight), -1).max(1)
    found = steps.flatten(1).int().abs().amax(1).numpy()
    assert (found == np.where(largest > 0, 127, 0)).all()


@given(WEIGHTS)
def test_what_was_packed_once_packs_to_the_same_steps(weight):
    state = {"conv.weight": torch.from_numpy(weight)}
    once = pack(state)
    again = pack(unpack(once))
    assert (once["conv.weight"].int() - again["conv.weight"].int()).abs().max() <= (
        1 if np.abs(weight).max() < 1e-30 else 0
    )


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_what_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match="infinite or not numbers"):
        quantize(torch.tensor([[1.0, value]]))


def test_a_network_goes_through_a_file_with_all_but_its_weights_as_they_were():
    model = create_model("googlenet_bn", width=0.05, num_classes=5, image_size=64, aux_logits=False, seed=1)
    state = model.state_dict()
    content = to_bytes(pack(state))
    assert content == to_bytes(pack(state))  # the same file every time, so that its hash says something
    back = from_bytes(content)
    assert set(back) == {name for name in state if not name.endswith("num_batches_tracked")}
    for name, value in back.items():
        assert value.dtype == torch.float32
        if value.dim() < 2:
            assert torch.equal(value, state[name])


def test_a_packed_file_loads_like_any_other(tmp_path):
    options = {"width": 0.05, "num_classes": 5, "image_size": 64, "aux_logits": False}
    saved = create_model("googlenet_bn", seed=1, **options)
    path = tmp_path / "packed.safetensors"
    path.write_bytes(to_bytes(pack(saved.state_dict())))
    loaded = create_model("googlenet_bn", weights=path, **options)
    steps, scale = quantize(saved.stages.linear.weight)
    expected = by_hand(steps.numpy(), scale.numpy())
    np.testing.assert_allclose(loaded.stages.linear.weight.detach().numpy(), expected, rtol=1e-6)
