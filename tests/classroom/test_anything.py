"""Whatever a file holds, it is read or refused in one line; and nobody else's grade changes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inception_edu.classroom.judge import STATES, Judge
from inception_edu.classroom.submission import read_submission
from inception_edu.exercises import list_exercises

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
ENTRY = st.fixed_dictionaries({}, optional={"answer": ANY, "at": ANY, "asked": ANY, "case": ANY, "correct": ANY})
IDS = st.sampled_from(["3.1", "3.2", "x", "__proto__"])
ANSWERS = st.fixed_dictionaries(
    {"format": st.just("inception-edu answers"), "version": st.just(1)},
    optional={"student": ANY, "answers": st.dictionaries(IDS, ENTRY | ANY)},
)
CELL = st.fixed_dictionaries(
    {"cell_type": st.just("code") | ANY},
    optional={
        "source": ANY | st.sampled_from(["answer_3_2 = 1/2", "answer_3_2 = {}", "answer_3_3 = 'both'", 'i_am("a")']),
        "metadata": ANY | st.just({"exercise": "3.6"}),
        "outputs": ANY | st.lists(st.fixed_dictionaries({"data": ANY}), max_size=2),
    },
)
NOTEBOOK = st.fixed_dictionaries({"cells": st.lists(CELL | ANY, max_size=4) | ANY, "nbformat": st.just(4)})


@given(ANY | ANSWERS | NOTEBOOK, st.sampled_from(["a.json", "a.ipynb"]))
def test_any_json(content, place):
    read_or_refused(place, json.dumps(content).encode())


@given(st.binary(max_size=300), st.sampled_from(["a.json", "a.ipynb"]))
def test_any_bytes(raw, place):
    read_or_refused(place, raw)


def read_or_refused(place, raw):
    try:
        found = read_submission(place, raw)
    except ValueError as error:
        assert_one_line(error)
    else:
        assert isinstance(found.student, str)


def assert_one_line(error):
    assert len(str(error).splitlines()) == 1


@given(ANY, st.sampled_from(list_exercises(3)))
def test_any_answer(given, found):
    state, remark = Judge().judge(found, "Ada Lovelace", given)
    assert state in STATES
    assert "\n" not in remark


def test_the_numbers_of_another_name_are_another_case():
    found = next(e for e in list_exercises(3) if e.id == "3.2")
    judge = Judge()
    one = "Ada Lovelace"
    other = next(name for name in "abcdefgh" if found.for_student(name).case != found.for_student(one).case)
    assert judge.judge(found, one, found.for_student(one).right)[0] == "right"
    assert judge.judge(found, one, found.for_student(other).right)[0] == "wrong"


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"\x00" * 9, b"[" * 10**5, b'"' + b"a" * 10**6 + b'"'])
def test_bytes_that_are_hard_to_read(raw):
    read_or_refused("a.json", raw)
