"""Telephone numbers in a line of the support card, so that a thumb can ring them. Pure.

Only what is plainly one: with a leading nought or a plus and as many digits as such a number has, a helpline of the
116 kind, or a short number that the line says to ring. An extension or a bleep cannot be rung from one's own phone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_NUMBER: Final = re.compile(
    r"(?<![\w+:/-])(\+\d[\d ()-]{7,17}\d|\(?0[\d ()-]{6,14}\d|116 ?\d{3})(?![\w/-]|[.:]\d)"
    r"|\b(?:call|dial|phone|ring|NHS) (999|112|111)\b",
    re.IGNORECASE,
)
_CHILDLINE: Final = "08001111"


class Piece(NamedTuple):
    """Some words of a line; call: the digits to ring, or empty where the words are only words."""

    words: str
    call: str = ""


def pieces(line: str) -> list[Piece]:
    """The line from left to right; put together, the words are the line again."""
    return list(_pieces(line))


def _pieces(line: str) -> Iterator[Piece]:
    at = 0
    for found in _NUMBER.finditer(line):
        call = _digits(found[found.lastindex or 0])
        if not call:
            continue
        start, end = found.span(found.lastindex or 0)
        if line[at:start]:
            yield Piece(line[at:start])
        yield Piece(line[start:end], call)
        at = end
    if line[at:]:
        yield Piece(line[at:])


def _digits(words: str) -> str:
    """What to ring, or nothing where it has not as many digits as a telephone number."""
    digits = re.sub(r"\D", "", words.replace("(0)", "") if words.startswith("+") else words)
    if words.startswith("+"):
        return f"+{digits}" if 9 <= len(digits) <= 15 else ""
    is_long = 10 <= len(digits) <= 11 or digits == _CHILDLINE
    return digits if is_long or not digits.startswith("0") else ""
