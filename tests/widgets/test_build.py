"""Built front ends: those that travel are what the sources make, and a build changes nothing of what a module does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from inception_edu.widgets import ReductionCalculator, page
from tests.conftest import missing

from .conftest import FOLDER, SITE

# what a text that is squeezed by hand loses: spaces in strings, patterns, templates, comments that are none
TRICKY = r"""
import { shared } from "./shared/part.js";

const pad = "  a = b ;  { c : d }  // no comment  /* nor this */ ";
const nested = `x = ${[1, 2].map((n) => `${n} = ${`{ ${n} }`} `).join(" , ")}
  second line  `;
const long = "one \
two";
const pattern = /[/"'`] \/ = {2,} /g.source + String.raw`\n = \u0041`;
const divided = (a, b, g) => a / b / g;
let n = 1
const minus = n - -n, plus = n + +n, after = n++ + ++n
const lines = [1, 2]
;[n] = lines
const automatic = (() => {
  return
  1
})()
const label = (() => { outer: for (const i of [1, 2, 3]) { for (;;) { if (i < 2) continue outer; return i } } })()
class Named { static who = this.name; #x = 1; get x() { return this.#x } }
const html = "</script><!-- <script>" + `<!--${1}` + String.raw`<!-- <script>\n</script>`;
const below = (a, b) => a< !--b;
const unicode = "\u2028 \u{1f600} é \0 \x07 - − “quoted”";
const keys = { __proto__: null, "a-b": 1, "constructor": 2, 3: 4, ["c" + "d"]: 5 };
const optional = keys?.x ?? (keys["a-b"] || 7) ** 2;

export const found = () => [
  pad, nested, long, pattern, divided(8, 4, 2), minus, plus, after, n, automatic === undefined, label,
  new Named().x,
  html, below(0, 2), unicode, Object.entries(keys), optional, shared("a = b"),
  "a = b".replace(/ = /g, ";"), 0.1 + 0.2, 1e21, -0 === 0,
  typeof undefined, [..."a b"].length, `${"`"}`, '"', "'", /=>/.test("x => y"), ((a, b = a) => a + b)(1),
];

export default {
  compute: () => found(),
  render: ({ model, el }) => {
    el.textContent = JSON.stringify([model.get("greeting"), ...found()]);
  },
};
"""
PART = "/* the = part */\nexport const shared = (text) => `<${text}>`; // as it stands\n"


@pytest.fixture(scope="module")
def build():
    """Build the modules of a folder into another by the project's own build."""
    if shutil.which("node") is None or not (FOLDER.parents[1] / "node_modules" / "esbuild").is_dir():
        missing("Node.js with esbuild (make widgets installs it)")

    def run(*words, succeeds: bool = True) -> str:
        done = subprocess.run(
            ["node", FOLDER / "build.js", *words], capture_output=True, text=True, encoding="utf-8", env=os.environ
        )
        assert (done.returncode == 0) is succeeds, done.stderr
        return done.stderr

    return run


@pytest.fixture(scope="module")
def tricky(tmp_path_factory, build) -> tuple[Path, Path]:
    """Folders of a tricky module's source and of what is built of it."""
    source, into = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    (source / "shared").mkdir()
    (source / "tricky.js").write_text(TRICKY, encoding="utf-8")
    (source / "shared" / "part.js").write_text(PART, encoding="utf-8")
    build(source, into)
    return source, into


def test_what_travels_is_what_the_sources_make(build):
    build("--check")


def test_a_stale_a_missing_and_a_left_over_file_are_named(build, tricky, tmp_path):
    source, into = tricky
    assert "make: shared.js, tricky.js in" in build(source, tmp_path, "--check", succeeds=False)
    shutil.copytree(into, tmp_path, dirs_exist_ok=True)
    build(source, tmp_path, "--check")
    (tmp_path / "old.js").write_text("")
    with (tmp_path / "tricky.js").open("a") as file:
        file.write(" ")
    assert "old.js, tricky.js" in build(source, tmp_path, "--check", succeeds=False)
    build(source, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shared.js", "tricky.js"]


def test_a_source_that_is_no_javascript_gets_one_line(build, tmp_path):
    (tmp_path / "broken.js").write_text("export default {;", encoding="utf-8")
    said = build(tmp_path, tmp_path, "--check", succeeds=False)
    assert "broken.js:1:16: ERROR: Expected identifier" in said
    assert "node:" not in said


def test_a_module_does_the_same_before_and_after_it_is_built(chromium, tricky, still, monkeypatch):
    source, into = tricky
    bare = chromium.new_page()
    bare.route(f"{SITE}**", lambda route: _module(route, source))
    bare.goto(SITE)
    call = "async (address) => JSON.stringify((await import(address)).default.compute())"
    plain = json.loads(bare.evaluate(call, f"{SITE}tricky.js"))
    bare.unroute(f"{SITE}**")
    bare.route(f"{SITE}**", lambda route: _module(route, into))
    assert json.loads(bare.evaluate(call, f"{SITE}tricky.js?built")) == plain
    bare.close()

    monkeypatch.setattr(page, "FOLDER", into)
    page.built.cache_clear()
    greeting = "</script> a = b"
    opened = still(html=page.page_html("tricky", {"greeting": greeting}, "no script"))
    page.built.cache_clear()
    assert json.loads(opened.page.locator(".inception-widget").text_content()) == [greeting, *plain]


def _module(route, folder: Path) -> None:
    name = route.request.url.removeprefix(SITE).split("?")[0]
    body = (folder / name).read_text(encoding="utf-8") if name else ""
    if (folder / "shared.js").exists() and name:
        body = (folder / "shared.js").read_text(encoding="utf-8") + body
    route.fulfill(body=body, content_type="text/javascript; charset=utf-8" if name else "text/html")


def test_every_front_end_stands_alone():
    names = sorted(["shared.js", *(path.name for path in (FOLDER / "src").glob("*.js"))])
    assert sorted(path.name for path in page.FOLDER.iterdir()) == names
    for path in page.FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "</script" not in text
        assert not re.search(r"(?:^|[;}])import\b", text), path.name


def test_a_widget_without_a_built_front_end_says_how_to_build_it(monkeypatch):
    monkeypatch.setattr(ReductionCalculator, "FRONT", "none_such")
    with pytest.raises(FileNotFoundError, match=r"none_such\.js: run `make widgets`"):
        ReductionCalculator()


def test_the_lock_names_no_registry():
    lock = json.loads((FOLDER.parents[1] / "package-lock.json").read_text(encoding="utf-8"))
    resolved = [package.get("resolved", "https://registry.npmjs.org/") for package in lock["packages"].values()]
    assert all(address.startswith("https://registry.npmjs.org/") for address in resolved)
