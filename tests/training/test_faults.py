"""What can go wrong in a run: each fault is one clear line, and what was good is kept."""

import errno
import io
import os
import pickle
import zipfile

import pytest
import torch

from inception_edu import files, train
from inception_edu.cli import main
from inception_edu.files import write_atomically
from inception_edu.training.checkpoint import FORMAT, load_checkpoint, save_checkpoint
from inception_edu.training.errors import NotFinite, OutOfMemory
from inception_edu.training.precision import choose_precision

from .tiny import TinyNet, tiny_data, tiny_recipe, tiny_sets


def run(out=None, model=None, datasets=None, changes=None, **options):
    return train(
        tiny_recipe(**changes or {}),
        model=model or TinyNet(),
        datasets=datasets or tiny_sets(),
        out=out,
        progress=False,
        checkpoint_seconds=0,
        **options,
    )


# ------------------------------------------------------------------------------------------------ checkpoint files


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(path, {"model": {"weight": torch.arange(1000.0)}, "epoch": 3})
    return path


def test_a_checkpoint_comes_back(good):
    state = load_checkpoint(good)
    assert state["epoch"] == 3
    assert torch.equal(state["model"]["weight"], torch.arange(1000.0))


def refused(path, message):
    with pytest.raises(ValueError, match=message) as told:
        load_checkpoint(path)
    assert str(path) in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_checkpoint_is_refused(good, part):
    content = good.read_bytes()
    good.write_bytes(content[: int(part * len(content))])
    refused(good, "cut short|damaged")


def test_a_flipped_bit_is_noticed(good):
    content = bytearray(good.read_bytes())
    content[len(content) // 2] ^= 0x10
    good.write_bytes(content)
    refused(good, "damaged")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n" + bytes(100), pickle.dumps({"format": FORMAT})])
def test_a_foreign_file_is_refused(tmp_path, content):
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(content)
    refused(path, "no checkpoint at all")


def test_a_foreign_zip_is_refused(tmp_path):
    path = tmp_path / "checkpoint.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.txt", "hello")
    refused(path, "no checkpoint at all")


@pytest.mark.parametrize("content", [{"weight": torch.ones(2)}, torch.ones(3), {"format": "other"}, [1, 2]])
def test_weights_of_another_program_are_refused(tmp_path, content):
    path = tmp_path / "checkpoint.pt"
    torch.save(content, path)
    refused(path, "was not written by `inception-edu train`")


def test_a_future_version_is_refused(tmp_path):
    path = tmp_path / "checkpoint.pt"
    torch.save({"format": FORMAT, "version": 99}, path)
    refused(path, "it is of version 99")


class Harm:
    def __reduce__(self):
        return os.mkdir, ("harm-was-done",)


def test_a_malicious_checkpoint_does_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "checkpoint.pt"
    torch.save({"format": FORMAT, "version": 1, "model": Harm()}, path)
    refused(path, "more than tensors and numbers, and may do harm")
    assert not (tmp_path / "harm-was-done").exists()


def test_the_command_says_it_in_one_line(tmp_path, capsys):
    (tmp_path / "checkpoint.pt").write_bytes(b"hello")
    status = main(
        ["train", "quick", "--resume", "--out", str(tmp_path), "--subset", "10", "--set", "data.test_subset=10"]
    )
    err = capsys.readouterr().err
    assert status == 2
    assert err.splitlines()[-1].startswith("inception-edu train: cannot continue from")


def test_a_missing_checkpoint_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="no checkpoint"):
        load_checkpoint(tmp_path / "checkpoint.pt")


# ------------------------------------------------------------------------------------------------------- full disk


def no_space(*args):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_keeps_the_last_checkpoint(good, monkeypatch):
    monkeypatch.setattr(files.os, "fsync", no_space)
    with pytest.raises(OSError, match=r"no space left to write .*checkpoint.pt; .* still holds the last checkpoint"):
        save_checkpoint(good, {"epoch": 4})
    assert load_checkpoint(good)["epoch"] == 3
    assert [path.name for path in good.parent.iterdir()] == ["checkpoint.pt"], "the half-written file is gone"


def test_a_run_goes_on_after_the_disk_was_full(tmp_path, monkeypatch):
    whole = run()

    def fill(event, loop):
        if (event, loop.epoch) == ("epoch", 1):
            monkeypatch.setattr(files.os, "fsync", no_space)

    with pytest.raises(OSError, match="continue with --resume"):
        run(tmp_path, callback=fill)
    monkeypatch.undo()
    rest = run(tmp_path, resume=True)
    assert all(torch.equal(a, b) for a, b in zip(whole.model.parameters(), rest.model.parameters(), strict=True))


def test_other_errors_of_the_disk_are_passed_on(good, monkeypatch):
    def broken(*args):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(files.os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output error"):
        save_checkpoint(good, {})


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "run").write_text("hello")
    with pytest.raises(ValueError, match="is a file, not a folder"):
        run(tmp_path / "run")


def test_left_over_parts_of_killed_writers_are_cleared_away(tmp_path):
    left, writing = (tmp_path / f".history.csv.{process}.tmp" for process in (10**9, os.getppid()))
    for path in (left, writing):
        path.write_text("half")
    write_atomically(tmp_path / "history.csv", b"whole")
    assert not left.exists()
    assert writing.exists() == (os.name == "posix")


# ------------------------------------------------------------------------------------------------ not a number, memory


def poison(epoch, step):
    """A callback that makes the weights not a number at one step."""

    def callback(event, loop):
        if (event, loop.epoch, loop.step) == ("gradients", epoch, step):
            next(loop.model.parameters()).grad.fill_(float("nan"))

    return callback


def test_a_loss_that_is_no_number_stops_the_run_and_says_where(tmp_path):
    with pytest.raises(
        NotFinite, match=r"since epoch 2, step 4 of 6 \(learning rate [0-9.e-]+\); the last good state is in"
    ):
        run(tmp_path, callback=poison(epoch=1, step=2))
    state = load_checkpoint(tmp_path / "checkpoint.pt")
    assert state["epoch"] == 1
    assert all(torch.isfinite(value).all() for value in state["model"].values())


def test_weights_that_are_no_number_are_not_saved(tmp_path):
    # poisoned by the very last step of an epoch: its loss was still fine
    with pytest.raises(NotFinite, match="epoch 2, step 6"):
        run(tmp_path, callback=poison(epoch=1, step=5))
    assert load_checkpoint(tmp_path / "checkpoint.pt")["epoch"] == 1


def test_weights_spoilt_by_the_last_step_of_all_are_not_a_result(tmp_path):
    with pytest.raises(NotFinite, match="epoch 3, step 6"):
        run(tmp_path, callback=poison(epoch=2, step=5))
    assert not (tmp_path / "result.json").exists()


def test_without_a_folder_there_is_no_last_good_state():
    with pytest.raises(NotFinite, match="no checkpoint was written before"):
        run(callback=poison(epoch=0, step=0))


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({}, r"batch of 8 images of 8 pixels: try batch_size=4, or accumulate=2, which takes the same steps in 2"),
        ({"accumulate": 2}, r"try batch_size=4, or accumulate=4"),
        ({"accumulate": 8}, r"try batch_size=4$"),
        ({"batch_size": 1}, r"try smaller images or a narrower network"),
    ],
)
def test_out_of_memory_says_which_batch_to_try(changes, advice):
    def callback(event, loop):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")

    with pytest.raises(OutOfMemory, match=advice):
        run(callback=callback, changes=changes, datasets=tiny_sets(16))


def test_out_of_memory_on_a_cpu_is_told_too():
    class Hungry(TinyNet):
        def forward(self, x):
            return torch.empty(2**50)

    with pytest.raises(OutOfMemory, match="this machine has too little memory"):
        run(model=Hungry())


def test_other_errors_are_passed_on():
    def callback(event, loop):
        raise RuntimeError("something else")

    with pytest.raises(RuntimeError, match="something else"):
        run(callback=callback)


# ------------------------------------------------------------------------------------------------------------ classes


def test_more_classes_in_the_data_than_in_the_network():
    with pytest.raises(ValueError, match=r"the data has 3 classes, the network only 2: create it with num_classes=3"):
        run(model=TinyNet(classes=2))


def test_training_and_test_data_with_other_classes():
    with pytest.raises(ValueError, match="differ in their classes: blue, yellow"):
        run(datasets=(tiny_data(), tiny_data(24, "test", classes=("red", "green", "yellow"))))


def test_float16_needs_a_gpu():
    with pytest.raises(ValueError, match="precision = float16 needs a GPU"):
        choose_precision("float16", torch.device("cpu"))


def test_resume_needs_a_folder():
    with pytest.raises(ValueError, match="give out="):
        run(resume=True)


def test_the_file_of_weights_holds_weights_alone(tmp_path):
    result = run(tmp_path)
    weights = torch.load(io.BytesIO((tmp_path / "model.pt").read_bytes()), weights_only=True)
    assert weights.keys() == result.model.state_dict().keys()
