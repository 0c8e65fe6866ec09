"""Whatever a caller passes to `open_dataset` ends in a data set or in one line."""

import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from inception_edu.datasets import DATASETS, base, open_dataset

from .conftest import jpeg, write_cifar

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**30, -(10**30), 10**5000, float("nan"), float("inf"), 1e308, 5e-324, -0.0]),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", " ", "\0", "a\0b", "\ud800", "x" * 5_000, "/dev/null", "train", "val", "shapes"]),
    st.binary(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.builds(dict),
    st.builds(object),
    st.builds(lambda: np.arange(3)),
    st.sampled_from([np.int64(3), np.float32(0.5), np.bool_(True), 1j, Path("nowhere"), int, len]),
)
SMALL = {"shapes": {"size": 20, "image_size": 8}, "cifar10": {"verify": False}}
ARGUMENTS = ("name", "root", "split", "image_size", "subset", "seed", "verify", "size", "margin", "test_fraction")


@pytest.fixture(autouse=True)
def little_memory(monkeypatch):
    """What would take minutes to draw is too much."""
    monkeypatch.setattr(base, "LARGEST_SET", 1 << 20)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder that holds something of nearly everything."""
    root = tmp_path_factory.mktemp("root")
    write_cifar(root)
    for name in ("cat", "dog"):
        (root / "pictures" / name).mkdir(parents=True)
        for k in range(3):
            (root / "pictures" / name / f"{k}.jpg").write_bytes(jpeg(20, 20, seed=k))
    return root


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(DATASETS), st.dictionaries(st.sampled_from(ARGUMENTS), ANYTHING, min_size=1, max_size=2))
@example("shapes", {"size": 10**12})
@example("shapes", {"image_size": 8_192})
@example("cifar10", {"image_size": 8_192, "subset": 20})
@example("cifar10", {"subset": 10**30})
@example("image_folder", {"test_fraction": 5e-324})
@example("shapes", {"split": "x" * 5_000})
def test_it_opens_or_says_why_not_in_one_line(root, name, arguments):
    place = arguments.get("root")
    assume(not isinstance(place, str) or not os.path.isdir(place))  # such as "/": all of it would be looked at
    folder = root / "pictures" if name == "image_folder" else root
    given = {"name": name, "root": folder, **SMALL.get(name, {}), **arguments}
    message = "none"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = open_dataset(**given)
        assert opened.describe()["samples"] == len(opened) > 0
    except (ValueError, FileNotFoundError) as error:
        message = str(error)
    assert message
    assert len(message) < 1_000
    assert "\n" not in message


@pytest.mark.parametrize("name", DATASETS)
def test_a_file_is_no_folder(tmp_path, name):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match=r"root is the path of a folder, and .*file is none"):
        open_dataset(name, root=tmp_path / "file")
