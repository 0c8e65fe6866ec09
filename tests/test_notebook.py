"""The set-up of a chapter."""

import random

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt

import inception_edu
from inception_edu import notebook
from inception_edu.plots.style import STYLE


def draw() -> tuple:
    return random.random(), np.random.rand(), torch.rand(1).item()  # noqa: NPY002  the generator that readers use


def test_the_seed_repeats_every_generator():
    notebook.setup()
    first = draw()
    notebook.setup()
    assert draw() == first
    notebook.setup(seed=1)
    assert not set(draw()) & set(first)


def test_it_names_the_versions_and_the_device_in_one_line(capsys):
    device = notebook.setup()
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert line.startswith(f"inception_edu {inception_edu.__version__} · torch {torch.__version__} · ")
    assert device.type in ("cpu", "cuda")
    assert device.type == "cuda" or "cpu" in line


@pytest.mark.parametrize(("threads", "told"), [(1, "cpu (1 thread)"), (2, "cpu (2 threads)")])
def test_it_counts_the_threads(capsys, monkeypatch, threads, told):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    notebook.setup()
    assert capsys.readouterr().out.strip().endswith(told)


def test_figures_get_the_book_s_style():
    with plt.rc_context():
        plt.rcdefaults()
        notebook.setup()
        assert plt.rcParams["figure.figsize"] == list(STYLE["figure.figsize"])


def test_say_shows_markdown(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    notebook.say("There are **42**.")
    assert shown[0]._repr_markdown_() == "There are **42**."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "It changes by -0.43 ± 0.10, between (-1) and **-2** %",
            "It changes by −0.43 ± 0.10, between (−1) and **−2** %",
        ),
        (
            "`x[..., :-2]` and $e^{-1}$ and <b style='top:-3px'>-4</b>",
            "`x[..., :-2]` and $e^{-1}$ and <b style='top:-3px'>−4</b>",
        ),
        ("GoogLeNet-22, 2014-09-17, 10-15 of them, 1e-3", "GoogLeNet-22, 2014-09-17, 10-15 of them, 1e-3"),
        ("[page](13_looking.html#x-1), - 1 item", "[page](13_looking.html#x-1), - 1 item"),
    ],
)
def test_negative_numbers_have_a_minus_sign_and_nothing_else_does(monkeypatch, text, shown):
    found = []
    monkeypatch.setattr("IPython.display.display", found.append)
    notebook.say(text)
    assert found[0]._repr_markdown_() == shown
