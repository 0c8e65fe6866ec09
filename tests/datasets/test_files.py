"""What a folder holds besides the pictures that somebody put there."""

import os
import socket
import sys

import pytest

from inception_edu.datasets import files, open_dataset
from inception_edu.datasets.images import UnreadableImage, read_image

from .conftest import jpeg

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and links of POSIX")


@pytest.fixture
def tree(tmp_path):
    for split in ("train", "val"):
        for name in ("cat", "dog"):
            (tmp_path / split / name).mkdir(parents=True)
            for k in range(3):
                (tmp_path / split / name / f"{k}.jpg").write_bytes(jpeg(40, 40, seed=k))
    return tmp_path


HIDDEN = [".git", ".ipynb_checkpoints", "__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information", "#recycle"]


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("place", ["train", "val", "train/cat", "."])
def test_hidden_folders(tree, place, name):
    folder = tree / place / name / "inside"
    folder.mkdir(parents=True)
    for copy in (folder, folder.parent):
        (copy / "0.jpg").write_bytes(jpeg())
    for split in ("train", "val"):
        opened = open_dataset("image_folder", root=tree, split=split)
        assert (opened.classes, len(opened), opened.report) == (("cat", "dog"), 6, {})


@pytest.mark.parametrize("name", ["._0.jpg", ".0.jpg", "Thumbs.db", "desktop.ini", ".DS_Store", "notes.txt", "Icon\r"])
def test_hidden_and_other_files(tree, name):
    for place in ("train", "train/cat"):
        (tree / place / name).write_bytes(b"no picture")
    opened = open_dataset("image_folder", root=tree).prepare()
    assert (opened.classes, len(opened), opened.report) == (("cat", "dog"), 6, {})


def test_a_hidden_folder_may_hold_all_of_it(tree):
    away = tree / ".cache"
    away.mkdir()
    for split in ("train", "val"):
        (tree / split).rename(away / split)
    assert len(open_dataset("image_folder", root=away)) == 6


def pipe(tree):
    os.mkfifo(tree / "train/cat/x.png")


def device(tree):
    os.symlink("/dev/zero", tree / "train/cat/x.png")


def bound(tree):
    here = os.getcwd()
    os.chdir(tree / "train/cat")  # a socket's path must be short
    try:
        socket.socket(socket.AF_UNIX).bind("x.png")
    finally:
        os.chdir(here)


def folder(tree):
    (tree / "train/cat/x.png").mkdir()
    (tree / "train/cat/x.png/0.jpg").write_bytes(jpeg())


def empty(tree):
    (tree / "train/cat/x.png").touch()


def loose(tree):
    (tree / "train/x.png").write_bytes(jpeg())


def link(target, at="train/cat/again"):
    def make(tree):
        os.symlink(target if isinstance(target, str) else tree / target[0], tree / at)

    return make


@needs_posix
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (pipe, files.NO_FILE),
        (device, files.NO_FILE),
        (bound, files.NO_FILE),
        (folder, files.NO_FILE),
        (empty, files.EMPTY_FILE),
        (loose, files.LOOSE),
        (link("nowhere"), files.BROKEN_LINK),
        (link("again"), files.BROKEN_LINK),
        (link("again", "train/again"), files.BROKEN_LINK),
        (link("."), files.KNOWN_FOLDER),
        (link(".."), files.KNOWN_FOLDER),
        (link("../.."), files.KNOWN_FOLDER),
        (link("/"), files.KNOWN_FOLDER),
        (link("../dog"), files.KNOWN_FOLDER),
        (link("../../val"), files.KNOWN_FOLDER),
        (link("../../val/cat"), files.KNOWN_FOLDER),
        (link("cat", "train/again"), files.KNOWN_FOLDER),
        (link("..", "train/again"), files.KNOWN_FOLDER),
        (link("dog", "train/a"), files.KNOWN_FOLDER),
    ],
    ids=lambda value: value.__name__ if callable(value) else value[:12],
)
def test_what_is_no_picture_is_passed_over_and_told(tree, make, reason):
    make(tree)
    with pytest.warns(UserWarning, match=r"^image_folder train: .*: 1$"):
        opened = open_dataset("image_folder", root=tree).prepare()
    assert opened.report == {reason: 1}
    assert (opened.classes, len(opened)) == (("cat", "dog"), 6)


@needs_posix
def test_links_to_elsewhere_are_followed_once(tree, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "more").mkdir()
    for k in range(2):
        (elsewhere / "more" / f"{k}.jpg").write_bytes(jpeg())
    os.symlink(elsewhere, elsewhere / "more" / "round")
    os.symlink(elsewhere / "more/0.jpg", tree / "train/cat/one.jpg")
    os.symlink(elsewhere / "more", tree / "train/eel")
    with pytest.warns(UserWarning, match=files.KNOWN_FOLDER):
        opened = open_dataset("image_folder", root=tree)
    assert opened.classes == ("cat", "dog", "eel")
    assert opened.labels.tolist() == [0] * 4 + [1] * 3 + [2] * 2
    assert opened.report == {files.KNOWN_FOLDER: 1}


@needs_posix
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.jpg")
    with pytest.raises(UnreadableImage, match="is no regular file"):
        read_image(tmp_path / "x.jpg")
