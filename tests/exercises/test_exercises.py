"""Every exercise of the book: its solution is right, its stub is not, every known mistake is told apart."""

import json
import re
from pathlib import Path

import pytest

from inception_edu.exercises import Setting, Text, chapters, find, list_exercises
from inception_edu.exercises.code import Code
from inception_edu.exercises.exercise import Exercise, exercise, fill, register
from inception_edu.exercises.kinds import Choice, Number

ALL = list_exercises()
CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"
NAMES = ["Ada Lovelace", "Grace Hopper", "Emmy Noether", "Alan Turing", "Li Wei", "María José", "O'Neil", "Søren"]

every_exercise = pytest.mark.parametrize("found", ALL, ids=lambda found: found.id)
every_code = pytest.mark.parametrize(
    "found", [found for found in ALL if isinstance(found.kind, Code)], ids=lambda found: found.id
)


def instances(found):
    """The exercise with each of its cases."""
    from inception_edu.exercises import Instance

    return [Instance(found, case) for case in range(len(found.cases))]


def notebook(chapter: int) -> dict:
    path = next(CHAPTERS.glob(f"{chapter:02d}_*.ipynb"))
    return json.loads(path.read_text(encoding="utf-8"))


@every_exercise
def test_the_solution_is_right(found):
    for instance in instances(found):
        if isinstance(found.kind, Setting):
            from inception_edu import widgets

            widget = getattr(widgets, found.kind.widget)(**(dict(found.kind.start) | instance.right["setting"]))
            assert instance.judge({**widget.figures, **widget.params}).correct
        else:
            assert instance.judge(instance.right).correct is not False


@pytest.mark.parametrize(("given", "right"), [("40 %", True), ("40.1", True), ("0.401", True), ("0.4 %", False)])
def test_a_share_may_be_written_in_percent(given, right):
    kind = Number(percent=True, relative=0.01)
    assert kind.judge(kind.read(given), 0.4013, ()).correct is right
    assert kind.show(0.4013) == "40.1 %"


def test_percents_are_for_shares_alone():
    assert not Number().judge(40.0, 0.4, ()).correct


@every_exercise
def test_every_known_mistake_is_wrong_and_has_a_remark_of_its_own(found):
    for instance in instances(found):
        told = []
        for wrong, remark in instance.known:
            assert remark
            verdict = found.kind.judge(filled_in(wrong, instance.right), instance.right, instance.known)
            assert verdict.correct is False
            told.append(verdict.remark)
        if instance.case == 0:
            assert len(told) == len(found.mistakes), "a mistake that is right in the book's case"
            assert told == [remark for _, remark in instance.known], "two mistakes with the same answer"


def filled_in(wrong, right):
    """A mistake that says a part of an answer alone, the rest right."""
    return {**right, **wrong} if isinstance(wrong, dict) else wrong


@every_exercise
def test_the_setting_to_start_from_is_not_the_solution(found):
    if isinstance(found.kind, Setting):
        from inception_edu import widgets

        widget = getattr(widgets, found.kind.widget)(**found.kind.start)
        assert not find(found.id).for_student().judge({**widget.figures, **widget.params}).correct


@every_exercise
def test_every_wrong_option_says_why(found):
    if isinstance(found.kind, Choice):
        right = find(found.id).for_student().right
        remarks = [remark for _, remark in found.kind.options.values()]
        assert all(remarks)
        assert len(set(remarks)) == len(remarks)
        assert right in found.kind.options


@every_code
def test_the_stub_and_what_is_known_to_be_wrong_fail(found):
    scope: dict = {}
    exec("import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n" + found.kind.stub, scope)
    instance = found.for_student()
    assert instance.judge(scope[found.kind.object]).correct is False
    remarks = [instance.judge(wrong()).remark for wrong in found.kind.wrong]
    assert all(remarks)
    assert len(set(remarks)) == len(remarks)


@every_exercise
def test_names_choose_other_numbers_than_the_books(found):
    if len(found.cases) > 1:
        seen = {found.for_student(name).case for name in NAMES}
        assert 0 not in seen
        assert len(seen) > 1
        rights = {repr(instance.right) for instance in instances(found)}
        assert len(rights) > 1, "other parameters leave the answer as it is"


@every_exercise
def test_it_names_a_section_that_teaches_what_it_takes(found):
    headings = [
        re.sub(r"^#+ ", "", line)
        for cell in notebook(found.chapter)["cells"]
        if cell["cell_type"] == "markdown"
        for line in "".join(cell["source"]).splitlines()
        if line.startswith("##")
    ]
    assert found.section in headings


@every_exercise
def test_it_helps_and_explains(found):
    assert found.hints
    assert found.words
    assert found.code


@every_exercise
def test_parameters_are_named_as_the_texts_name_them(found):
    for text in (found.prompt, found.words, *found.hints, *(mistake.remark for mistake in found.mistakes)):
        for case in found.cases:
            left = set(re.findall(r"(?<![\\$_^{])\{(\w+)\}", fill(text, case)))
            assert not left & {name for other in found.cases for name in other}


@pytest.mark.parametrize("chapter", chapters())
def test_a_chapter_has_six_or_more_numbered_without_gaps(chapter):
    numbers = [int(found.id.partition(".")[2]) for found in list_exercises(chapter)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 6
    assert {found.level for found in list_exercises(chapter)} >= {1, 2}


def test_a_name_is_the_same_however_it_is_typed():
    found = find("3.2")
    assert len({found.for_student(name).case for name in ("Ada Lovelace", " ada  LOVELACE ")}) == 1


@pytest.mark.parametrize("id", ["3.99", "99.1", "x", "", "3", "3.1.1", "__proto__"])
def test_an_exercise_that_is_not_there(id):
    with pytest.raises(ValueError, match="there is no exercise"):
        find(id)


def test_two_exercises_of_one_id_are_refused():
    with pytest.raises(ValueError, match=r"two exercises 3\.1"):
        register(find("3.1"))


@pytest.mark.parametrize("changes", [{"id": "three"}, {"level": 4}, {"minutes": 0}, {"cases": ()}])
def test_a_definition_that_cannot_be(changes):
    given = {"id": "3.98", "level": 1, "minutes": 1, "cases": ({},)} | changes
    with pytest.raises(ValueError, match="exercise"):
        Exercise(
            title="", section="", points=1, prompt="", kind=Number(), solution=lambda: 1, **given
        )  # nothing is registered


def test_the_solution_is_shown_as_it_runs():
    scope = dict(find("3.2").cases[0])
    *statements, last = find("3.2").code.rstrip().split("\n")
    exec("\n".join(statements), scope)
    assert eval(last, scope) == find("3.2").for_student().right


def test_texts_are_graded_by_nobody():
    texts = [found for found in ALL if isinstance(found.kind, Text)]
    assert all(found.for_student().judge("word " * 100).correct is None for found in texts)
    assert exercise  # the decorator is what definitions use
