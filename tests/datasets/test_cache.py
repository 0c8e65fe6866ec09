"""The cache: complete or not at all."""

import os
import sys
import time
from pathlib import Path

import pytest

from inception_edu.datasets.cache import ABANDONED, cache_dir, cache_key, publish


def write(folder: Path) -> None:
    (folder / "a").write_text("whole")


def test_published_at_once(tmp_path):
    seen = []

    def slow(folder):
        write(folder)
        seen.append((tmp_path / "c" / "x").exists())

    publish(tmp_path / "c" / "x", slow)
    assert seen == [False]
    assert (tmp_path / "c" / "x" / "a").read_text() == "whole"
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["x"]


def test_a_failure_leaves_nothing(tmp_path):
    def fail(folder):
        write(folder)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        publish(tmp_path / "x", fail)
    assert list(tmp_path.iterdir()) == []


def test_the_first_of_two_writers_stays(tmp_path):
    def overtaken(folder):
        publish(tmp_path / "x", write)
        (folder / "a").write_text("late")

    publish(tmp_path / "x", overtaken)
    assert (tmp_path / "x" / "a").read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_what_a_killed_writer_left_is_swept_away_after_a_day(tmp_path):
    old, young = tmp_path / ".unfinished-old", tmp_path / ".unfinished-young"
    for folder in (old, young):
        folder.mkdir()
        write(folder)
    os.utime(old, (0, time.time() - ABANDONED - 60))
    publish(tmp_path / "x", write)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".unfinished-young", "x"]


def test_the_variable_decides(tmp_path, monkeypatch):
    monkeypatch.setenv("INCEPTION_EDU_CACHE", str(tmp_path))
    assert cache_dir() == tmp_path


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the folder of Linux")
def test_the_folder_of_the_user(tmp_path, monkeypatch):
    monkeypatch.delenv("INCEPTION_EDU_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir() == tmp_path / "inception_edu"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_dir() == tmp_path / ".cache" / "inception_edu"


def test_keys_depend_on_every_part():
    keys = {cache_key(*parts) for parts in [("a", 1), ("a", 2), ("b", 1), ("a", "1"), ("a1",), (["a", 1],)]}
    assert len(keys) == 6
