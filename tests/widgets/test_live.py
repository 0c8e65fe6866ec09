"""The same widgets in a live JupyterLab: what the reader does in the browser is in Python's next cell, and back."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.slow

CELLS = [
    "from inception_edu.widgets import ReductionCalculator\nw = ReductionCalculator()\nw",
    "print('python says', w.reduce_channels, w.params['kernel_size'], w.figures['reduced_params'])",
    "w.in_channels = 832",
    "from inception_edu.widgets import InsideView\nview = InsideView()\nview",
    "print('python says', view.off)",
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab server on this machine with one notebook; gives its address."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "live.ipynb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    home = folder / "home"
    settings = {
        "ServerApp.port": port,
        "ServerApp.ip": "127.0.0.1",
        "IdentityProvider.token": token,
        "ServerApp.root_dir": folder,
        "ServerApp.allow_root": True,
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    words = [f"--{name}={value}" for name, value in settings.items()]
    program = [sys.executable, "-m", "jupyterlab", "--no-browser", *words]
    places = {
        "HOME": home,
        "JUPYTER_CONFIG_DIR": home,
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "PYTHONPATH": Path.cwd(),
    }
    environment = {**os.environ, **{name: str(place) for name, place in places.items()}, "OMP_NUM_THREADS": "1"}
    home.mkdir()
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(program, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api?token={token}", timeout=2).close()
                break
            except OSError:
                assert server.poll() is None, (folder / "server.log").read_text()
                time.sleep(0.25)
        yield f"{address}/doc/tree/live.ipynb?token={token}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


@pytest.fixture
def notebook(chromium, lab):
    """The notebook in a browser, and what runs one of its cells and gives its output area."""
    page = chromium.new_page(viewport={"width": 1300, "height": 1000})
    page.set_default_timeout(60_000)
    # On a busy machine JupyterLab says in a dialog that its server is slow, and waits behind it for a button.
    page.add_locator_handler(page.locator(".jp-Dialog"), lambda dialog: dialog.locator(".jp-mod-accept").click())
    page.goto(lab)

    def run(cell: int):
        """A notebook that still connects to its kernel drops what it is told: it is told again."""
        area = page.locator(".jp-Notebook .jp-CodeCell").nth(cell)
        for _ in range(30):
            area.locator(".cm-content").click()
            page.keyboard.press("Control+Enter")
            page.wait_for_timeout(1_000)
            if area.locator(".jp-InputPrompt").inner_text() != "[ ]:":
                return area.locator(".jp-OutputArea-output")
        raise AssertionError(f"cell {cell} does not run")

    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.wait_for_selector('[data-status="idle"], .jp-Notebook-ExecutionIndicator[data-status="idle"]')
    yield page, run
    page.close()


def test_traits_change_on_both_sides(notebook):
    page, run = notebook
    run(0)
    widget = page.locator('[data-widget="reduction-calculator"]')
    widget.wait_for()
    assert widget.count() == 1, "the live view alone, not the page's HTML beside it"
    assert widget.locator('[data-value="reduced_params"]').get_attribute("data-number") == "50688"

    widget.locator('[data-exact="reduce_channels"]').fill("48")
    widget.locator('[data-control="kernel_size"]').focus()
    page.keyboard.press("ArrowLeft")
    assert widget.locator('[data-value="reduced_params"]').get_attribute("data-number") == str(512 * 48 + 9 * 48 * 64)
    said = run(1)
    said.get_by_text(f"python says 48 3 {512 * 48 + 9 * 48 * 64}").wait_for()

    run(2)
    page.wait_for_function(
        """() => document.querySelector('[data-exact="in_channels"]').value === "832"
             && document.querySelector('[data-value="direct_params"]').dataset.number === String(9 * 832 * 64)"""
    )


def test_the_kernel_computes_for_the_view_inside_a_network(notebook):
    page, run = notebook
    run(3)
    widget = page.locator('[data-widget="inside-view"]')
    page.wait_for_selector("[data-ready]")
    assert widget.locator(".in-best").count() == 1
    assert "The kernel computes" in widget.inner_text()
    said = widget.locator(".iw-say").inner_text()
    widget.locator('[data-switch="inception (3a) / 3x3"]').click()
    page.wait_for_function("said => document.querySelector('.iw-say').innerText !== said", arg=said)
    widget.locator('[data-show="class"]').click()
    page.wait_for_function("document.querySelector('.in-caption').textContent.includes('places')")
    run(4).get_by_text("python says ['inception (3a) / 3x3']").wait_for()
