"""Exercises in a page without a kernel: by mouse and by keyboard, at two widths, and as Python judges them."""

from __future__ import annotations

import json
import random

import pytest

from inception_edu.exercises import Setting, list_exercises
from inception_edu.exercises.code import Code
from inception_edu.exercises.kinds import Choice, Number, Numbers, Text
from inception_edu.widgets import Exercise, ModuleDesigner, Progress
from tests.exercises.numbers import EXAMPLES

ALL = list_exercises()


def as_typed(kind, answer) -> str:
    """An answer as the page keeps it."""
    if isinstance(kind, Numbers):
        return json.dumps({key: repr(value) for key, value in answer.items()})
    return repr(answer) if isinstance(kind, Number) else str(answer)


def answers(found, rng) -> list[str]:
    """The right answer, the known mistakes, and others."""
    instance, kind = found.for_student(), found.kind
    if isinstance(kind, Setting):
        near = instance.right["limits"]
        figures = {figure: near[name] for name, (figure, _, _) in kind.conditions.items()}
        shaken = [{figure: value * rng.choice([0.5, 1, 2]) for figure, value in figures.items()} for _ in range(20)]
        return [json.dumps(made) for made in [figures, *shaken, {}, {next(iter(figures)): "1"}]]
    made = [instance.right, *(known for known, _ in instance.known)]
    if isinstance(kind, Numbers):
        made = [{**instance.right, **part} for part in made]
        made += [{key: value * rng.uniform(0.98, 1.02) for key, value in instance.right.items()} for _ in range(20)]
        made += [{key: 100 * value for key, value in instance.right.items()}]
        return [as_typed(kind, one) for one in made] + ["{}", "[]", "no", '{"__proto__": 1}']
    if isinstance(kind, Number):
        made += [instance.right * rng.uniform(0.98, 1.02) for _ in range(20)] + [100 * instance.right]
        return [as_typed(kind, one) for one in made] + ["", "many", "1/0", "1e999"]
    if isinstance(kind, Choice):
        return [*kind.options, "", "constructor"]
    return ["", "too short", "enough " * 50]


@pytest.mark.parametrize("found", [e for e in ALL if not isinstance(e.kind, Code)], ids=lambda found: found.id)
def test_the_page_judges_as_python_does(javascript, found):
    widget = Exercise(found.id)
    given = answers(found, random.Random(found.id))
    settings = [{"answer": text, "checked": True, "attempts": 1, "hints": 0} for text in given]
    theirs = javascript("static/exercise.js", [["compute", [p]] for p in settings], widget.data)
    for p, found_there in zip(settings, theirs):
        ours = widget.compute(p)
        assert (ours["state"], ours["correct"]) == (found_there["state"], found_there["correct"]), p
        if ours["state"] != "unread":
            assert ours["remark"] == found_there["remark"], p


def test_the_page_reads_numbers_as_python_does(javascript):
    asked = [
        [{"kind": "number", "unit": unit, "right": value, "slack": 0, "known": []}, text]
        for text, unit, value in EXAMPLES
    ]
    expected = ["right" if value is not None else "unread" if text else "empty" for text, _, value in EXAMPLES]
    found = javascript("src/exercise.js", [["verdict", arguments] for arguments in asked])
    assert [verdict["state"] for verdict in found] == expected


@pytest.mark.parametrize("width", [360, 1280])
def test_by_mouse_a_mistake_is_told_and_the_right_answer_kept(still, width):
    opened = still(Exercise("3.2"), Progress(3), width=width)
    page = opened.page
    page.locator('[data-control="answer"]').fill("14.3 %")
    page.locator('[data-action="check"]').click()
    assert "share of the filters" in page.locator('[data-value="state"]').inner_text()
    page.locator('[data-action="hint"]').click()
    assert page.locator(".iw-hints li").count() == 1
    page.locator('[data-control="answer"]').fill("0,397")
    page.locator('[data-action="check"]').click()
    assert "✓ Right." in page.locator('[data-value="state"]').inner_text()
    assert opened.number("points_3") == 1
    opened.reload()
    assert "✓ Right." in page.locator('[data-value="state"]').inner_text()
    assert opened.number("points_3") == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_by_keyboard_alone(still, width):
    page = still(Exercise("3.1"), Exercise("3.3"), width=width).page
    page.locator('[data-control="reduced"]').focus()
    page.keyboard.type("528")
    page.keyboard.press("Tab")
    page.keyboard.type("976")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "✓ Right." in page.locator('#exercise-3-1 [data-value="state"]').inner_text()
    page.locator('#exercise-3-3 input[type="radio"]').first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "✗ Not yet. At stride 1 both orders" in page.locator('#exercise-3-3 [data-value="state"]').inner_text()


def test_rows_of_a_table_stand_in_the_order_in_which_they_are_asked(still):
    """So that what is "as above" is."""
    from inception_edu.architectures import architecture

    rows = still(Exercise("4.7")).page.locator(".iw-fields tbody th").all_inner_texts()
    network = [row.node.name for row in architecture("googlenet", aux_logits=False).trace()]
    assert rows == [name for name in network if name in rows]


def test_a_setting_of_the_widget_above(still):
    opened = still(ModuleDesigner(), Exercise("3.4"))
    page = opened.page
    verdict = page.locator('#exercise-3-4 [data-value="state"]')
    page.locator('#exercise-3-4 [data-action="check"]').click()
    assert "still costs more than half" in verdict.inner_text()
    opened.set(n1x1=128, n3x3_reduce=40, n3x3=64)
    page.locator('#exercise-3-4 [data-action="check"]').click()
    assert "✓ Right." in verdict.inner_text()


def test_answers_travel_to_another_machine_as_one_file(still, tmp_path):
    first = still(Exercise("3.2"), Progress(3)).page
    first.locator('[data-control="answer"]').fill("39.7 %")
    first.locator('[data-action="check"]').click()
    with first.expect_download() as started:
        first.locator('[data-action="export"]').click()
    file = tmp_path / "answers.json"
    started.value.save_as(file)

    second = still(Exercise("3.2"), Progress(3))
    second.page.locator('input[type="file"]').set_input_files(file)
    second.page.wait_for_function("document.querySelector('[data-value=points_3]').dataset.number === '1'")
    assert second.page.locator("text=Imported.").count() == 1


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "inception-edu answers"}', "\x00", "[" * 5000])
def test_a_file_that_is_none_is_refused(still, tmp_path, content):
    page = still(Exercise("3.2"), Progress(3)).page
    file = tmp_path / "answers.json"
    file.write_text(content, encoding="utf-8")
    page.locator('input[type="file"]').set_input_files(file)
    page.locator("text=That is no file of answers").wait_for()


@pytest.mark.parametrize(
    "kept", ["no json", "[]", '{"format": "inception-edu answers", "version": 1, "answers": {"3.2": 7}}']
)
def test_whatever_the_browser_kept_the_exercise_begins(still, kept):
    opened = still(Exercise("3.2"), Progress(3))
    opened.page.evaluate("text => localStorage.setItem('inception-edu/answers', text)", kept)
    opened.reload()
    assert opened.page.locator('[data-action="check"]').is_enabled()
    assert opened.number("points_3") == 0


def test_code_shows_what_to_start_from(still):
    page = still(Exercise("3.6")).page
    assert "class Naive(nn.Module)" in page.locator(".iw-code").inner_text()
    assert page.locator('[data-action="check"]').count() == 0


def test_a_live_notebook_keeps_what_is_checked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    widget = Exercise("3.2")
    widget.answer, widget.checked = "39.7 %", True
    widget.attempts = 1
    assert json.loads((tmp_path / "answers.json").read_text("utf-8"))["answers"]["3.2"]["correct"] is True
    assert Progress(3).figures["points"] == 1


def test_text_is_kept_and_not_graded():
    found = next(e for e in ALL if isinstance(e.kind, Text))
    assert Exercise(found.id, answer="word " * 60, checked=True).figures["state"] == "kept"
