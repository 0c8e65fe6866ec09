"""The progress bar: loss, accuracy, images per second and the time left, over the whole run.

It shows in a terminal and in a notebook, and keeps quiet elsewhere (a log file, a pipe, a test).
"""

from __future__ import annotations

import sys
import time
import warnings

__all__ = ["Progress"]


class Progress:
    """A bar over all images of all epochs.

    Args:
        total_images: in the whole run.
        done: of these, before it began (a resumed run).
        show: whether to show it; None decides by where the run is.
        title: the recipe's name.
    """

    def __init__(self, total_images: int, done: int, show: bool | None, title: str) -> None:
        self.next_look = 0.0
        show = _someone_watches() if show is None else show
        self.bar = None
        if show:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # tqdm warns where ipywidgets are missing
                from tqdm.auto import tqdm
            self.bar = tqdm(
                total=total_images, initial=done, desc=title, unit="img", unit_scale=True, dynamic_ncols=True
            )

    def advance(self, images: int) -> bool:
        """Count images; True if it is time to show new figures (twice a second: reading them makes a GPU wait)."""
        if self.bar is None:
            return False
        self.bar.update(images)
        due = time.monotonic() >= self.next_look
        if due:
            self.next_look = time.monotonic() + 0.5
        return due

    def show(self, title: str, **figures: float) -> None:
        """Show the epoch and some figures beside the bar."""
        if self.bar is not None:
            self.bar.set_description(title, refresh=False)
            self.bar.set_postfix({name: f"{value:.3f}" for name, value in figures.items()})

    def line(self, text: str) -> None:
        """A line that stays, above the bar."""
        if self.bar is not None:
            self.bar.write(text, file=sys.stderr) if not _in_notebook() else self.bar.write(text)

    def close(self) -> None:
        """Leave the bar as it stands."""
        if self.bar is not None:
            self.bar.close()


def _someone_watches() -> bool:
    return _in_notebook() or sys.stderr.isatty()


def _in_notebook() -> bool:
    try:
        shell = sys.modules["IPython"].get_ipython()
    except (KeyError, AttributeError):
        return False
    return shell is not None and type(shell).__name__ in ("ZMQInteractiveShell", "Shell")
