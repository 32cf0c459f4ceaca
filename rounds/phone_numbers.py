"""Telephone numbers in a line of the support card, so that a thumb can ring them. Pure.

Only what is plainly one: with a leading nought or a plus and as many digits as such a number has, a helpline of the
116 kind, or a short number that the line says to ring. An extension or a bleep cannot be rung from one's own phone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_NEXT: Final = r"(?:[ ()-]{0,2}\d)"
_NUMBER: Final = re.compile(
    rf"(?<![\w+:/-])(\+\d{_NEXT}{{8,13}}|\(?0{_NEXT}{{9,10}}|0800 ?1111|116 ?\d{{3}})(?![\w/-]|[.:]\d)"
    r"|\b(?:call|dial|phone|ring|NHS) (999|112|111)\b",
    re.ASCII | re.IGNORECASE,
)


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
        start, end = found.span(found.lastindex or 0)
        if line[at:start]:
            yield Piece(line[at:start])
        yield Piece(line[start:end], _to_ring(line[start:end]))
        at = end
    if line[at:]:
        yield Piece(line[at:])


def _to_ring(words: str) -> str:
    """The digits alone; after a country's code the nought in brackets is not rung."""
    if words.startswith("+"):
        return "+" + re.sub(r"[^0-9]", "", words.replace("(0)", ""))
    return re.sub(r"[^0-9]", "", words)
