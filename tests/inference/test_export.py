"""Exported files, read by what others read them with."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from inception_edu import create_model
from inception_edu.inference import export, export_model, load_trained

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

ABOUT = {
    "model": "googlenet_bn",
    "classes": ["blue sky", "grass", "ладья"],
    "image_size": 32,
    "mean": [0.4, 0.5, 0.6],
    "std": [0.2, 0.25, 0.3],
}


@pytest.fixture(scope="module")
def trained(run):
    return load_trained(run[1])


def images(count: int = 2) -> torch.Tensor:
    return torch.randn(count, 3, 32, 32, generator=torch.Generator().manual_seed(5))


def logits(trained, x: torch.Tensor) -> np.ndarray:
    with torch.no_grad():
        return trained.model(x).numpy()


def close(found, expected) -> bool:
    return np.allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_onnx_runs_in_onnxruntime_and_says_what_it_is(trained, tmp_path, capfd):
    done = export_model(trained, tmp_path / "model.onnx")
    assert capfd.readouterr().out == ""
    session = onnxruntime.InferenceSession(str(done.file))
    for count in (1, 2, 5):
        (found,) = session.run(None, {"images": images(count).numpy()})
        assert close(found, logits(trained, images(count)))
    onnx.checker.check_model(str(done.file), full_check=True)
    told = session.get_modelmeta().custom_metadata_map
    assert told["model"] == "googlenet_bn"
    for key in ("classes", "image_size", "mean", "std"):
        assert json.loads(told[key]) == ABOUT[key]


def test_a_program_runs_in_torch_and_says_what_it_is(trained, tmp_path):
    export_model(trained, tmp_path / "model.pt2")
    told = {"inception_edu.json": ""}
    program = torch.export.load(str(tmp_path / "model.pt2"), extra_files=told)
    assert json.loads(told["inception_edu.json"]) == ABOUT
    for count in (1, 3):
        assert close(program.module()(images(count)).detach().numpy(), logits(trained, images(count)))


def test_torchscript_runs_in_torch_and_says_what_it_is(trained, tmp_path):
    export_model(trained, tmp_path / "model.ts")
    told = {"inception_edu.json": ""}
    script = torch.jit.load(str(tmp_path / "model.ts"), _extra_files=told)
    assert json.loads(told["inception_edu.json"]) == ABOUT
    assert close(script(images(4)).detach().numpy(), logits(trained, images(4)))


def test_a_fixed_batch_and_another_size(trained, tmp_path):
    done = export_model(trained, tmp_path / "model.onnx", batch=3, image_size=40)
    (taken,) = onnxruntime.InferenceSession(str(done.file)).get_inputs()
    assert taken.shape == [3, 3, 40, 40]
    assert done.about["image_size"] == 40


@pytest.mark.parametrize("suffix", export.FORMATS)
def test_what_computes_something_else_is_not_written(trained, tmp_path, suffix, monkeypatch):
    title, write, load = export.FORMATS[suffix]
    monkeypatch.setitem(export.FORMATS, suffix, (title, write, lambda content: lambda x: load(content)(x) + 0.5))
    target = tmp_path / f"model{suffix}"
    target.write_bytes(b"the file before")
    with pytest.raises(ValueError, match=r"does not compute what googlenet_bn does: .* nothing was written"):
        export_model(trained, target)
    assert target.read_bytes() == b"the file before"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("package", ["onnx", "onnxruntime", "onnxscript"])
def test_onnx_without_its_packages_names_the_extra(trained, tmp_path, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModuleNotFoundError, match=rf"{package} is not installed; .*'inception-edu\[export\]'"):
        export_model(trained, tmp_path / "model.onnx")


@pytest.mark.parametrize(
    ("file", "settings", "message"),
    [
        (
            "model.h5",
            {},
            r"has no suffix of a format: \.onnx \(ONNX\), \.pt2 \(ExportedProgram\), \.ts \(TorchScript\)",
        ),
        ("none/model.ts", {}, "there is no folder .*none"),
        ("model.ts", {"batch": "many"}, "batch is a number of images or 'dynamic', not 'many'"),
        ("model.ts", {"batch": 0}, "batch is a whole number of at least 1, not 0"),
        ("model.ts", {"batch": 10**12}, "there is no memory for 1000000000000 images of 32×32"),
        ("model.ts", {"batch": 10**30}, "there is no memory for 1000"),
        ("model.ts", {"image_size": 2}, "googlenet_bn needs images of at least"),
    ],
)
def test_what_cannot_be_exported_is_one_line(trained, tmp_path, file, settings, message):
    with pytest.raises(ValueError, match=message):
        export_model(trained, tmp_path / file, **settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["inception_v2", "xception"])
def test_other_blocks_are_exported_too(trained, tmp_path, name):
    options = {"inception_v2": {"stem": "cifar"}, "xception": {"image_size": 80}}[name]
    model = create_model(name, num_classes=3, seed=0, aux_logits=False, width=0.05, **options).eval()
    other = replace(trained, model=model, image_size=model.architecture.image_size[0])
    with torch.no_grad():  # logits of untrained networks may be in the thousands
        size = model(torch.randn(4, 3, *model.architecture.image_size)).abs().max().item()
    assert export_model(other, tmp_path / "model.onnx").largest_difference < 1e-3 * max(1.0, size)
