"""What keeps pages light: scripts that stand once, the rules and icons that are left of the theme's."""

import re
from types import SimpleNamespace

import light
import pytest
from icons import icon_rules
from sheets import can_apply, used_properties, used_rules

from inception_edu.widgets import ReductionCalculator

DRAWN = 'x={bars:[448,512,["navicon"],"f0c9","M0 1z"],"circle-half-stroke":[512,512,[9680,"adjust"],"f042","M2 3z"]}'


def test_of_scripts_that_say_the_same_the_first_stays():
    one, other = '<script type="module" data-once="a">1</script>\n', '<script data-once="b">2</script>\n'
    assert light.say_once(f"<p>{one}{other}{one}</p>{other}<script>3</script>") == (
        f"<p>{one}{other}</p><script>3</script>"
    )


def test_widgets_of_a_page_carry_what_they_share_once():
    single = ReductionCalculator().to_html()
    several = light.say_once(single + ReductionCalculator(grid=7).to_html() + single)
    assert several.count('class="inception-widget"') == 3
    assert several.count("data-once=") == single.count("data-once=") == 2


def test_rules_stay_whose_classes_can_be_on_a_page():
    sheet = """@charset "utf-8"; /*! licence */ /* no licence */
        .a, .b > p { color: red } .c{color:blue} @media print { .c { x: y } .a { content: "}" } }
        p:not(.c) { margin: 0 }
        .sd-w-25\\% { width: 25% } #a{background:url(../x.png)} @font-face { font-family: "Font Awesome 6" }"""
    left = used_rules(sheet, {"a", "sd-w-25%"}, "styles/theme.css")
    assert " ".join(left.split()) == (
        '/*! licence */.a{color: red}@media print{.a{content: "}"}}p:not(.c){margin: 0}'
        '.sd-w-25\\%{width: 25%}#a{background:url("x.png")}'
    )


@pytest.mark.parametrize(
    ("selector", "words", "right"),
    [
        ("p", set(), True),
        (".a:is(.b, .c)", {"a"}, True),
        (".a.b", {"a"}, False),
        ('.a[href$=".b"]', {"a"}, True),
        (".fa-bars:before", {"fa-bars"}, False),  # of the font
        (".a .fa-bars", {"a", "fa-bars"}, True),
    ],
)
def test_a_rule_can_apply(selector, words, right):
    assert can_apply(selector, words) is right


def test_a_brace_in_an_address_or_a_string_ends_nothing():
    assert used_rules("""a{b:url("x)}y")}c{d:'{'}""", set(), "theme.css") == """a{b:url("x)}y")}c{d:"{"}"""


def test_custom_properties_that_nobody_reads_go():
    assert used_properties('a{--b:1;--c:"x;y";--d:2}e{f:var(--d)}', {"--b"}) == "a{--b:1;--d:2;}e{f:var(--d);}"


def test_icons_come_by_their_names_and_their_other_names():
    left = icon_rules(DRAWN, {"fa-solid", "fa-bars", "fa-adjust", "theme-switch", "fa-lg"})
    assert re.findall(r"\.(fa-[\w-]+)\{--icon:([^;]+);--icon-width:([^}]+)\}", left) == [
        ("fa-adjust", "0em", "1em"),
        ("fa-bars", "-2em", "0.875em"),
    ]
    assert left.count("data:image/svg+xml") == 1
    assert "M2 3z" in left
    assert "M0 1z" in left


def test_a_theme_that_is_not_known_is_told(monkeypatch):
    told = []
    monkeypatch.setattr(light.logger, "warning", lambda text, **_: told.append(text))
    known = '(()=>{a(),"complete"===document.readyState?I():window.addEventListener("load",I)})();'
    assert light.without_tab_stops(known) == "(()=>{a(),void 0})();"
    assert not told
    light.without_tab_stops("another();")
    assert len(told) == 1


def script(name=None, **attributes):
    return SimpleNamespace(filename=name and f"_static/{name}?v=1", attributes=attributes)


@pytest.mark.parametrize(
    ("one", "body", "left"),
    [
        (script("doctools.js"), "", False),
        (script("design-tabs.js"), '<label class="sd-tab-label">', True),
        (script("design-tabs.js"), "<p>no tabs</p>", False),
        (script(body="let toggleHintShow = 'Click to show';"), "", True),
        (script(body="DOCUMENTATION_OPTIONS.pagename = 'index';"), "", False),
    ],
)
def test_scripts_that_a_page_keeps_beside_the_one_of_all_pages(one, body, left):
    assert light.is_left(one, body) is left


def test_a_script_stands_once_on_its_page(html, page):
    marks = light.ONCE.findall((html / page).read_text(encoding="utf-8"))
    assert len(marks) == len(set(marks))


def test_every_icon_has_its_drawing(html, soup, page):
    sheet = (html / "_static" / light.SHEET).read_text(encoding="utf-8")
    for element in soup(page).select(".fa, .fas, .fab, .far, .fa-solid, .fa-brands, .fa-regular"):
        assert any(f".{each}{{--icon:" in sheet for each in element["class"]), element


def loaded(html, name):
    """The files that a page loads with it."""
    text = (html / name).read_text(encoding="utf-8")
    for address in re.findall(r'<(?:script|link rel="stylesheet"|img)\b[^>]*\b(?:src|href)="([^"#?:]+)["#?]', text):
        yield ((html / name).parent / address).resolve()


def test_a_page_with_all_that_it_loads_is_light(html, page):
    weight = (html / page).stat().st_size + sum(path.stat().st_size for path in set(loaded(html, page)))
    carries_a_network = "13_looking_inside" in page
    assert weight < (3_000_000 if carries_a_network else 400_000 if page == "book/index.html" else 2_000_000)


def test_words_of_code_that_have_no_colour_of_their_own_are_plain():
    kinds = light.plain_kinds("a11y-high-contrast-light", "a11y-high-contrast-dark")
    assert {"n", "p"} <= kinds
    assert not kinds & {"k", "s2", "mi", "o"}
    text = '<span class="k">for</span> <span class="n">x</span><span class="p">:</span> <span class="other">n</span>'
    assert light.without_plain_spans(text, kinds) == '<span class="k">for</span> x: <span class="other">n</span>'


def test_code_has_the_colours_of_the_theme_by_day_and_by_night(html):
    sheet = (html / "_static" / "light.css").read_text(encoding="utf-8")
    for theme in ("light", "dark"):
        assert re.search(rf"html\[data-theme=.?{theme}.?\] \.highlight \.k\b[^{{]*\{{\s*color:", sheet), theme
