"""The colour tokens keep WCAG 2.2 contrast in every theme: 1.4.3 for words, 1.4.11 for borders, marks and focus."""

import re
from itertools import product
from pathlib import Path

import pytest

STATIC = Path(__file__).parent.parent / "static"
TOKENS = (STATIC / "css" / "tokens.css").read_text()
THEMES = {
    "light": ":root",
    "dark": ':root[data-theme="dark"]',
    "dark by preference": ':root:not([data-theme="light"])',
    "wall": ':root[data-surface="wall"]',
    "bright wall": ':root[data-surface="wall"][data-theme="light"]',
}
GROUNDS = ["paper", "surface", "sunken", "teal-wash", "ember-wash", "brick-wash"]
BODY = [("ink", ground) for ground in GROUNDS]
WORDS = [
    *product(["ink-soft", "teal", "teal-deep"], GROUNDS[:4]),
    *product(["ink-soft", "ember", "brick"], ["paper", "surface", "sunken", "ember-wash", "brick-wash"]),
    ("on-teal", "teal"),
    ("on-teal", "teal-deep"),
]
MARKS = [*product(["edge", "teal", "brick", "focus"], GROUNDS), *product(["glow"], ["paper", "surface", "sunken"])]


def colours(selector: str) -> dict[str, str]:
    """The hexadecimal colours declared in the one block of tokens.css with exactly this selector."""
    block = re.search(r"^\s*" + re.escape(selector) + r" \{(.*?)\}", TOKENS, re.S | re.M)
    assert block, f"tokens.css has no block {selector}"
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block[1]))


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 to 1, as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def too_weak(theme: str, pairs: list[tuple[str, str]], least: float) -> list[str]:
    """The pairs of a theme that fall below ``least``, each with its ratio."""
    palette = colours(THEMES[theme])
    ratios = {(front, ground): contrast(palette[front], palette[ground]) for front, ground in pairs}
    return [f"{front} on {ground} {ratio:.2f}" for (front, ground), ratio in ratios.items() if ratio < least]


def test_the_measure_itself_gives_the_known_ratios() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_body_text_has_seven_to_one_on_every_ground(theme: str) -> None:
    assert too_weak(theme, BODY, 7) == []


@pytest.mark.parametrize("theme", THEMES)
def test_all_other_words_have_four_and_a_half_to_one(theme: str) -> None:
    assert too_weak(theme, WORDS, 4.5) == []


@pytest.mark.parametrize("theme", THEMES)
def test_control_borders_marks_and_focus_have_three_to_one(theme: str) -> None:
    assert too_weak(theme, MARKS, 3) == []


def test_every_theme_sets_every_colour() -> None:
    every = set(colours(":root"))
    assert {name: set(colours(selector)) ^ every for name, selector in THEMES.items()} == {
        name: set() for name in THEMES
    }


def test_dark_is_the_same_whether_chosen_or_preferred() -> None:
    assert colours(THEMES["dark"]) == colours(THEMES["dark by preference"])


def test_no_sheet_names_a_colour_outside_the_tokens() -> None:
    allowed = {"#ffffff", "#000000"}  # the ground and the modules of a QR code, whatever the theme
    of_paper = {"print.css", "sheet.css"}  # which has one theme, and no screen's
    sheets = [sheet for sheet in (STATIC / "css").glob("*.css") if sheet.name not in {"tokens.css", *of_paper}]
    strays = {
        sheet.name: set(re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", sheet.read_text())) - allowed for sheet in sheets
    }
    assert {name: found for name, found in strays.items() if found} == {}


def test_the_sprite_has_every_icon_that_a_template_asks_for_and_no_other() -> None:
    drawn = set(re.findall(r'id="i-([a-z0-9-]+)"', (STATIC / "icons" / "sprite.svg").read_text()))
    templates = (STATIC.parent / "templates").rglob("*.html")
    asks = re.compile(r'icon(?:\.html" with name)?="([^"]+)"')
    assert drawn == {name for page in templates for name in asks.findall(page.read_text())}
