"""The roofline: steps against the layer table and against closed forms, the model against its own definition."""

import math
import subprocess
import sys

import pytest

from inception_edu import layer_table, list_models
from inception_edu.architectures import architecture
from inception_edu.roofline import KINDS, MACHINES, PRECISIONS, Machine, Step, bytes_moved, roofline, steps

MACHINE = Machine(peak=50, bandwidth=20)


@pytest.mark.parametrize("name", list_models())
def test_steps_have_the_multiply_adds_of_the_table(name):
    table = layer_table(name, detail="layer", aux_logits=False)
    found = steps(name)
    assert sum(step.macs for step in found) == table.total.macs
    assert {step.kind for step in found} <= set(KINDS)
    weighted = {step.name: (step.macs, step.kind == "linear") for step in found if step.macs}
    assert weighted == {row.name: (row.macs, row.type == "linear") for row in table.rows if row.macs}
    assert all(step.inputs > 0 and step.outputs > 0 for step in found)


def test_weights_are_those_of_a_network_whose_batch_norm_is_folded():
    plain = layer_table("googlenet", aux_logits=False).total.params  # no batch norm: all are weights and biases
    assert sum(step.weights for step in steps("googlenet")) == plain
    normed = layer_table("inception_v3", aux_logits=False).total.params  # with a scale and a shift a filter
    filters = sum(
        row.output[0]
        for row in layer_table("inception_v3", detail="layer", aux_logits=False).rows
        if row.type == "convolution"
    )
    assert sum(step.weights for step in steps("inception_v3")) == normed - filters


def test_a_concatenation_copies_what_its_branches_leave():
    found = [step for step in steps("googlenet") if step.kind == "concatenation"]
    assert len(found) == 9
    assert found[0].inputs == found[0].outputs == 256 * 28 * 28


def test_a_residual_sum_reads_two_and_writes_one():
    found = [step for step in steps("inception_resnet_v2") if step.kind == "addition"]
    assert found
    assert all(step.inputs == 2 * step.outputs and not step.macs for step in found)


def test_auxiliary_heads_and_dropout_take_no_part():
    assert steps("googlenet") == steps(architecture("googlenet", aux_logits=False))
    assert not any("dropout" in step.name for step in steps("googlenet"))


def test_weights_are_read_once_a_batch():
    step = Step("layer", "convolution", macs=600, inputs=10, outputs=20, weights=30)
    assert bytes_moved(step) == 4 * 60
    assert bytes_moved(step, batch=8, bytes_per_element=2) == 2 * (8 * 30 + 30)


@pytest.mark.parametrize("batch", [1, 8, 256])
@pytest.mark.parametrize("size", PRECISIONS)
def test_a_step_takes_the_longer_of_computing_and_moving(batch, size):
    for place in roofline(steps("inception_v3"), MACHINE, batch, size):
        assert place.intensity == place.macs / place.bytes
        assert (place.bound == "memory") == (place.intensity < MACHINE.ridge)
        assert math.isclose(place.seconds, max(place.macs / 50e9, place.bytes / 20e9))
        if place.macs:  # it stands on the roof
            assert math.isclose(place.macs / place.seconds, 1e9 * MACHINE.attainable(place.intensity))


def test_a_larger_batch_never_lowers_the_intensity():
    small, large = (roofline(steps("vgg16"), MACHINE, batch) for batch in (1, 16))
    assert all(a.intensity <= b.intensity for a, b in zip(small, large))
    assert small[-1].bound == "memory"
    assert large[-1].bound == "compute"


@pytest.mark.parametrize("preset", MACHINES.values(), ids=MACHINES)
def test_a_preset_computes_no_slower_with_smaller_values(preset):
    peaks = [preset.machine(size).peak for size in PRECISIONS]
    assert peaks == sorted(peaks)
    assert preset.source


@pytest.mark.parametrize(("peak", "bandwidth"), [(0, 20), (50, -1), (math.nan, 20), ("fast", 20), (math.inf, 20)])
def test_a_machine_that_cannot_be_is_refused(peak, bandwidth):
    with pytest.raises(ValueError, match="is a rate above 0, not"):
        Machine(peak, bandwidth)


def test_no_batch_is_refused():
    with pytest.raises(ValueError, match="batch is a whole number of at least 1"):
        roofline(steps("lenet5"), MACHINE, batch=0)


def test_it_needs_no_torch():
    code = (
        "import sys; from inception_edu.roofline import steps; steps('googlenet');"
        "sys.exit(bool({'torch', 'pandas', 'numpy'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
