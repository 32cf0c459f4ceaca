"""The rules by which identifiers are noticed, on phones too: patterns and words (rules.json), names (names.txt)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
RULES: Final[dict[str, Any]] = json.loads((HERE / "rules.json").read_text("utf-8"))


def filled(pattern: str) -> str:
    """The pattern with its {parts} in their place; counts such as {2,4} stay."""
    for name, part in RULES["parts"].items():
        pattern = pattern.replace(f"{{{name}}}", part)
    return pattern.replace("{L}", RULES["letters"])


def words(key: str) -> frozenset[str]:
    return frozenset(RULES[key].split())


def _names() -> dict[str, frozenset[str]]:
    """The lists of names by how they count: any, capital, inside, surname, word."""
    lists: dict[str, list[str]] = {}
    under: list[str] = []
    for line in (HERE / "names.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            under = lists.setdefault(line[1 : line.index("]")], [])
        elif not line.startswith("#"):
            under += line.split()
    return {key: frozenset(found) for key, found in lists.items()}


NAMES: Final = _names()
