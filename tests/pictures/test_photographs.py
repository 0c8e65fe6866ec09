"""The supplied photographs: free by the word of their source, small, of classes that a network of the book knows."""

import json
import zipfile

import numpy as np
import pytest

from inception_edu import photographs
from inception_edu.pictures.photographs import HERE, SIDE

ALL = photographs()
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


@pytest.mark.parametrize("photo", ALL, ids=lambda photo: photo.name)
class TestEveryPhotograph:
    def test_is_a_small_square_in_colour(self, photo):
        assert photo.image.size == (SIDE, SIDE)
        assert photo.array.shape == (SIDE, SIDE, 3)
        assert photo.array.dtype == np.uint8
        assert photo.array.std() > 20
        assert photo.path.stat().st_size < 16_000

    def test_shows_a_class_of_cifar_10(self, photo):
        assert photo.label in CLASSES
        assert photo.name.split("-")[0] == photo.label

    def test_is_free_and_says_where_that_is_written(self, photo):
        assert photo.licence in ("CC0 1.0", "public domain")
        assert photo.licence_url.startswith("https://creativecommons.org/publicdomain/")
        assert photo.source.startswith("https://")
        assert "licence" in photo.obtained
        assert photo.author in photo.credit
        assert photo.source in photo.credit


def test_every_file_has_a_credit_and_every_credit_a_file():
    assert {photo.path for photo in ALL} == set((HERE / "files").iterdir())
    assert len({photo.name for photo in ALL}) == len(ALL) == len(json.loads((HERE / "credits.json").read_text("utf-8")))


def test_the_whole_room_is_small():
    assert sum(photo.path.stat().st_size for photo in ALL) < 150_000


@pytest.mark.slow
def test_the_wheel_has_them(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "inception_edu/pictures/credits.json" in names
    assert {f"inception_edu/pictures/files/{photo.name}.jpg" for photo in ALL} <= names
