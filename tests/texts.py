"""Everything Common Thread says and how it calls things, read from its own files: what tests of words look through."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPOKEN_ATTRIBUTES = {"aria-label", "alt", "title", "placeholder", "content", "aria-description"}
OURS = ("config", "facilitation", "rounds", "templates", "static", "deploy", "requirements")
# Tables that a program looks words up in; nobody reads them on a screen.
LOOKED_UP = ("clustering/weights/", "identifiers/", "disclosures/", "identifier_rules.js", "vendor/")


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
    return read_out(without_template_tags(path.read_text()))


def read_out(html: str) -> str:
    parser = Spoken()
    parser.feed(html)
    return " ".join(" ".join(parser.words).split())


def script_strings(path: Path) -> str:
    """The string literals of a script, comments taken out."""
    source = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", " ", path.read_text(), flags=re.DOTALL)
    return " ".join(match[2] for match in re.finditer(r"([\"'`])((?:\\.|(?!\1).)*)\1", source, re.DOTALL))


def constants(path: Path) -> list[str]:
    """The string constants of a Python file; docstrings are for those who read code."""
    tree = ast.parse(path.read_text())
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    ]


def messages(path: Path) -> str:
    """The strings that look like sentences or labels; tests are not on screen."""
    if "tests" in path.relative_to(ROOT).parts:
        return ""
    return "\n".join(text for text in constants(path) if " " in text or text[:1].isupper())


@functools.cache
def sentences() -> dict[str, str]:
    """Everything said on screen: of templates what is read, of scripts their strings, of code its messages."""
    said = {relative(path): spoken(path) for path in templates()}
    said |= {relative(path): script_strings(path) for path in scripts() if not _looked_up(path)}
    said |= {relative(path): messages(path) for path in python_files()}
    return said | {relative(path): path.read_text() for path in _plain()}


def _plain() -> Iterator[Path]:
    """What is read as it stands in the file: mails, the library of cases, the first page of the repository."""
    found = [path for folder in OURS for ending in ("txt", "csv") for path in (ROOT / folder).rglob(f"*.{ending}")]
    yield from (path for path in found if "requirements" not in path.parts and not _looked_up(path))
    yield ROOT / "README.md"


def _looked_up(path: Path) -> bool:
    return any(part in relative(path) for part in LOOKED_UP)


@functools.cache
def names() -> dict[str, str]:
    """How things are called, each name on a line in plain small words (`mineToo` is "mine too"), by the file.

    Of code: what it defines, its fields, and every string without a space (columns, codes, addresses, messages). Of
    templates, styles and scripts: tags, classes, attributes, properties and functions. Of the requirements: packages.
    """
    code = [path for path in [*python_files(), *_migrations()] if relative(path).startswith(OURS)]
    called = {relative(path): _of_code(path) for path in code if not _looked_up(path)}
    called |= {relative(path): _of_markup(path) for path in templates()}
    for ending, pattern in (("css", r"[.#]-?[a-z][\w-]*|--[a-z][\w-]*"), ("js", r"[A-Za-z_$][\w$-]*")):
        found = [path for path in (ROOT / "static").rglob(f"*.{ending}") if not _looked_up(path)]
        called |= {relative(path): in_words(re.findall(pattern, path.read_text())) for path in found}
    packages = [(path, re.findall(r"^[a-z][\w.-]*", path.read_text(), re.M)) for path in ROOT.glob("requirements/*.in")]
    called |= {relative(path): in_words(found) for path, found in packages}
    files = [path for folder in OURS for path in (ROOT / folder).rglob("*") if path.is_file() and not _looked_up(path)]
    return called | {"the names of files": in_words([relative(path) for path in files if path.suffix != ".pyc"])}


def _migrations() -> list[Path]:
    return [path for app in ("facilitation", "rounds") for path in (ROOT / app / "migrations").glob("*.py")]


def _of_code(path: Path) -> str:
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    tree = list(ast.walk(ast.parse(path.read_text())))
    defined = [node.name for node in tree if isinstance(node, kinds)]
    fields = [node.target.id for node in tree if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)]
    assigned = [target.id for node in tree if isinstance(node, ast.Assign) for target in _plain_names(node)]
    return in_words([*defined, *fields, *assigned, *(text for text in constants(path) if " " not in text)])


def _plain_names(node: ast.Assign) -> list[ast.Name]:
    return [target for target in node.targets if isinstance(target, ast.Name)]


def _of_markup(path: Path) -> str:
    """Tags, attributes and the values of attributes; what is in template tags too, since it may name a field."""
    source = re.sub(r"{#.*?#}", " ", path.read_text(), flags=re.DOTALL)
    pieces = re.findall(r"<[^>]+>|{%.*?%}|{{.*?}}", source, re.DOTALL)
    return in_words([name for piece in pieces for name in re.findall(r"[A-Za-z][\w-]*", piece)])


def in_words(called: list[str]) -> str:
    """Each name once, its parts as words: `ResponseRate`, `response-rate` and `response_rate` are all the same."""
    parted = {re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", " ", name).strip().lower() for name in called}
    return "\n".join(sorted(parted - {""}))
