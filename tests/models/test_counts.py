"""Modules at their published totals, and module by module what the rows say. Nothing is computed: all is on `meta`."""

import functools

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models import get_model_weights

from inception_edu import create_model, list_models
from inception_edu.architectures import architecture
from inception_edu.models import Network
from inception_edu.models.units import ConvUnit, FullyConnected

from ..architectures.published import TOTALS

NETWORKS = [name for name in list_models() if name not in ("alexnet", "vgg16")]


@functools.cache
def model(name: str, **options) -> nn.Module:
    return create_model(name, device="meta", **options)


def images(network: nn.Module, count: int = 2) -> torch.Tensor:
    return torch.empty(count, network.architecture.in_channels, *network.architecture.image_size, device="meta")


def params(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


@pytest.mark.parametrize("name", TOTALS)
def test_modules_hold_the_published_parameters(name):
    assert params(model(name, aux_logits=False)) == TOTALS[name].params


@pytest.mark.parametrize("name", [name for name, totals in TOTALS.items() if totals.with_heads])
def test_modules_with_heads_hold_the_published_parameters(name):
    assert params(model(name, aux_logits=True)) == TOTALS[name].with_heads


@pytest.mark.parametrize("name", list_models())
def test_torch_counts_the_same_multiply_adds(name):
    network = model(name).eval()
    with FlopCounterMode(display=False) as counter:
        network(images(network, 1))
    assert counter.get_total_flops() == 2 * sum(row.macs for row in network.architecture.trace())


@pytest.mark.parametrize("options", [{"module": "naive"}, {"module": "factorized"}, {"lower_head": False}], ids=str)
@pytest.mark.parametrize("name", ["googlenet", "googlenet_bn"])
def test_torch_counts_the_same_with_an_idea_taken_out(name, options):
    network = create_model(name, device="meta", **options)
    rows = network.architecture.trace() + network.architecture.trace_heads()
    assert params(network) == sum(row.params for row in rows)
    with FlopCounterMode(display=False) as counter:
        network.train()(images(network, 2))
    assert counter.get_total_flops() == 2 * 2 * sum(row.macs for row in rows)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("googlenet_bn", {"branch5x5_kernel": 3, "aux_logits": False}),
        ("inception_v3", {}),
        ("vgg16", {}),
        ("alexnet", {}),
    ],
)
def test_torchvision_publishes_the_same_totals(name, options):
    published = get_model_weights(name.removesuffix("_bn")).IMAGENET1K_V1.meta
    network = architecture(name, **options)
    assert params(model(name, **options)) == published["num_params"]
    if "googlenet" not in name:
        assert round(sum(row.macs for row in network.trace()) / 1e9, 3) == published["_ops"]


def outputs(network: Network) -> dict[str, list[tuple[int, ...]]]:
    """What every stage and head leaves, and every layer with weights in it."""
    seen: dict[str, list] = {}

    def watch(place: str, module: nn.Module) -> None:
        def note(_module, _input, output: torch.Tensor) -> None:
            seen.setdefault(place, []).append((*output.shape[1:], 1, 1)[:3])

        module.register_forward_hook(note)

    for place, stage in [*network.stages.named_children(), *network.heads.named_children()]:
        watch(place, stage)
        for part in stage.modules():
            if isinstance(part, (ConvUnit, FullyConnected)):
                watch(f"{place}: layers", part)
    network.train()(images(network))
    return seen


@pytest.mark.parametrize("width", [1.0, 0.25])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_stage_and_layer_leaves_the_shape_that_its_row_says(name, width):
    network = create_model(name, device="meta", width=width, aux_logits=True)
    seen = outputs(network)
    for row in [*network.architecture.trace(), *network.architecture.trace_heads()]:
        place = row.node.name if row.node.name in network.heads else row.node.key
        assert seen[place] == [row.output]
        weighted = [layer.output for layer in row.layers if layer.params]
        # A residual sum runs its shortcut first, a row lists it last.
        assert sorted(seen.get(f"{place}: layers", [])) == sorted(weighted)


@pytest.mark.parametrize(
    "name", ["googlenet", "googlenet_bn", "googlenet_lite", "bn_inception", "inception_v2", "inception_v3"]
)
def test_the_cifar_stem_has_the_shapes_that_its_rows_say(name):
    network = create_model(name, stem="cifar", num_classes=10, aux_logits=True, device="meta")
    seen = outputs(network)
    assert all(seen[row.node.key] == [row.output] for row in network.architecture.trace())
    assert params(network) == sum(
        row.params for row in [*network.architecture.trace(), *network.architecture.trace_heads()]
    )


def test_a_separable_convolution_makes_the_papers_figures_for_its_first_row():
    first = architecture("bn_inception").trace()[0]
    weights = 7 * 7 * 24 + 24 * 64
    assert (
        sum(p.numel() for name, p in model("bn_inception").stages.convolution_1.named_parameters() if "conv" in name)
        == weights
    )
    assert first.macs == weights * 112 * 112
