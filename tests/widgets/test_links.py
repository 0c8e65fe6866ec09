"""Whatever a link says, a setting gets what Python allows or stays as it is; a name reaches nobody's prototype."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .examples import NAMES, example

HOSTILE = [
    "",
    " ",
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "-1e999",
    "1e-999",
    "-0",
    "0x10",
    "1_000",
    "1,5",
    "null",
    "undefined",
    "true",
    "TRUE",
    "[object Object]",
    "[]",
    "{}",
    "[1]",
    "%",
    "%zz",
    "\x00",
    "😀" * 9000,
    "9" * 5000,
    "1/0",
    "0/0",
    "1/2/3",
    "−1",
    "<b>",
    "function () {}",
    "a,b,constructor",
]


def rows() -> list:
    """Every row of every widget's table."""
    return [row for name in NAMES for row in example(name).table.values()]


def refused(row, value) -> str | None:
    """Why Python would not take what the browser made of a link."""
    return row.problem(float(value) if row.kind == "float" and value is not None else value)


def test_every_setting_of_every_widget_takes_only_what_python_allows(javascript):
    every = rows()
    calls = [["coerce", [row.spec(row.default), text]] for row in every for text in HOSTILE]
    found = javascript("src/shared/params.js", calls)
    for (_, (spec, text)), value, row in zip(calls, found, [row for row in every for _ in HOSTILE]):
        assert value is None or refused(row, value) is None, (spec["name"], text, value)


@settings(max_examples=25)
@given(st.lists(st.one_of(st.text(), st.floats().map(str), st.integers().map(str)), min_size=20, max_size=20))
def test_any_text(javascript, texts):
    every = {row.kind: row for row in rows()}.values()
    pairs = [(row, text) for row in every for text in texts]
    calls = [["coerce", [row.spec(row.default), text]] for row, text in pairs]
    for (row, text), value in zip(pairs, javascript("src/shared/params.js", calls)):
        assert value is None or refused(row, value) is None, (row.name, text, value)


STATE = "() => document.querySelector('.iw').inception"


@pytest.mark.parametrize("name", ["ModuleDesigner", "Schedules", "NetworkExplorer", "ConvolutionStepper"])
def test_a_page_lives_on_after_hostile_links(still, name):
    widget = example(name)

    def link(text: str) -> str:
        return "&".join([*(f"{widget.KIND}.{row}={text}" for row in [*widget.table, "constructor", "__proto__"]), text])

    page = still(widget, fragment=link("constructor")).page
    for text in ["__proto__", "toString", "NaN", "1e999%", "%zz%", "a" * 2000]:
        page.evaluate(
            "text => new Promise((seen) => { onhashchange = () => seen(); location.hash = text; })", link(text)
        )
        shown = page.evaluate(STATE)
        wrong = {row.name: shown[row.name] for row in widget.table.values() if refused(row, shown[row.name])}
        assert not wrong, text
    page.click('[data-action="reset"]')
    shown = page.evaluate(STATE)
    assert {row: shown[row] for row in widget.table} == pytest.approx(widget.params)
