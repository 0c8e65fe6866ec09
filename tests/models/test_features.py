"""Features by stage, and graphs: torch.fx and torchvision's extractor for every network."""

import doctest
import functools
import sys

import pytest
import torch
from torch import nn
from torchvision.models.feature_extraction import create_feature_extractor

from inception_edu import create_model, list_models
from inception_edu.models import base

from .oracles import outputs, without_dropout

REFERENCES = ("alexnet", "vgg16")
SMALL = {"num_classes": 3, "seed": 0}
CIFAR = ("googlenet", "googlenet_bn", "googlenet_lite", "bn_inception", "inception_v2", "inception_v3")


def make(name: str, **options) -> nn.Module:
    if name not in REFERENCES:
        options |= {"lenet5": {}, "alexnet_2012": {"width": 0.0625}}.get(name, {"width": 0.05})
    if name in CIFAR:
        options["stem"] = "cifar"
    return create_model(name, **SMALL, **options)


@functools.cache
def evaluated(name: str) -> nn.Module:
    return make(name).eval()


def images(model: nn.Module) -> torch.Tensor:
    size = model.architecture.image_size if model.heads else (model.architecture.min_image_size,) * 2
    if model.name in ("lenet5", "alexnet_2012"):
        size = model.architecture.image_size
    return torch.randn(2, model.architecture.in_channels, *size, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
@pytest.mark.parametrize("name", list_models())
def test_every_network_is_traced_by_fx(name, training):
    model = without_dropout(make(name)).train(training)
    x = images(model)
    if model.heads:
        without = make(name, aux_logits=False).train(training)
        assert len(torch.fx.symbolic_trace(without).graph.nodes) > 10
    graph = torch.fx.symbolic_trace(model)
    if training and not model.heads:
        x = x[:, :, : model.architecture.image_size[0]]
    expected, found = outputs(model, x), outputs(graph, x)
    assert len(found) == len(expected) == 1 + (len(model.heads) if training else 0)
    for one, other in zip(found, expected):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("name", [name for name in list_models() if name not in REFERENCES])
def test_torchvisions_extractor_finds_what_our_features_are(name):
    model = evaluated(name)
    x = images(model)
    nodes = model.architecture.rows[:5]
    places = {f"stages.{node.key}": node.name for node in nodes}
    theirs = create_feature_extractor(model, places, suppress_diff_warning=True)(x)
    ours = model.stage_features(x, [node.name for node in nodes])
    assert list(ours) == [node.name for node in nodes]
    for node in nodes:
        torch.testing.assert_close(ours[node.name], theirs[node.name])


@pytest.mark.parametrize("name", list_models())
def test_the_stages_lead_to_the_logits(name):
    model = evaluated(name)
    x = images(model)
    rows = model.architecture.trace(tuple(x.shape[-2:]))
    known = [node.name for node, _ in model.steps()]
    found = model.stage_features(x, known)
    for row in rows:
        if row.node.name in found:
            assert tuple(found[row.node.name].shape) in {(2, *row.output), (2, row.output[0])}
    torch.testing.assert_close(found[known[-1]], model(x))


@pytest.mark.parametrize("name", list_models())
def test_the_features_are_those_before_the_global_pool(name):
    model = evaluated(name)
    x = images(model)
    features = model.forward_features(x)
    assert features.dim() == 4
    tail = [module for node, module in model.steps() if isinstance(node, base.CLASSIFIER)]
    torch.testing.assert_close(nn.Sequential(*tail)(features), model(x))


def test_names_are_the_papers_or_the_modules():
    model = evaluated("googlenet")
    found = model.stage_features(images(model), ["inception_4e", "inception (4e)", "inception (3a)"])
    assert list(found) == ["inception_4e", "inception (4e)", "inception (3a)"]
    assert torch.equal(found["inception_4e"], found["inception (4e)"])
    assert list(model.stage_features(images(model), "linear")) == ["linear"]


def test_what_stands_behind_is_not_computed():
    model = make("googlenet").eval()
    model.stages.inception_3b.register_forward_hook(lambda *_: pytest.fail("computed"))
    model.stage_features(images(model), ["inception (3a)"])


def test_an_unknown_stage_is_told_with_those_there_are():
    model = evaluated("googlenet")
    with pytest.raises(ValueError, match=r"no stage 'inception 3a'; it has convolution 1, inception \(3a\)"):
        model.stage_features(images(model), ["inception 3a"])
    with pytest.raises(ValueError, match="googlenet takes images as N×3×H×W, not 1×1×32×32"):
        model.stage_features(torch.zeros(1, 1, 32, 32), ["linear"])


def test_gradients_reach_the_image_through_features():
    model = evaluated("googlenet")
    x = images(model).requires_grad_()
    model.forward_features(x).sum().backward()
    assert x.grad is not None
    assert x.grad.any()


@pytest.mark.parametrize("module", ["base", "create"])
def test_the_examples_in_the_code_hold(module):
    found = doctest.testmod(sys.modules[f"inception_edu.models.{module}"])
    assert found.attempted
    assert not found.failed
