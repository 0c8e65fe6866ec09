"""What a network returns, what it refuses, and what it compiles to."""

import pytest
import torch
from torch import nn

from inception_edu import create_model, list_models
from inception_edu.models import GoogLeNetOutputs, InceptionOutputs

OWN = [name for name in list_models() if name not in ("alexnet", "vgg16")]
SMALL = {"width": 0.05, "num_classes": 5, "seed": 0}


def test_two_heads_come_with_the_deeper_first():
    model = create_model("googlenet", image_size=96, **SMALL)
    output = model.train()(torch.randn(2, 3, 96, 96))
    assert isinstance(output, GoogLeNetOutputs)
    assert output._fields == ("logits", "aux2", "aux1")
    assert {tuple(logits.shape) for logits in output} == {(2, 5)}


def test_heads_read_the_rows_they_are_named_for():
    model = create_model("googlenet", image_size=96, dropout=0.0, **SMALL).train()
    for head in model.heads.values():
        head.dropout.p = 0.0
    x = torch.randn(2, 3, 96, 96)
    output = model(x)
    for key, stage in model.stages.named_children():
        x = stage(x)
        if key == "inception_4a":
            assert torch.equal(model.heads["aux1"](x), output.aux1)
        if key == "inception_4d":
            assert torch.equal(model.heads["aux2"](x), output.aux2)
    assert torch.equal(x, output.logits)


def test_one_head_comes_as_aux():
    output = create_model("inception_v2", stem="cifar", **SMALL).train()(torch.randn(2, 3, 32, 32))
    assert isinstance(output, InceptionOutputs)
    assert output._fields == ("logits", "aux")


@pytest.mark.parametrize("name", ["googlenet", "inception_v2"])
def test_evaluation_gives_logits_alone(name):
    output = create_model(name, stem="cifar", **SMALL).eval()(torch.randn(2, 3, 32, 32))
    assert isinstance(output, torch.Tensor)
    assert output.shape == (2, 5)


def test_without_heads_training_gives_logits_alone():
    model = create_model("googlenet", stem="cifar", aux_logits=False, **SMALL)
    assert not model.heads
    assert model.train()(torch.randn(2, 3, 32, 32)).shape == (2, 5)


def test_stages_are_the_papers_rows():
    model = create_model("googlenet", device="meta")
    assert list(dict(model.stages.named_children()))[:5] == [
        "convolution_1",
        "max_pool_1",
        "convolution_2",
        "max_pool_2",
        "inception_3a",
    ]
    assert isinstance(model.stages, nn.Sequential)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((1, 1, 96, 96), "googlenet takes images as N×3×H×W, not 1×1×96×96"),
        ((3, 96, 96), "googlenet takes images as N×3×H×W, not 3×96×96"),
        ((1, 3, 60, 96), "googlenet needs images of at least 79×79 pixels with its auxiliary heads, .* not 60×96"),
        (
            (1, 3, 224, 224),
            "googlenet was made for images of 96×96: of 224×224, its layer 'aux1 / fc' gets .*image_size=224",
        ),
    ],
)
def test_training_refuses_images_it_cannot_take(shape, message):
    model = create_model("googlenet", image_size=96, **SMALL).train()
    with pytest.raises(ValueError, match=message):
        model(torch.zeros(shape))


def test_evaluation_takes_any_image_that_leaves_something():
    model = create_model("googlenet", image_size=96, **SMALL).eval()
    assert model(torch.zeros(1, 3, 33, 47)).shape == (1, 5)
    with pytest.raises(ValueError, match="googlenet needs images of at least 31×31 pixels, not 30×31"):
        model(torch.zeros(1, 3, 30, 31))


def test_a_layer_behind_a_grid_fixes_the_image():
    with pytest.raises(ValueError, match=r"lenet5 was made for images of 32×32: of 40×32, .* image_size=\(40, 32\)"):
        create_model("lenet5")(torch.zeros(1, 1, 40, 32))


@pytest.mark.parametrize("name", OWN)
def test_every_network_trains(name):
    # Batch norm needs more than one value a channel, also behind the last pool of an auxiliary head.
    small = {"lenet5": {}, "alexnet_2012": {"width": 0.0625}}.get(name, {"width": 0.04})
    cifar = (
        {"stem": "cifar"}
        if name in ("googlenet", "googlenet_bn", "bn_inception", "inception_v2", "inception_v3")
        else {}
    )
    least = {"image_size": 80} if name in ("inception_v4", "inception_resnet_v2", "xception") else {}
    model = create_model(name, num_classes=3, seed=0, **small, **cifar, **least).train()
    before = {key: value.clone() for key, value in model.named_parameters()}
    network = model.architecture
    x = torch.randn(2, network.in_channels, *network.image_size, generator=torch.Generator().manual_seed(0))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    output = model(x)
    outputs = output if isinstance(output, tuple) else (output,)
    loss = sum(nn.functional.cross_entropy(logits, torch.tensor([0, 1])) for logits in outputs)
    loss.backward()
    optimizer.step()
    assert torch.isfinite(loss)
    assert len(outputs) == 1 + len(network.heads)
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in model.parameters())
    if name.endswith("_notes"):  # drawn with a deviation of 0.01: so narrow, little but the last biases moves
        assert any(not torch.equal(model.get_parameter(key), before[key]) for key in before)
        return
    assert not torch.equal(model.get_parameter("stages.linear.weight"), before["stages.linear.weight"])
    first = next(iter(before))
    assert not torch.equal(model.get_parameter(first), before[first])


@pytest.mark.parametrize("name", ["inception_v4", "inception_resnet_v2"])
def test_the_heads_of_the_later_networks_run_at_their_size(name):
    model = create_model(name, aux_logits=True, device="meta").train()
    assert [tuple(logits.shape) for logits in model(torch.empty(2, 3, 299, 299, device="meta"))] == [(2, 1000)] * 2


COMPILED = [
    ("googlenet", {}),
    ("inception_v3", {"aux_logits": False, "image_size": 80}),
    ("googlenet_uva", {}),
]


@pytest.mark.parametrize(("name", "options"), COMPILED)
def test_torchscript_computes_the_same(name, options):
    model = create_model(name, **SMALL, **options).eval()
    x = torch.randn(1, 3, 96, 96)
    torch.testing.assert_close(torch.jit.script(model)(x), model(x))


def test_torchscript_compiles_torchvisions_too():
    model = create_model("alexnet", num_classes=5).eval()
    x = torch.randn(1, 3, 96, 96)
    torch.testing.assert_close(torch.jit.script(model)(x), model(x))


def test_torchscript_leaves_the_heads_out():
    scripted = torch.jit.script(create_model("googlenet", image_size=96, **SMALL).train())
    assert isinstance(scripted(torch.randn(2, 3, 96, 96)), torch.Tensor)


@pytest.mark.parametrize(("name", "options"), COMPILED)
def test_export_computes_the_same(name, options):
    model = create_model(name, **SMALL, **options).eval()
    x = torch.randn(1, 3, 96, 96)
    exported = torch.export.export(model, (x,)).module()
    torch.testing.assert_close(exported(x), model(x))
