"""The repository's address: pyproject.toml says it, and this writes it wherever a reader or a program meets it.

`make address URL=https://github.com/you/yours` changes it; without URL= it is written again from pyproject.toml.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
# The files that repeat the address. The chapters get it through their first cell.
FILES = [
    "pyproject.toml",
    "_config.yml",
    "README.md",
    "CONTRIBUTING.md",
    "CITATION.cff",
    "book/how_to_read.md",
    "book/index.md",
    "book/_tools/first_cell.py",
]


def address() -> str:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Repository"]


def forms(url: str) -> list[str]:
    """The address as it is used: the repository, the pages that GitHub serves from it, and the bare owner/name."""
    owner, name = url.removeprefix("https://github.com/").split("/")
    return [url, f"https://{owner}.github.io/{name}/", f"{owner}/{name}"]


def replaced(text: str, before: str, after: str) -> str:
    """``text`` with one repository's address, in all its forms, in place of another's."""
    renamed = dict(zip(forms(before), forms(after)))
    return re.sub("|".join(map(re.escape, renamed)), lambda match: renamed[match[0]], text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default=address())
    url = parser.parse_args().url.rstrip("/").removesuffix(".git")
    if not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", url):
        print(f"{url}: not an address like https://github.com/owner/name", file=sys.stderr)
        return 2
    before = address()
    for name in FILES:
        path = ROOT / name
        path.write_text(replaced(path.read_text(encoding="utf-8"), before, url), encoding="utf-8")
    subprocess.run([sys.executable, ROOT / "book" / "_tools" / "notebooks.py"], check=True)
    print(f"The repository's address is {url}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
