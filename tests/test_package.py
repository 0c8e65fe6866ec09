"""The package as an engineer installs it: the wheel and what it declares, without the extras of the book."""

import json
import os
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.slow


def closure(name: str) -> set[str]:
    """A distribution's dependencies and theirs, extras left out."""
    found, waiting = set(), [name]
    while waiting:
        for text in metadata.requires(waiting.pop()) or ():
            requirement = Requirement(text)
            needed = canonicalize_name(requirement.name)
            if needed not in found and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
                found.add(needed)
                waiting.append(needed)
    return found


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory) -> Path:
    """The Python of an environment that holds the wheel and its declared dependencies, and nothing else."""
    root = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root], check=True)
    program = root / ("Scripts" if os.name == "nt" else "bin") / "python"
    there = Path(sysconfig.get_path("purelib", vars={"base": str(root)}))
    here = Path(sysconfig.get_path("purelib"))
    for name in closure("inception-edu"):
        for top in {file.parts[0] for file in metadata.files(name) or ()}:
            if (here / top).exists() and not (there / top).exists() and top != "__pycache__":
                (there / top).symlink_to(here / top)
    install = [sys.executable, "-m", "pip", "--python", program, "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True)
    return program


def run(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run([python, *arguments], cwd=folder, env=kept, capture_output=True, text=True)


def test_tables_and_models_work(python, tmp_path):
    code = """
import json, torch
from inception_edu import create_model, layer_table
model = create_model("googlenet_bn", num_classes=7, width=0.25, aux_logits=False).eval()
table = layer_table(model, 64)
print(json.dumps([list(model(torch.zeros(1, 3, 64, 64)).shape), table.total.params,
                  sum(p.numel() for p in model.parameters()), layer_table("googlenet", aux_logits=False).total.params]))
"""
    done = run(python, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    shape, measured, counted, googlenet = json.loads(done.stdout)
    assert shape == [1, 7]
    assert measured == counted
    assert googlenet == 6_998_552


def test_pictures_are_predicted(python, tmp_path):
    code = """
import torch
from PIL import Image
from inception_edu import create_model
torch.save(create_model("googlenet_uva", num_classes=4, seed=0).state_dict(), "weights.pt")
Image.new("RGB", (50, 40), "navy").save("picture.png")
"""
    assert run(python, tmp_path, "-c", code).returncode == 0
    arguments = "predict picture.png --weights weights.pt --model googlenet_uva --json"
    done = run(python, tmp_path, "-m", "inception_edu", *arguments.split())
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    assert sorted(each["label"] for each in found["predictions"]) == ["0", "1", "2", "3"]


@pytest.mark.parametrize("command", ["models", "table inception_v3", "claims"])
def test_the_command_line_works(command, python, tmp_path):
    done = run(python, tmp_path, "-m", "inception_edu", *command.split(), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)


@pytest.mark.parametrize("module", ["plots", "widgets", "notebook"])
def test_what_needs_the_extra_says_so(module, python, tmp_path):
    done = run(python, tmp_path, "-c", f"import inception_edu.{module}")
    assert done.returncode == 1
    assert "pip install 'inception-edu[notebook]'" in done.stderr.splitlines()[-1]
