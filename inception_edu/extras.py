"""Packages that only some of the package needs: the extras of `pyproject.toml`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["needs"]


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Around imports from an extra: where a package is not installed, say what installs it.

    Args:
        extra: a name from `[project.optional-dependencies]`, such as ``"notebook"``.

    Raises:
        ModuleNotFoundError: one line that names the package and the extra.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "a package").partition(".")[0]
        raise ModuleNotFoundError(
            f"{package} is not installed; it comes with: pip install 'inception-edu[{extra}]'", name=error.name
        ) from None
