"""Settings as traits: what is refused, what is told, what the browser is given."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re

import ipywidgets
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from inception_edu import widgets
from inception_edu.widgets import ReductionCalculator
from inception_edu.widgets.page import script_json

from .examples import NAMES, example


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"in_channels": "512"}, "ReductionCalculator.in_channels must be a whole number from 1 to 2048, not '512'"),
        ({"in_channels": -1}, "from 1 to 2048, not -1"),
        ({"in_channels": 2049}, "from 1 to 2048, not 2049"),
        ({"in_channels": 1.5}, "a whole number"),
        ({"in_channels": True}, "a whole number"),
        ({"in_channels": 10**400}, "a whole number"),
        ({"in_channels": float("nan")}, "a whole number"),
        ({"kernel_size": 4}, "in steps of 2, not 4"),
        ({"kernel": 3}, "has no setting 'kernel'; it has in_channels, reduce_channels"),
        ({"lock": ["kernel"]}, "has no setting 'kernel'"),
    ],
)
def test_wrong_values_raise_one_clear_trait_error(setting, message):
    with pytest.raises(traitlets.TraitError, match=re.escape(message)):
        ReductionCalculator(**setting)


def test_a_wrong_assignment_leaves_the_value_alone():
    widget = ReductionCalculator()
    with pytest.raises(traitlets.TraitError):
        widget.grid = 0
    assert widget.params["grid"] == 14


def test_params_and_figures_follow_the_traits_and_observers_hear():
    widget = ReductionCalculator(reduce_channels=48)
    heard = []
    widget.observe(heard.append, "out_channels")
    widget.out_channels = 128
    assert heard[0]["new"] == 128
    rest = {"in_channels": 512, "kernel_size": 5, "grid": 14}
    assert widget.params == {"reduce_channels": 48, "out_channels": 128, **rest}
    assert widget.figures["direct_params"] == 25 * 512 * 128


def test_interact_calls_a_function_with_the_settings_whenever_one_changes():
    widget = ReductionCalculator()
    seen = []
    interactive = ipywidgets.interactive(lambda p: seen.append(p["grid"]), p=widget)
    interactive.update()
    assert set(seen) == {14}
    widget.grid = 28
    assert seen[-1] == 28


@pytest.mark.parametrize("module", [m.name for m in pkgutil.iter_modules(widgets.__path__)])
def test_examples_in_docstrings_hold(module):
    found = doctest.testmod(importlib.import_module(f"inception_edu.widgets.{module}"))
    assert found.failed == 0


@given(st.integers(-10_000, 10_000))
def test_a_trait_holds_exactly_what_the_table_allows(value):
    widget = ReductionCalculator()
    if 1 <= value <= 15 and value % 2:
        widget.kernel_size = value
        assert widget.kernel_size == value
    else:
        with pytest.raises(traitlets.TraitError):
            widget.kernel_size = value


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_gets_the_live_view_and_the_page(name):
    data, _ = example(name)._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"].startswith(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_html_is_the_same_for_the_same_state(name):
    assert example(name).to_html() == example(name).to_html()


def test_nothing_in_the_state_can_end_the_script():
    html = ReductionCalculator(question="</script><script>alert(1)</script><!--").to_html()
    assert html.count("</script") == 3  # of the state, of what widgets share, and of the front end
    assert "<!--" not in html
    assert script_json("</script>") == '"\\u003c/script>"'
