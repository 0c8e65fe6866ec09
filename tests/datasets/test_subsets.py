"""Subsets: balanced, nested, decided by the seed alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inception_edu.datasets.subsets import subset_indices

CLASSES = ("a", "b", "c", "d", "e")
labels_of = st.lists(st.integers(0, 4), min_size=1, max_size=200).map(np.array)
seeds = st.integers(0, 2**32)


def test_none_is_everything():
    assert subset_indices([3, 1, 1], None, 0, CLASSES).tolist() == [0, 1, 2]


@given(labels_of, seeds, st.data())
def test_a_number_is_balanced_and_nested(labels, seed, data):
    counts = np.bincount(labels)
    present = np.count_nonzero(counts)
    largest = counts[counts > 0].min() * present
    size = data.draw(st.integers(present, largest))
    rows = subset_indices(labels, size, seed, CLASSES)
    assert len(rows) == len(set(rows)) == size
    assert (np.diff(rows) > 0).all()
    taken = np.bincount(labels[rows], minlength=len(counts))[counts > 0]
    assert taken.max() - taken.min() <= 1
    smaller = data.draw(st.integers(present, size))
    assert set(subset_indices(labels, smaller, seed, CLASSES)) <= set(rows)


@given(labels_of, seeds, st.floats(0.5, 1), st.floats(0.5, 1))
def test_a_fraction_takes_its_part_of_every_class_and_is_nested(labels, seed, one, other):
    small, large = sorted((one, other))
    rows = subset_indices(labels, large, seed, CLASSES)
    counts = np.bincount(labels)
    assert (np.abs(np.bincount(labels[rows], minlength=len(counts)) - large * counts) <= 0.5 + 1e-9).all()
    assert set(subset_indices(labels, small, seed, CLASSES)) <= set(rows)


def test_the_seed_decides():
    labels = np.arange(500) % 5
    one, same, other = (subset_indices(labels, 50, seed, CLASSES).tolist() for seed in (0, 0, 1))
    assert one == same != other


def test_the_rows_are_those_of_every_other_machine():
    assert subset_indices(np.arange(50) % 5, 7, 0, CLASSES).tolist() == [11, 17, 33, 34, 35, 42, 48]


@pytest.mark.parametrize(
    ("subset", "message"),
    [
        (2, "subset=2 is less than one sample for each of the 3 classes"),
        (0, "subset=0 is less than one sample"),
        (-3, "subset=-3 is less than one sample"),
        (7, "subset=7 takes more of class 'c' than its 2 samples; a balanced subset has at most 6"),
        (0.2, "subset=0.2 leaves nothing of class 'c', which has 2 samples; take at least 0.25"),
        (0.0, "subset as a fraction must lie above 0 and not above 1"),
        (1.5, "subset as a fraction must lie above 0 and not above 1"),
        (float("nan"), "subset as a fraction"),
        (True, "subset must be a whole number of samples or a fraction"),
        ("half", "subset must be a whole number of samples or a fraction"),
    ],
)
def test_impossible_subsets(subset, message):
    labels = [0] * 5 + [1] * 5 + [2] * 2
    with pytest.raises(ValueError, match=message):
        subset_indices(labels, subset, 0, CLASSES[:3])
