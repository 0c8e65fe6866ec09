"""Networks made quick for prediction: what they compute, and that the network they came from stays as it was."""

import sys

import pytest
import torch
from torch import nn

from inception_edu import create_model, list_models, optimize_for_inference
from inception_edu.inference.optimize import BACKENDS
from inception_edu.pictures import photographs

WHOLE = ("alexnet", "vgg16")  # torchvision's, which have one size and one width


def lived_in(name: str, **options) -> nn.Module:
    """A network whose batch norms have statistics, scales and shifts, as after training."""
    width = {} if name in WHOLE else {"width": 0.25}
    model = create_model(name, num_classes=7, seed=0, **(width | options)).train()
    torch.manual_seed(1)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    return model


def images(model, count: int = 2) -> torch.Tensor:
    size = model.architecture.image_size
    return torch.randn(count, model.architecture.in_channels, *size, generator=torch.Generator().manual_seed(2))


def expected(model, x: torch.Tensor) -> torch.Tensor:
    training = model.training
    with torch.no_grad():
        result = model.eval()(x)
    model.train(training)
    return result


@pytest.mark.parametrize("name", list_models())
def test_eager_gives_the_same_logits(name):
    model = lived_in(name)
    x = images(model)
    right = expected(model, x)
    found = optimize_for_inference(model)(x)
    assert (found - right).abs().max() <= 1e-4 * max(1, right.abs().max())


def test_the_network_stays_as_it_was():
    model = lived_in("googlenet_bn", image_size=96)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    optimize_for_inference(model)(images(model))
    assert model.training
    assert list(model.heads) == ["aux1", "aux2"]
    assert all(value.requires_grad for value in model.parameters())
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_what_comes_back_has_no_heads_no_batch_norm_and_the_other_layout():
    quick = optimize_for_inference(lived_in("inception_v3", image_size=96, aux_logits=False))
    assert not quick.training
    assert not [module for module in quick.modules() if isinstance(module, nn.BatchNorm2d)]
    assert not len(quick.heads)
    weights = [module.weight for module in quick.modules() if isinstance(module, nn.Conv2d)]
    assert all(weight.is_contiguous(memory_format=torch.channels_last) for weight in weights)


def test_other_sizes_and_numbers_of_images():
    model = lived_in("googlenet_bn", aux_logits=False)
    quick = optimize_for_inference(model)
    for x in (torch.randn(1, 3, 64, 96), torch.randn(3, 3, 97, 64)):
        assert torch.allclose(quick(x), expected(model, x), atol=1e-4)


@pytest.mark.parametrize("backend", ["onnxruntime", "openvino"])
def test_backends_of_others_give_the_same_logits(backend):
    pytest.importorskip(backend)
    pytest.importorskip("onnxscript")
    model = lived_in("googlenet_bn", image_size=96)
    quick = optimize_for_inference(model, backend)
    for count in (1, 3):
        x = images(model, count)
        assert torch.allclose(quick(x), expected(model, x), atol=1e-4)


def test_eight_bits_are_near_and_not_the_same():
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    model = create_model("googlenet_bn", weights="cifar10")
    pictures = torch.cat([model.weights_card.prepare(one.image) for one in photographs()])
    right = expected(model, pictures)
    found = optimize_for_inference(model, "onnxruntime", calibration=pictures)(pictures)
    off = ((found - right).norm() / right.norm()).item()
    assert 1e-3 < off < 0.2  # steps of 1/127 in each of 57 layers
    assert (found.argmax(1) == right.argmax(1)).float().mean() >= 0.75


def test_eight_bits_need_a_backend_that_has_them_and_images_that_fit():
    model = lived_in("googlenet_uva")
    with pytest.raises(ValueError, match=r"eight bits \(calibration\) are for backend 'onnxruntime', not 'eager'"):
        optimize_for_inference(model, calibration=images(model))
    with pytest.raises(ValueError, match="takes images as N×3×H×W"):
        optimize_for_inference(model, "onnxruntime", calibration=images(model)[:, :2])


@pytest.mark.slow
def test_compiled_gives_the_same_logits():
    model = lived_in("googlenet_uva")
    x = images(model)
    with torch.no_grad():
        assert torch.allclose(optimize_for_inference(model, "compile")(x), expected(model, x), atol=1e-4)


def test_a_backend_that_is_none_or_not_there(monkeypatch):
    model = lived_in("googlenet_uva")
    with pytest.raises(ValueError, match="backend is 'eager', 'compile', 'onnxruntime' or 'openvino', not 'tensorrt'"):
        optimize_for_inference(model, "tensorrt")
    with pytest.raises(ValueError, match="a network from create_model, not Linear"):
        optimize_for_inference(nn.Linear(2, 3))
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(ModuleNotFoundError, match=r"inception-edu\[openvino\]"):
        optimize_for_inference(model, "openvino")
    assert len(BACKENDS) == 4
