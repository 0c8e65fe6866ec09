"""What every test may ask for: a browser, the real data, and a word on a tool that is missing."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

# The test processes share the machine; set before torch is imported, which reads it once.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

# A shell that starts the tests in the background lets them ignore Ctrl-C, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No test is timed: how long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"


def missing(what: str) -> None:
    """End the test for a missing tool: a failure in continuous integration, which can install it, else a skip."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"missing: {what}", pytrace=False)
    pytest.skip(f"missing: {what}")


@pytest.fixture(scope="session", autouse=True)
def no_cache_of_the_user(tmp_path_factory):
    """What tests keep lies in a folder of theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INCEPTION_EDU_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium, the system's own."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        missing("Chromium (on Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """The package as people install it, built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        folder,
        ROOT,
    ]
    subprocess.run(command, check=True)
    return next(folder.glob("inception_edu-*.whl"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real images, which is no part of the project."""
    if not DATA.is_dir():
        pytest.skip(f"no real data at {DATA}")
    return DATA
