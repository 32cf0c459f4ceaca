"""The habits of the house that a machine can hold: short pieces and clean templates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.texts import python_files, relative, script_strings, scripts, sentences, spoken, templates

LONGEST_MODULE = 300
LONGEST_TESTS = 360  # a list of sentences may run on a little longer than a module people must hold in their heads
LONGEST_FUNCTION = 40
LONGEST_VIEW = 25
LONGEST_FRAGMENT = 40


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def too_long(paths: list[Path], limit: int) -> list[str]:
    """The functions over `limit` lines, counted from their def to their end, decorators left out."""
    return [
        f"{relative(path)}: {function.name} ({lines} lines)"
        for path in paths
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > limit
    ]


def test_no_module_has_outgrown_its_noun() -> None:
    lengths = {relative(path): len(path.read_text().splitlines()) for path in [*python_files(), *scripts()]}
    most = {name: LONGEST_TESTS if name.startswith("tests/") else LONGEST_MODULE for name in lengths}
    assert {name: lines for name, lines in lengths.items() if lines > most[name]} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    assert too_long(python_files(), LONGEST_FUNCTION) == []


def test_a_view_is_access_form_verb_and_render() -> None:
    views = [path for path in python_files() if "views" in path.parts or path.stem == "views"]
    assert too_long(views, LONGEST_VIEW) == []


def test_no_fragment_template_has_outgrown_its_noun() -> None:
    fragments = [path for path in templates() if path.name.startswith("_")]
    lengths = {relative(path): len(path.read_text().splitlines()) for path in fragments}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FRAGMENT} == {}


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a style attribute", r"<[^>]*\sstyle\s*="),
        ("an inline style", r"<style\b"),
        ("an inline script", r"<script\b(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json[\"'])"),
        ("an inline handler", r"<[^>]*\s(?:on[a-z]+|hx-on[^\s=]*)\s*="),
        ("a javascript address", r"(?:href|src|action)\s*=\s*[\"']\s*javascript:"),
        ("something from another host", r"(?:src|srcset|data-src)\s*=\s*[\"'](?:https?:)?//"),
        ("a style sheet from another host", r"<link\b[^>]*href\s*=\s*[\"'](?:https?:)?//"),
    ],
)
def test_templates_hold_to_the_security_policy(what: str, pattern: str) -> None:
    offenders = [relative(path) for path in templates() if re.search(pattern, path.read_text(), re.IGNORECASE)]
    assert offenders == [], f"{what} is refused by the browser under our policy"


def test_nobody_is_shouted_at() -> None:
    said = {name: text for name, text in sentences().items() if name.endswith(".html")}
    assert [name for name, text in said.items() if "!" in text] == []


def test_a_script_says_nothing_with_an_exclamation_mark() -> None:
    pattern = re.compile(r"[a-z]{2,}!(?:\s|$)", re.IGNORECASE)
    assert [relative(path) for path in scripts() if pattern.search(script_strings(path))] == []


def test_no_script_evaluates_text_or_pastes_html() -> None:
    pattern = re.compile(r"\beval\(|new Function\(|document\.write\(|insertAdjacentHTML|\.outerHTML\s*=")
    assert [relative(path) for path in scripts() if pattern.search(path.read_text())] == []


def test_the_checks_of_this_file_can_see(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('{# participation #}<p title="Hello!">{% if a != b %}Response <b>rate</b>{% endif %}</p>')
    assert spoken(page) == "Hello! Response rate"
    script = tmp_path / "page.js"
    script.write_text('// sentiment\nconst a = !b; say("Well done!"); /* streak */')
    assert script_strings(script) == "Well done!"
