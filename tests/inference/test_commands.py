"""`inception-edu predict` and `export`, as a shell runs them."""

import json
import shutil
import subprocess
import sys

import pytest

from inception_edu.cli import main


def command(*arguments, **settings) -> subprocess.CompletedProcess:
    program = [sys.executable, "-m", "inception_edu", *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, encoding="utf-8", **settings)


def test_predict_prints_json_and_nothing_else(run, pictures, capsys, tmp_path):
    folder = shutil.copytree(pictures / "val" / "grass", tmp_path / "grass")
    (folder / ".hidden").mkdir(exist_ok=True)
    (folder / ".hidden" / "x.png").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("no picture")
    named = [str(folder), str(pictures / "val" / "ладья" / "0.png")]
    assert main(["predict", *named, "--weights", str(run[1]), "--top", "2", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    found = json.loads(out)
    assert [each["picture"] for each in found] == [
        *(str(folder / f"{number}.png") for number in range(4)),
        str(pictures / "val" / "ладья" / "0.png"),
    ]
    assert all(set(label) == {"class_index", "label", "probability"} for each in found for label in each["predictions"])
    assert {len(each["predictions"]) for each in found} == {2}


def test_predict_tells_what_it_cannot_read_and_predicts_the_rest(run, pictures, tmp_path):
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    (tmp_path / "empty").mkdir()
    good = pictures / "val" / "grass" / "0.png"
    done = command(
        "predict",
        tmp_path / "bad.jpg",
        good,
        tmp_path / "none.png",
        tmp_path / "empty",
        "--weights",
        run[1],
        "--top",
        1,
    )
    assert done.returncode == 2
    assert done.stdout.startswith(f"{good}: ")
    assert done.stdout.count("\n") == 1
    first, second, third = done.stderr.splitlines()
    assert "bad.jpg cannot be read as a picture" in first
    assert "none.png cannot be read as a picture" in second
    assert "empty is a folder without pictures" in third


def test_export_writes_what_torch_loads(run, tmp_path):
    done = command("export", run[1], "-o", tmp_path / "model.ts", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["format"] == "TorchScript"
    assert told["classes"] == ["blue sky", "grass", "ладья"]
    assert (tmp_path / "model.ts").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("predict", "x.png", "--weights", "none"), "none is no folder of a finished run"),
        (("predict", "x.png", "--weights", "."), "has no result.json: it holds no run"),
        (("predict", "x.png", "--weights", "imagenet", "--model", "inception_v4"), "has no ImageNet weights"),
        (("predict", "x.png", "--weights", "imagenet", "--classes", "none.txt"), "none.txt"),
        (("predict", "x.png", "--weights", "none", "--device", "gpu"), "there is no device 'gpu' here"),
        (("export", "none", "-o", "model.onnx"), "none is no folder of a finished run"),
        (("export", "none", "-o", "model.onnx", "--set", "model=3"), "--set model is not an option of the network"),
    ],
)
def test_bad_input_is_one_line_and_status_2(tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1
