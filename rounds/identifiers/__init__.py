"""Identifiers: notices what may point to one person in a text. It is honest about its limits: it misses some. Pure.

Phones ask the same rules before something is sent (static/js/identifiers.js); the server holds what they let pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rounds.identifiers import names, numbers
from rounds.identifiers.rules import RULES

SAYS: Final[dict[str, str]] = RULES["says"]


@dataclass(frozen=True, slots=True)
class Noticed:
    """What may point to a person: its kind (a key of SAYS), the words themselves, and where they stand."""

    kind: str
    words: str
    start: int


def noticed(text: str) -> Noticed | None:
    """The first thing in `text` that may point to a person, or None. Numbers and places come before names."""
    for kind, start, end in numbers.found_in(text):
        return Noticed(kind, text[start:end].strip(), start)
    for start, end in names.found_in(text):
        return Noticed("name", text[start:end], start)
    return None
