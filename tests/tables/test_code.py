"""A network as a program: it runs alone, computes what the model computes, and is formatted as ruff would have it."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from inception_edu import create_model, list_models
from inception_edu.architectures import architecture
from inception_edu.cli import main
from inception_edu.models.init import INITS
from inception_edu.tables import code, python_code

OPTIONS = [
    ("googlenet", {"lrn": True}),
    ("googlenet", {"module": "naive", "stem": "cifar", "width": 0.3}),
    ("googlenet_bn", {"branch5x5_kernel": 3}),
    ("inception_resnet_v2", {"aux_logits": True}),
    ("inception_v4", {"aux_logits": True, "image_size": (320, 299)}),
]
EVERY = [*((name, {}) for name in list_models()), *OPTIONS]


def run(text):
    """The class that the program defines."""
    names = {"__name__": "net"}
    exec(compile(text, "net.py", "exec"), names)
    return next(each for each in names.values() if isinstance(each, type) and issubclass(each, nn.Module))


def same_weights(built, model):
    """An instance of the class `built` with the weights of `model`, in their order."""
    with torch.device("meta"):
        network = built()
    weights = dict(zip(network.state_dict(), model.state_dict().values(), strict=True))
    network.load_state_dict(weights, assign=True)
    return network


def outputs(model, x, training):
    with torch.no_grad():
        found = model.train(training)(x)
    return found if isinstance(found, tuple) else (found,)


@pytest.mark.parametrize(("name", "options"), EVERY)
def test_computes_what_the_model_computes(name, options):
    slim = {} if name in ("alexnet", "vgg16") else {"width": 0.25}  # those two are torchvision's
    options = {"num_classes": 7, **slim, **options}
    options.setdefault("image_size", architecture(name, **options).min_image_size)
    network = architecture(name, **options)
    text = python_code(network)
    model = create_model(name, seed=0, **options).eval()
    built = same_weights(run(text), model)
    x = torch.rand(1, network.in_channels, *network.image_size, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(outputs(built, x, False), outputs(model, x, False), rtol=1e-5, atol=1e-5)


def test_auxiliary_heads_come_in_the_model_s_order():
    network = architecture("googlenet", num_classes=5, image_size=79, width=0.25)
    model = create_model("googlenet", num_classes=5, image_size=79, width=0.25, seed=0)
    built = same_weights(run(python_code(network)), model)
    x = torch.rand(2, 3, 79, 79, generator=torch.Generator().manual_seed(0))
    found = []
    for net in (built, model):
        torch.manual_seed(0)  # for dropout
        found.append(outputs(net, x, True))
    torch.testing.assert_close(*found, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("name", "options"), EVERY)
def test_is_formatted_and_says_every_shape(name, options, tmp_path):
    network = architecture(name, **options)
    text = python_code(network)
    (tmp_path / "net.py").write_text(text, encoding="ascii")
    for command in (["format", "--check"], ["check", "--select", "E,F,I,B"]):
        subprocess.run(
            [Path(sys.executable).with_name("ruff"), *command, "--isolated", "--line-length=88", "net.py"],
            cwd=tmp_path,
            check=True,
        )
    forward = text.partition("def forward")[2].partition("return x\n")[0]
    rows = [*network.trace(), *network.trace_heads()]
    assert forward.count("# (N,") >= 1 + sum(len(row.layers) for row in rows)


def test_every_way_to_draw_first_weights_is_known():
    assert set(code.INITS) == set(INITS)


def test_first_weights_are_drawn_as_the_paper_says():
    built = run(python_code(architecture("inception_v3", width=0.25)))()
    weight = built.inception_5b_n5x5.get_submodule("0").weight
    assert weight.abs().max() <= 0.2
    assert weight.std().item() == pytest.approx(0.088, abs=0.005)  # a normal of 0.1, cut at two deviations


def test_the_command_s_file_runs_and_prints_the_shape(tmp_path, capsys):
    assert main(["table", "googlenet", "--code", "--image-size", "96", "--num-classes", "3", "--no-aux"]) == 0
    (tmp_path / "net.py").write_text(capsys.readouterr().out, encoding="ascii")
    done = subprocess.run([sys.executable, "-I", "net.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "(1, 3)\n"


def test_writing_code_needs_no_torch():
    lines = (
        "import sys; from inception_edu.cli import main; main(['table', 'inception_v4', '--code']);"
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", lines], check=True, stdout=subprocess.DEVNULL)
