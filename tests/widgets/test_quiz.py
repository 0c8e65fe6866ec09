"""Questions with feedback: graded alike in Python and in the page, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
import traitlets

from inception_edu.widgets import MultipleChoice, Numeric, Option, Quiz, SingleChoice

from .examples import QUESTIONS


def quiz(**answers) -> Quiz:
    return Quiz(*QUESTIONS, **answers)


def test_answers_are_settings_and_python_marks_them():
    answered = quiz(q1="b", q2=["c"], q3=819_200)
    assert answered.params == {"q1": "b", "q2": ["c"], "q3": 819_200, "ratio": None, "checked": []}
    marks = answered.marks()
    assert marks["q1"] == (True, ("It mixes channels, pixel by pixel.",))
    assert marks["q2"] == (False, ("A convolution has a kernel for each filter.",))
    assert marks["q3"] == (False, ("That is the direct convolution.",))
    assert marks["ratio"] == (None, ())


def test_only_what_was_checked_scores():
    answered = quiz(q1="b", q3=50_688)
    assert (answered.figures["score"], answered.figures["answered"]) == (0, 2)
    answered.checked = ["q1", "q3"]
    assert answered.figures["score"] == 2


@pytest.mark.parametrize(("value", "right"), [(16.0, True), (16.3, True), (15.9, False), (16.4, False)])
def test_a_number_counts_within_its_tolerance(value, right):
    assert quiz(ratio=value).marks()["ratio"].correct is right


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SingleChoice("?", [Option("a"), Option("b")]), "exactly one option must be correct, not 0"),
        (lambda: MultipleChoice("?", [Option("a"), Option("b")]), "at least one option must be correct"),
        (lambda: SingleChoice("?", [Option("a", correct=True)]), "two options or more"),
        (lambda: Numeric("?", float("nan")), "finite number"),
        (lambda: Numeric("?", 10, tolerance=1, mistakes={11: "no"}), "11 counts as right"),
        (lambda: Quiz(), "at least one question"),
        (lambda: Quiz(Numeric("?", 1, name="data")), "cannot be called 'data'"),
        (lambda: Quiz(Numeric("?", 1, name="q2"), Numeric("?", 1)), "names of their own"),
    ],
)
def test_impossible_questions_are_refused(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


def test_impossible_answers_are_refused():
    with pytest.raises(traitlets.TraitError, match=re.escape("q1 must be one of ['a', 'b', 'c'], not 'd'")):
        quiz(q1="d")


def test_the_reader_chooses_checks_and_is_told_why(still):
    page = still(quiz()).page
    first = page.locator('[data-question="q1"]')
    assert first.get_by_role("button").is_disabled()
    first.get_by_label("The height and width").check()
    assert "✗" not in first.inner_text(), "nothing is told before the answer is checked"
    first.get_by_role("button").click()
    assert "Not yet. With stride 1" in first.inner_text()
    first.get_by_label("The depth").check()
    assert "✗" not in first.inner_text(), "a new answer is not yet checked"
    first.get_by_role("button").click()
    assert "✓ Right. It mixes channels" in first.inner_text()
    assert page.locator('[data-value="score"]').get_attribute("data-number") == "1"


def test_several_right_answers_and_what_was_missed(still):
    page = still(quiz()).page
    second = page.locator('[data-question="q2"]')
    second.get_by_label("Convolution").check()
    second.get_by_label("Max pooling").check()
    second.get_by_role("button").click()
    text = second.inner_text()
    assert "✗ not this" in text
    assert "✗ missed" in text
    assert "It takes the largest value" in text
    assert "A convolution has a kernel" not in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("50,688", "✓ Right. 12,288"),
        ("819200", "That is the direct convolution."),
        ("101376/2", "✓ Right."),
        ("7", "Add both convolutions."),
    ],
)
def test_a_number_is_typed_and_checked_with_the_keyboard_alone(still, typed, said):
    page = still(quiz()).page
    page.locator('[data-control="q3"]').focus()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    assert said in page.locator('[data-question="q3"]').inner_text()


def test_what_is_not_a_number_is_flagged_and_cannot_be_checked(still):
    page = still(quiz()).page
    field = page.locator('[data-control="q3"]')
    field.fill("many")
    assert field.get_attribute("aria-invalid") is not None
    assert page.locator('[data-action="check-q3"]').is_disabled()
    field.fill("50688")
    assert field.get_attribute("aria-invalid") is None


def test_words_of_a_question_are_never_markup(still):
    evil = "<img src=x onerror=alert(1)>"
    page = still(Quiz(SingleChoice(evil, [Option(evil, evil, correct=True), Option("b")]), title=evil)).page
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Check").click()
    assert page.locator("main img").count() == 0
    assert page.locator(".iw-said").inner_text() == f"✓ Right. {evil}"


def test_where_no_script_runs_right_numbers_are_short():
    shown = Quiz(Numeric("?", 2 / 7), Numeric("?", 498.24617346938777, unit="K"), Numeric("?", 50_688)).fallback()
    assert re.findall("</summary>(.*?)</details>", shown) == ["0.2857", "498.2 K", "50,688"]
