"""Each chapter as Colab opens it: alone in an empty folder, where torch and Jupyter are but not this package.

After its own cells come those of the solutions, as by a reader who opens one after the other and pastes it.
"""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat
import pytest
from notebooks import FIRST_CELL

pytestmark = pytest.mark.slow

RUN = """
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[1])
"""
WHERE = """
import sys, inception_edu, torch
print(sys.prefix, inception_edu.__file__, torch.__file__, sep="\\n")
"""


@pytest.fixture
def colab(tmp_path) -> Path:
    """An environment's Python. The environment has every package of this one, by link, except the project's."""
    root = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root], check=True)
    python = root / ("Scripts" if os.name == "nt" else "bin") / "python"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    there = Path(subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True).stdout.strip())
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith(("inception_edu", "__pycache__")) and entry.suffix != ".pth":
            (there / entry.name).symlink_to(entry)
    return python


def environment(wheel: Path, home: Path) -> dict[str, str]:
    """Nothing of the tree is in reach, and pip may fetch nothing: what it installs is the wheel alone."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PIP_", "VIRTUAL_ENV", "JUPYTER"))
    }
    return kept | {
        "INCEPTION_EDU_SOURCE": wheel.as_uri(),
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONNOUSERSITE": "1",
        "IPYTHONDIR": str(home),
        "OMP_NUM_THREADS": "1",
    }


def solutions(notebook) -> list[str]:
    """The Python of the folded solutions, in order."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    folded = re.findall(r"<summary>Solution</summary>(.*?)</details>", text, flags=re.DOTALL)
    return [
        code for part in folded for code in re.findall(r"^```python\n(.*?)^```", part, flags=re.DOTALL | re.MULTILINE)
    ]


def test_chapter_runs_alone(chapter, colab, wheel, tmp_path):
    folder = tmp_path / "content"
    folder.mkdir()
    notebook = nbformat.read(chapter, as_version=4)
    notebook.cells += map(nbformat.v4.new_code_cell, [*solutions(notebook), WHERE])
    nbformat.write(notebook, folder / chapter.name)
    run = {"cwd": folder, "env": environment(wheel, tmp_path / "home"), "capture_output": True, "text": True}

    before = subprocess.run([colab, "-c", "import inception_edu"], **run)
    assert "ModuleNotFoundError" in before.stderr, "the package is there before the first cell"
    result = subprocess.run([colab, "-c", RUN, chapter.name], **run)
    assert result.returncode == 0, result.stderr[-3000:]

    executed = nbformat.read(folder / chapter.name, as_version=4)
    prefix, package, torch = executed.cells[-1].outputs[0].text.splitlines()
    assert Path(prefix) == colab.parents[1]
    assert Path(package).is_relative_to(prefix), "the package is not the one that the first cell installed"
    assert (Path(torch).parent).is_symlink(), "PyTorch was installed again"
    setup = next(cell for cell in executed.cells if cell.cell_type == "code")
    assert setup.outputs[-1].text.startswith("inception_edu ")


def test_first_cell_asks_for_the_torch_that_is_there(monkeypatch):
    """Whatever the package's bounds say, pip is told the versions in place: it keeps them or refuses."""
    import importlib.util
    from importlib import metadata

    commands = []
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "inception_edu" else found(name))
    monkeypatch.setattr(subprocess, "check_call", commands.append)
    monkeypatch.setenv("INCEPTION_EDU_SOURCE", "file:///somewhere")
    exec(FIRST_CELL, {})
    (command,) = commands
    assert command[1:] == [
        *("-m", "pip", "install", "--quiet", "inception-edu[notebook] @ file:///somewhere"),
        f"torch=={metadata.version('torch')}",
        f"torchvision=={metadata.version('torchvision')}",
    ]
