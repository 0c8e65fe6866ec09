"""Build the book: execute what changed, write the HTML, say which page to open. `make book` runs this.

Jupyter Book keeps each executed chapter in a cache and runs a chapter again when its own cells change. It knows
nothing of the code that a chapter imports or of the results that it reads, and nothing of this project's Sphinx
extension; two keys, kept beside the cache, add that.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from inception_edu.commands.loading import spinning_briefly

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "_build"
HTML = BUILD / "html"
TAKE_ALONG = HTML / "inception-book.zip"  # the whole built book; its first page offers it
OFFER = re.compile(r'<p class="take-along">.*?</p>', re.DOTALL)

# What a chapter's outputs depend on besides its own cells, and what a page depends on besides its own text.
EXECUTION_INPUTS = ["inception_edu", "requirements.txt"]
PAGE_INPUTS = ["_config.yml", "_toc.yml", "book/_ext", "book/_static", "book/_templates", "book/_tools/build.py"]
# All that the book is made from: while that stays as it is, so does the book.
BOOK_INPUTS = [*EXECUTION_INPUTS, "_config.yml", "_toc.yml", "book", "chapters", "benchmarks"]


def digest(paths: list[str], root: Path = ROOT) -> str:
    """A hash of the names and contents of files, and of every file in folders, byte code left out."""
    total = hashlib.sha256(sys.version.encode())
    for path in paths:
        start = root / path
        files = sorted(start.rglob("*")) if start.is_dir() else [start]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                total.update(f"{file.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()


def forget_if_changed(name: str, paths: list[str], made_from_them: list[Path], root: Path = ROOT) -> None:
    """Delete what was made from ``paths`` when they are not what they were at the last build."""
    record = root / "_build" / f".{name}_key"
    key = digest(paths, root)
    if not record.exists() or record.read_text() != key:
        for folder in made_from_them:
            shutil.rmtree(folder, ignore_errors=True)
        record.parent.mkdir(exist_ok=True)
        record.write_text(key)


def environment() -> dict[str, str]:
    """This process's environment with an IPython of its own: no startup files, no words from kernels."""
    profile = BUILD / ".ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.json").write_text('{"IPKernelApp": {"log_level": 40}}')
    return {**spinning_briefly(dict(os.environ)), "IPYTHONDIR": str(profile.parent), "PYTHONUNBUFFERED": "1"}


def tell(chapter: str, seconds: float) -> None:
    """Say that a chapter was executed."""
    print(f"{chapter}: executed in {seconds:.0f} s", flush=True)


def run_jupyter_book() -> int:
    """Build with Jupyter Book; of what it says, pass on its warnings and which chapter was executed."""
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", "--warningiserror", "--keep-going", ROOT]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # a pipe
        for line in process.stdout:
            executed = re.search(r"([\w-]+)\.ipynb.*: Executed notebook in ([\d.]+) seconds", line)
            if executed:
                tell(executed[1], float(executed[2]))
    return process.returncode


def pack(folder: Path = HTML, archive: Path = TAKE_ALONG) -> None:
    """Put the built book into an archive, unless nothing is newer than it; the copy does not offer itself again."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file != archive)
    if archive.exists() and archive.stat().st_mtime >= max(file.stat().st_mtime for file in files):
        return
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            name = f"{archive.stem}/{file.relative_to(folder).as_posix()}"
            if file == folder / "book" / "index.html":
                packed.writestr(name, OFFER.sub("", file.read_text(encoding="utf-8")))
            else:
                packed.write(file, name)


def main() -> int:
    done, key = BUILD / ".book_key", digest(BOOK_INPUTS)
    if (HTML / "index.html").exists() and done.exists() and done.read_text() == key:
        print(f"Nothing has changed since the book was built. Open {HTML / 'index.html'}")
        return 0
    from execute import execute_side_by_side, write_executed  # whose libraries take seconds to load

    pages = [BUILD / ".doctrees", HTML]
    forget_if_changed("execution", EXECUTION_INPUTS, [BUILD / ".jupyter_cache", *pages])
    forget_if_changed("page", PAGE_INPUTS, pages)
    # Where there is no such folder yet, a build that fails early leaves a file of its name, and no later one succeeds.
    (HTML / "_static").mkdir(parents=True, exist_ok=True)
    print("Building the book: every chapter that changed is executed.", flush=True)
    for chapter, seconds in execute_side_by_side(ROOT / "chapters", BUILD / ".jupyter_cache", environment()):
        tell(chapter, seconds)
    status = run_jupyter_book()
    if status:
        # Sphinx reports a page's warnings only when it reads the page: the next build must read it again.
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
        print("The book was not built: see the first warning or error above.", file=sys.stderr)
        return status
    write_executed(ROOT / "chapters", BUILD / ".jupyter_cache", BUILD / "jupyter_execute" / "chapters")
    pack()
    done.write_text(key)
    print(f"The book is built. Open {HTML / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
