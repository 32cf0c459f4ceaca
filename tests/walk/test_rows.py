"""The table of the walk: all 45 statements are in it, each is shown by something, and what it names is there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.never import NEVER
from tests.walk.rows import ROWS, Row, table

ROOT = Path(__file__).resolve().parent.parent.parent


def rows_walked() -> set[int]:
    """The numbers in the walk's modules: `with record.row(7, …)`, or a key or a pair that such a line is given."""
    modules = [path for path in Path(__file__).parent.glob("*.py") if path.stem not in ("rows", "record", "test_rows")]
    trees = [ast.walk(ast.parse(path.read_text())) for path in modules]
    found = [node.value for tree in trees for node in tree if isinstance(node, ast.Constant)]
    return {value for value in found if type(value) is int}


def test_there_are_45_rows_and_each_is_shown_by_something() -> None:
    assert [row.number for row in ROWS] == list(range(1, 46))
    assert [row.number for row in ROWS if not row.seen and not row.tests] == []
    assert {row.number for row in ROWS if row.seen} <= rows_walked()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_the_tests_it_names_are_there(row: Row) -> None:
    for test in row.tests:
        path, _, rest = test.partition("::")
        name, _, case = rest.partition("[")
        defined = [node.name for node in ast.parse((ROOT / path).read_text()).body if isinstance(node, ast.FunctionDef)]
        assert name in defined, test
        assert not case or case.removesuffix("]") in {one.what for one in NEVER}, test


def test_the_page_of_the_walk_is_this_table() -> None:
    assert (ROOT / "docs" / "walk.md").read_text() == table(), "run manage.py walk --table > docs/walk.md"
