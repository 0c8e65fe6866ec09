"""The synthetic set: the same everywhere, balanced, and not to be solved by colour."""

import hashlib

import numpy as np
import pytest
import torch

from inception_edu.datasets import open_dataset, shapes
from inception_edu.datasets.shapes import CLASSES, LARGEST_RADIUS, OUTLINES, SMALLEST_RADIUS, draw

# Of images 0 to 199 of the training set; equal under NumPy 1.26 and 2.4, with and without vector instructions.
SHA256 = "483c07c7b944727f94404680690a39a7ca8ef1d4a8ea87d041d71dda86dde3c8"


@pytest.fixture(scope="module")
def train():
    return open_dataset("shapes")


@pytest.fixture(scope="module")
def test():
    return open_dataset("shapes", split="test")


def test_the_default_set(train, test):
    assert train.images.shape == (4_000, 3, 32, 32)
    assert test.images.shape == (1_000, 3, 32, 32)
    assert train.images.dtype == torch.uint8
    assert train.labels.dtype == torch.int64
    assert train.labels.bincount().tolist() == [400] * 10
    assert test.labels.bincount().tolist() == [100] * 10
    assert train.classes == CLASSES
    assert train.official is True


def test_pixels_are_those_of_every_other_machine(train):
    assert hashlib.sha256(train.images[:200].numpy().tobytes()).hexdigest() == SHA256


def test_no_image_twice_and_none_in_both_splits(train, test):
    images = [image.tobytes() for split in (train, test) for image in split.images.numpy()]
    assert len(set(images)) == len(images)


def test_another_seed_draws_other_images(train):
    other = open_dataset("shapes", seed=1, size=100)
    assert not (other.images == train.images[:100]).flatten(1).all(1).any()


def test_a_shorter_set_is_the_beginning_of_a_longer_one(train):
    assert torch.equal(open_dataset("shapes", size=120).images, train.images[:120])


def test_a_subset_holds_images_of_the_set(train):
    part = open_dataset("shapes", subset=50)
    known = {image.tobytes(): k for k, image in enumerate(train.images.numpy())}
    rows = [known[image.tobytes()] for image in part.images.numpy()]
    assert torch.equal(part.labels, train.labels[rows])
    assert torch.equal(part.radii, train.radii[rows])
    assert part.labels.bincount().tolist() == [5] * 10


def test_the_scene_is_the_same_at_every_image_size(train):
    large = open_dataset("shapes", image_size=128, size=60).images.float()
    small = torch.nn.functional.avg_pool2d(large, 4)
    assert (small - train.images[:60]).abs().mean() < 8  # of 255: the noise is drawn for each size


def test_every_class_comes_in_many_sizes(train):
    for label in range(10):
        radii = train.radii[train.labels == label]
        assert radii.min() < SMALLEST_RADIUS + 0.01
        assert radii.max() > LARGEST_RADIUS - 0.02
        assert radii.std() > 0.05


def test_colour_alone_hardly_helps(train, test):
    """Nearest class mean on the mean and spread of the colours: a tenth is chance."""

    def colours(split):
        images = split.images.float()
        return torch.cat([images.mean((2, 3)), images.std((2, 3))], dim=1)

    seen, asked = colours(train), colours(test)
    mean, spread = seen.mean(0), seen.std(0)
    centres = torch.stack([((seen - mean) / spread)[train.labels == label].mean(0) for label in range(10)])
    guesses = torch.cdist((asked - mean) / spread, centres).argmin(1)
    assert (guesses == test.labels).float().mean() < 0.18


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("disc", np.pi * 0.95**2),
        ("ring", np.pi * (0.96**2 - 0.52**2)),
        ("square", 1.6**2),
        ("triangle", 3 * 3**0.5 * 0.55**2),
        ("star", 5 * 1.1 * 0.5 * np.sin(np.pi / 5)),
        ("cross", 4 * 0.64 * (0.98 - 0.32) + 0.64**2),
    ],
)
def test_outlines_have_the_area_of_the_formula(name, area):
    side = np.linspace(-1.5, 1.5, 1_001, dtype=np.float32)
    inside = OUTLINES[name](side[None, None, :], side[None, :, None]) < 0
    assert inside.mean() * 9 == pytest.approx(area, rel=0.01)


@pytest.mark.parametrize("name", OUTLINES)
def test_outlines_measure_no_more_than_the_distance(name):
    """|d(p) - d(q)| <= |p - q|, or edges would not be one pixel soft."""
    rng = np.random.default_rng(0)
    p = rng.uniform(-1.5, 1.5, (2, 1, 1, 5_000)).astype(np.float32)
    q = p + rng.uniform(-0.05, 0.05, p.shape).astype(np.float32)
    step = np.hypot(*(p - q))
    assert (np.abs(OUTLINES[name](*p) - OUTLINES[name](*q)) <= step + 1e-5).all()


def test_drawing_in_parts_or_at_once_is_the_same():
    whole, _ = draw(np.arange(40), "test", 24, 3)
    parts = [draw(np.arange(k, 40, 7), "test", 24, 3)[0] for k in range(7)]
    for k, part in enumerate(parts):
        np.testing.assert_array_equal(part, whole[k::7])


@pytest.fixture
def draws(monkeypatch):
    """How many images were drawn, call by call."""
    counts = []

    def counted(indices, *about):
        counts.append(len(indices))
        return draw(indices, *about)

    monkeypatch.setattr(shapes, "draw", counted)
    monkeypatch.setattr(shapes, "WORTH_KEEPING", 3 * 60 * 16**2)
    return counts


def test_a_set_is_drawn_once(draws):
    first, second = (open_dataset("shapes", image_size=16, size=60) for _ in range(2))
    assert draws == [60]
    assert torch.equal(first.images, second.images)
    assert torch.equal(first.radii, second.radii)
    second.images.zero_()  # it is the caller's own
    assert torch.equal(open_dataset("shapes", image_size=16, size=60).images, first.images)


@pytest.mark.parametrize("other", [{"seed": 1}, {"split": "test"}, {"size": 70}, {"image_size": 17}, {"subset": 60}])
def test_another_set_is_drawn_for_itself(draws, other):
    settings = {"image_size": 16, "size": 60} | ({"size": 90} if "subset" in other else {}) | other
    open_dataset("shapes", image_size=16, size=60)
    assert open_dataset("shapes", **settings).images.shape[0] == draws[1]
    assert len(draws) == 2


def test_what_is_drawn_at_once_is_not_kept(draws, cache):
    open_dataset("shapes", image_size=16, size=59)
    assert list(cache.iterdir()) == []


def test_the_set_that_was_not_used_for_the_longest_time_goes(draws, monkeypatch):
    monkeypatch.setattr(shapes, "MOST_KEPT", 2)
    for seed in (0, 1, 0, 2, 0, 1):
        open_dataset("shapes", image_size=16, size=60, seed=seed)
    assert len(draws) == 4  # 0, 1, 2, and 1 again


def test_without_a_place_to_keep_it_a_set_is_drawn_all_the_same(draws, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("INCEPTION_EDU_CACHE", str(tmp_path / "file" / "cache"))
    for _ in range(2):
        assert len(open_dataset("shapes", image_size=16, size=60)) == 60

    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("INCEPTION_EDU_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("pathlib.Path.home", homeless)
    assert len(open_dataset("shapes", image_size=16, size=60)) == 60
    assert draws == [60] * 3


def test_a_damaged_set_is_drawn_again(draws, cache):
    good = open_dataset("shapes", image_size=16, size=60)
    (kept,) = cache.rglob("*.npz")
    kept.write_bytes(kept.read_bytes()[:-1])
    with pytest.warns(UserWarning, match="was damaged and is made again"):
        again = open_dataset("shapes", image_size=16, size=60)
    assert torch.equal(good.images, again.images)
    assert draws == [60, 60]


@pytest.mark.parametrize("size", [0, 9, 2.5, True])
def test_impossible_sizes(size):
    with pytest.raises(ValueError, match="size is a whole number of at least 10"):
        open_dataset("shapes", size=size)
