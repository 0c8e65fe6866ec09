"""The base of all widgets: an anywidget in a live kernel, the same front end in a page without one."""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets
from IPython import get_ipython

from .page import front_end, page_html
from .params import Param


class Widget(anywidget.AnyWidget, ipywidgets.ValueWidget):
    """A picture to play with, whose settings are traits.

    A subclass says what it is in class attributes, computes its figures in :meth:`compute`, and has a front end in
    ``src/``, named by ``FRONT``. :mod:`inception_edu.widgets` explains how to add one.

    Args:
        lock: names of settings whose controls are hidden, so that they stay as given here.
        id: name of this widget in links; needed only where two of a kind stand in one page and must keep their links.
        question: what the reader should find out by playing; the class has one of its own.
        **values: settings to start from.

    Attributes:
        params: the settings as a plain dict, for the next cell; also as the trait ``value``, so that
            ``ipywidgets.interact(f, p=widget)`` calls ``f(p=widget.params)`` whenever a setting changes.
        figures: everything the widget shows as a number, computed in Python.

    Raises:
        traitlets.TraitError: a setting does not exist, or a value is not allowed; the message says what would be right.
    """

    KIND: ClassVar[str]  # what data-widget says and links begin with: "reduction-calculator"
    FRONT: ClassVar[str]  # its front end, src/FRONT.js: "reduction_calculator"
    QUESTION: ClassVar[str] = ""
    LINK: ClassVar[bool] = True  # whether a setting is worth sharing as a link
    RESET: ClassVar[str] = "Reset"
    # a widget whose settings depend on its content may have these three of its own
    TITLE: str
    PARAMS: tuple[Param, ...] = ()
    FIGURES: Mapping[str, str] = {}  # the figures that the static table shows, with their labels

    _spec = traitlets.Dict().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    source = traitlets.Unicode("").tag(sync=True)
    value = traitlets.Dict()

    def __init__(
        self, *, lock: Iterable[str] = (), id: str | None = None, question: str | None = None, **values: Any
    ) -> None:
        self.table = {param.name: param for param in self._rows()}
        name = type(self).__name__
        lock = (lock,) if isinstance(lock, str) else tuple(lock)
        for given in (*lock, *values):
            if given not in self.table and not self.has_trait(given):
                raise traitlets.TraitError(f"{name} has no setting {given!r}; it has {', '.join(self.table)}")
        self._esm = front_end(self.FRONT)
        self.add_traits(**{param.name: param.trait() for param in self.table.values()})
        super().__init__(**values)
        self.observe(lambda change: self.set_trait("value", self.params), list(self.table))
        self.value = self.params
        self._spec = {
            "widget": self.KIND,
            "class": name,
            "id": id or self.KIND,
            "title": self.TITLE,
            "question": self.QUESTION if question is None else question,
            "reset": self.RESET,
            "link": self.LINK,
            "lock": list(lock),
            "params": [param.spec(getattr(self, param.name)) for param in self.table.values()],
        }

    def _rows(self) -> Iterable[Param]:
        """The table of settings; a widget whose settings depend on its content makes it here."""
        return self.PARAMS

    @property
    def params(self) -> dict[str, Any]:
        """The settings by name, as they are now."""
        return {name: getattr(self, name) for name in self.table}

    @property
    def figures(self) -> dict[str, Any]:
        """Every number that the widget shows, computed in Python for the present settings."""
        return self.compute(self.params)

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """The figures for the settings `p`: the same, number by number, as the front end's ``compute``."""
        raise NotImplementedError

    def fallback(self) -> str:
        """What a reader sees where no script runs: the settings and figures of the present state, as an HTML table."""
        rows = [(param.label, getattr(self, param.name)) for param in self.table.values() if param.control]
        figures = self.figures
        rows += [(label, figures[name]) for name, label in self.FIGURES.items()]
        body = "".join(
            f'<tr><th scope="row">{html.escape(label)}</th><td>{html.escape(_text(value))}</td></tr>'
            for label, value in rows
        )
        note = f" <em>{html.escape(self._spec['question'])}</em>" if self._spec["question"] else ""
        return f"<p><strong>{html.escape(self.TITLE)}.</strong>{note}</p><table><tbody>{body}</tbody></table>"

    def to_html(self) -> str:
        """The widget in its present state as HTML that needs no kernel, no server and no network."""
        state = {**self.params, "_spec": self._spec, "data": self.data, "source": self.source}
        return page_html(self.FRONT, state, self.fallback())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.params.items())})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # anywidget declares a dict and gives a pair of them
        bundle: Any = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        # Front ends with a widget manager choose the live view; a page without a kernel is left with the HTML. A
        # program that exports the notebook would choose the live view too, and show nothing where there is no network.
        if not _attended():
            data = {"text/plain": repr(self)}
        return {**data, "text/html": self.to_html()}, metadata


def _attended() -> bool:
    """Whether somebody may sit in front of this kernel: a program such as nbconvert asks it to take no input."""
    kernel = getattr(get_ipython(), "kernel", None)
    served = os.environ.get("SERVER_SOFTWARE", "").startswith(
        "voila"
    )  # it runs a notebook so, and is live all the same
    return kernel is None or served or getattr(kernel, "_allow_stdin", True)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return "–" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
