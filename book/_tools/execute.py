"""Execute the chapters that changed, as many at a time as the machine has cores; the book's build takes them over.

Jupyter Book executes one chapter after the other, and much of a chapter (loading PyTorch, drawing figures) keeps only
one core busy. Several side by side, with one thread each, are done sooner. Their outputs go into the same cache, where
Jupyter Book looks first. What is not there, it executes itself: a chapter that failed, whose error it then reports, and
those that measure time and therefore want the machine to themselves.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution

MEASURES_TIME = {"15_how_fast_can_it_go"}

ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def changed(cache: JupyterCacheAbstract, chapters: Path) -> list[Path]:
    """The chapters without outputs in the cache, those left out that measure time."""
    return [
        path
        for path in sorted(chapters.glob("*.ipynb"))
        if path.stem not in MEASURES_TIME and not _is_cached(cache, path)
    ]


def execute_side_by_side(
    chapters: Path, cache_folder: Path, environment: dict[str, str], timeout: int = 900, workers: int | None = None
) -> Iterator[tuple[str, float]]:
    """Execute what changed and keep it; nothing where there is one chapter or one core, for that gains nothing.

    Args:
        chapters: the folder of the notebooks; each runs there.
        cache_folder: Jupyter Book's cache.
        environment: what the kernels see, besides one thread each.
        timeout: seconds that a cell may take.
        workers: chapters at a time; None for as many as there are cores.

    Yields:
        `(chapter, seconds)` as each is done; one that fails yields nothing.
    """
    cache = get_cache(cache_folder)
    stale, workers = changed(cache, chapters), workers or cores()
    if min(len(stale), workers) < 2:
        return
    with _environment({**environment, **ONE_THREAD}), ThreadPoolExecutor(workers) as pool:
        running = {pool.submit(_execute, path, timeout): path for path in stale}
        for each in as_completed(running):
            path, result = running[each], each.result()
            if result.err is None:
                bundle = CacheBundleIn(result.nb, str(path), data={"execution_seconds": result.time})
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
                yield path.stem, result.time


def write_executed(chapters: Path, cache_folder: Path, into: Path) -> None:
    """Write every chapter with the outputs that the cache holds, as slides and tests read it.

    MyST-NB writes these files, too, but without outputs where a chapter came from the cache.
    """
    cache = get_cache(cache_folder)
    into.mkdir(parents=True, exist_ok=True)
    for path in sorted(chapters.glob("*.ipynb")):
        if not _is_cached(cache, path):
            continue  # not a chapter of the book
        _, executed = cache.merge_match_into_notebook(nbformat.read(path, as_version=4))
        nbformat.write(executed, into / path.name)


def _is_cached(cache: JupyterCacheAbstract, path: Path) -> bool:
    try:
        cache.match_cache_notebook(nbformat.read(path, as_version=4))
    except KeyError:
        return False
    return True


def _execute(path: Path, timeout: int) -> ExecutionResult:
    notebook = nbformat.read(path, as_version=4)
    return single_nb_execution(notebook, cwd=str(path.parent), timeout=timeout, allow_errors=False)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """This process's environment with `values`, which the kernels that it starts inherit."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
