"""A run's folder: one run at a time, and what is said when the disk is full."""

import errno
import multiprocessing
import shutil
import time

import pytest

from inception_edu import files, train
from inception_edu.training.folders import new_folder
from inception_edu.training.run_folder import RunFolder

from .tiny import TinyNet, tiny_recipe, tiny_sets


def run(out, **options):
    return train(tiny_recipe(), model=TinyNet(), datasets=tiny_sets(), out=out, progress=False, **options)


@pytest.mark.parametrize("resume", [False, True])
def test_a_second_run_in_the_same_folder_is_refused(tmp_path, monkeypatch, resume):
    monkeypatch.setattr("inception_edu.training.run_folder.PATIENCE", 0)
    told = []

    def second(event, loop):
        if event == "step" and not told:
            with pytest.raises(ValueError, match=r"another run is writing to .* at this moment: wait for it") as error:
                run(tmp_path, resume=resume)
            told.append(error)

    run(tmp_path, callback=second)
    assert len(told) == 1


def test_the_folder_is_free_again_after_a_run_that_failed(tmp_path):
    def fail(event, loop):
        raise RuntimeError("something else")

    with pytest.raises(RuntimeError, match="something else"):
        run(tmp_path, callback=fail)
    assert run(tmp_path).checkpoint.exists()


@pytest.mark.parametrize("kept", [None, "mine.txt"])
def test_a_run_that_fails_before_it_wrote_anything_leaves_no_folder(tmp_path, kept):
    out = tmp_path / "run"
    if kept:
        out.mkdir()
        (out / kept).touch()
    with pytest.raises(FileNotFoundError, match=r"no file nowhere\.pt"):
        train("quick", out=out, progress=False, **{"model.options.weights": "nowhere.pt"})
    assert out.exists() == bool(kept)
    assert kept is None or (out / kept).exists()


def test_a_folder_that_was_taken_away_does_not_hide_the_error(tmp_path):
    folder = RunFolder(tmp_path / "run")

    def taken_away():
        with folder.claimed(resume=False):
            shutil.rmtree(folder.path)
            raise RuntimeError("something else")

    with pytest.raises(RuntimeError, match="something else"):
        taken_away()


def hold(path, ready):
    with RunFolder(path).claimed(resume=False):
        ready.set()
        time.sleep(600)


def test_a_killed_run_does_not_lock_for_ever(tmp_path):
    context = multiprocessing.get_context("forkserver")
    ready = context.Event()
    process = context.Process(target=hold, args=(tmp_path, ready))
    process.start()
    assert ready.wait(120)
    with pytest.raises(ValueError, match="another run"), RunFolder(tmp_path).claimed(resume=False):
        pass
    process.kill()
    process.join()
    with RunFolder(tmp_path).claimed(resume=False):
        pass


def no_space(*args):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_is_full_before_the_first_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr(files.os, "fsync", no_space)
    with pytest.raises(OSError, match=r"history.csv; no checkpoint has been written yet: .* then start again"):
        run(tmp_path)


@pytest.mark.parametrize("name", ["x" * 300, "file/run"])
def test_a_folder_that_cannot_be(tmp_path, name):
    (tmp_path / "file").write_text("hello")
    with pytest.raises(ValueError, match="cannot be the folder of a run"):
        run(tmp_path / name)


def test_two_runs_that_begin_at_once_get_two_folders(tmp_path):
    first, second = (new_folder(tmp_path / "runs", "tiny") for _ in range(2))
    assert first != second
    assert first.is_dir()
    assert second.is_dir()
    (tmp_path / "file").write_text("hello")
    with pytest.raises(OSError, match="file"):
        new_folder(tmp_path / "file", "tiny")
