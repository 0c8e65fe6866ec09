"""The command line as a process: encodings, readers that go away, full disks, Ctrl-C."""

import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from inception_edu.commands.streams import writable

COMMAND = [sys.executable, "-m", "inception_edu"]


def command(*arguments, stdout=subprocess.PIPE, **environment):
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHONUNBUFFERED")}
    return subprocess.run([*COMMAND, *arguments], stdout=stdout, stderr=subprocess.PIPE, env=env | environment)


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "gbk", "ascii", "utf-16", "utf-8", "shift_jis"])
def test_claims_are_written_in_every_encoding(encoding):
    done = command("claims", "--verdict", "rounds", PYTHONUTF8="0", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "computed" in done.stdout.decode(encoding)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8"])
def test_json_is_ascii_under_every_encoding(encoding):
    done = command("claims", "--json", PYTHONUTF8="0", PYTHONIOENCODING=encoding)
    assert done.stdout.isascii()
    assert any("×" in claim["statement"] for claim in json.loads(done.stdout))


def written(text, encoding, monkeypatch, as_json=False):
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding=encoding))
    with writable() as turn_to_json:
        if as_json:
            turn_to_json()
        print(text, end="")
    assert (sys.stdout.encoding, sys.stdout.errors) == (encoding, "strict"), "as it was"
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("text", "ascii"),
    [
        ("3×3 … 10⁶ ± 1 ≈ “é”", '3x3 ... 10^6 +/- 1 ~ "e"'),
        ("中\udcff", "\\u4e2d\\udcff"),
    ],
)
def test_what_an_encoding_lacks_is_spelled(text, ascii, monkeypatch):
    assert written(text, "ascii", monkeypatch).decode() == ascii


def test_what_an_encoding_has_is_kept(monkeypatch):
    assert written("3×3 ≠ é", "cp1252", monkeypatch).decode("cp1252") == "3×3 != é"


def test_json_keeps_every_character(monkeypatch):
    text = "×中😀\ud800“"
    found = written(json.dumps(text, ensure_ascii=False), "cp437", monkeypatch, as_json=True)
    assert json.loads(found) == text


@pytest.mark.parametrize("arguments", [("models",), ("claims",), ("--help",), ("train", "--fields")])
def test_a_reader_that_went_away_is_no_error(arguments):
    reader, writer = os.pipe()
    os.close(reader)
    done = command(*arguments, stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [("models",), ("claims", "--json")])
def test_a_full_disk_is_one_line(arguments):
    with open("/dev/full", "w") as full:
        done = command(*arguments, stdout=full)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"No space left" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a POSIX signal")
def test_ctrl_c_while_torch_loads_ends_with_130_and_one_line(tmp_path):
    """A package in torch's place says that it loads, and then takes its time, deaf to KeyboardInterrupt."""
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text(
        "import time\nprint('loading', flush=True)\n"
        "for _ in range(100):\n    try:\n        time.sleep(0.1)\n    except BaseException:\n        pass\n"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    process = subprocess.Popen(
        [*COMMAND, "train", "quick"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, cwd=tmp_path
    )
    assert process.stdout.readline() == b"loading\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"inception-edu: stopped\n")


def test_ctrl_c_elsewhere_ends_with_130_and_one_line(monkeypatch, capsys):
    from inception_edu import cli
    from inception_edu.commands import models

    def interrupted(args):
        raise KeyboardInterrupt

    monkeypatch.setattr(models, "run", interrupted)
    assert cli.main(["models"]) == 130
    assert capsys.readouterr().err == "inception-edu models: stopped\n"
