"""The habits of the house that a machine can hold: short pieces, clean templates, and words we never use."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_MODULE = 300
LONGEST_TESTS = 360  # a list of sentences may run on a little longer than a module people must hold in their heads
LONGEST_FUNCTION = 40
LONGEST_VIEW = 25
LONGEST_FRAGMENT = 40
# What Common Thread is not: a poll, a game, or a meter held against people's feelings.
NEVER_SAID = (
    "participation",
    "engagement",
    "response rate",
    "leaderboard",
    "word cloud",
    "wordcloud",
    "sentiment",
    "like button",
    "streak",
    "schwartz round",
)
# The one line in which the tradition is named, and disclaimed.
DISCLAIMER = re.compile(
    r"in the tradition of schwartz rounds|not affiliated with [^.]*schwartz rounds?"
    r"|schwartz rounds? (is|are) a (licensed|registered)",
    re.IGNORECASE,
)
SPOKEN_ATTRIBUTES = {"aria-label", "alt", "title", "placeholder", "content", "aria-description"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_files() -> list[Path]:
    folders = ("config", "facilitation", "rounds", "tests", "benchmarks")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts]


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def scripts() -> list[Path]:
    return [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]


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


class Spoken(HTMLParser):
    """Collects what a person reads or hears on a page, template tags taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]


def without_template_tags(source: str) -> str:
    """The template with comments, tags and variables blanked; literal strings in {% translate %} stay."""
    source = re.sub(r"{#.*?#}|{% comment .*?%}.*?{% endcomment %}", " ", source, flags=re.DOTALL)
    source = re.sub(r"{%\s*(?:trans|translate)\s+([\"'])(.*?)\1.*?%}", r" \2 ", source)
    return re.sub(r"{%.*?%}|{{.*?}}", " ", source, flags=re.DOTALL)


def spoken(path: Path) -> str:
    parser = Spoken()
    parser.feed(without_template_tags(path.read_text()))
    return " ".join(" ".join(parser.words).split())


def script_strings(path: Path) -> str:
    """The string literals of a script, comments taken out."""
    source = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", " ", path.read_text(), flags=re.DOTALL)
    return " ".join(match[2] for match in re.finditer(r"([\"'`])((?:\\.|(?!\1).)*)\1", source, re.DOTALL))


@functools.cache
def sentences() -> dict[str, str]:
    """Everything said on screen: of templates what is read, of scripts their strings, of code its messages."""
    said = {relative(path): spoken(path) for path in templates()}
    said |= {relative(path): script_strings(path) for path in scripts()}
    return said | {relative(path): messages(path) for path in python_files()}


def messages(path: Path) -> str:
    """The string constants of a Python file that look like sentences; docstrings and tests are not on screen."""
    if "tests" in path.relative_to(ROOT).parts:
        return ""
    tree = ast.parse(path.read_text())
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    ]
    return "\n".join(text for text in strings if " " in text)


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


@pytest.mark.parametrize("words", NEVER_SAID)
def test_words_of_measuring_people_are_never_said(words: str) -> None:
    said = {name: DISCLAIMER.sub(" ", text).lower() for name, text in sentences().items()}
    assert [name for name, text in said.items() if words in text] == []


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
