"""The file of answers, whole or refused in one line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inception_edu.exercises.progress import load_answers, record, save_answers, use_student

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_there_is_none_yet(tmp_path):
    assert load_answers(tmp_path / "answers.json")["answers"] == {}


def test_attempts_are_counted(tmp_path):
    path = tmp_path / "answers.json"
    record("3.1", 0, "a", False, path)
    assert record("3.1", 0, "b", True, path)["attempts"] == 2
    assert load_answers(path)["answers"]["3.1"]["answer"] == "b"
    assert [entry.name for entry in tmp_path.iterdir()] == ["answers.json"]


def test_an_answer_that_json_cannot_hold_leaves_the_file_whole(tmp_path):
    path = tmp_path / "answers.json"
    record("3.1", 0, "a", False, path)
    with pytest.raises(ValueError, match="JSON"):
        save_answers({"answers": float("nan")}, path)
    assert load_answers(path)["answers"]["3.1"]["answer"] == "a"
    assert [entry.name for entry in tmp_path.iterdir()] == ["answers.json"]


@given(ANY | st.dictionaries(st.sampled_from(["format", "version", "answers", "student"]), ANY))
def test_whatever_a_file_holds(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("answers") / "answers.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match=r"answers\.json"):
        load_answers(path)


@pytest.mark.parametrize("name", [None, 3, "x" * 201])
def test_a_name_that_is_none(name):
    with pytest.raises(ValueError, match="a name is a text"):
        use_student(name)
