"""What people wrote in a round: every table that holds it, for letting it go and for keeping it out of backups.

Reactions stand here; other apps add theirs from their `ready()`. Themes, actions and debriefs are not among them:
those are the words of the people who run the rounds, and stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model, QuerySet

from rounds.models import Reaction, Round

SHORTEST: Final = 16  # bytes of a fragment worth looking for; less is found in any sentence
FRAGMENT: Final = 24
_AN_ID: Final = re.compile(r"[\w-]{22}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Holding:
    """A table whose rows are what people wrote, or only about it. to_round: the path from a row to its round."""

    model: type[Model]
    to_round: str
    is_written: bool = True

    def of(self, round: Round) -> QuerySet[Model]:
        return self.model._base_manager.filter(**{self.to_round: round})


@dataclass(frozen=True, slots=True)
class Copy:
    """A column of a table that stays, into which somebody's words may have been taken over.

    Until the themes are signed off it is left out of backups, with `instead` in its place. to_round: the column of
    the round, or the path to the rounds of a row that is of several: what is left out of that one is `withhold`'s.
    """

    model: type[Model]
    column: str
    to_round: str
    instead: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """Rows of a table that stays, of which no backup holds these columns. pks: which rows, as they stand now."""

    model: type[Model]
    instead: Mapping[str, str]
    pks: Callable[[], set[Any]]


_holdings: Final[list[Holding]] = [Holding(Reaction, "prompt__round")]
_copies: Final[list[Copy]] = []
_withheld: Final[list[Withheld]] = []


def held_in(model: type[Model], *, to_round: str, is_written: bool = True) -> None:
    """Name another table that goes with the words: it holds some, or its rows mean nothing without them.

    Tables that point at one named before come after it. is_written: whether what stands in it was written by people.
    """
    if model not in {holding.model for holding in _holdings}:
        _holdings.append(Holding(model, to_round, is_written))


def copied_to(model: type[Model], column: str, *, to_round: str, instead: str) -> None:
    """Name a column that stays when the words go, but is nobody's own before the themes are signed off."""
    if (model, column) not in {(copy.model, copy.column) for copy in _copies}:
        _copies.append(Copy(model, column, to_round, instead))


def withhold(model: type[Model], instead: Mapping[str, str], *, pks: Callable[[], set[Any]]) -> None:
    """Leave columns of these rows out of every backup, with `instead` in their place: their owner took them back."""
    _withheld.append(Withheld(model, instead, pks))


def withheld() -> tuple[Withheld, ...]:
    return tuple(_withheld)


def holdings() -> tuple[Holding, ...]:
    return tuple(_holdings)


def copies() -> tuple[Copy, ...]:
    return tuple(_copies)


def any_of(round: Round) -> bool:
    """Whether anything that people wrote in this round is still there."""
    return any(holding.of(round).exists() for holding in _holdings)


def fragments(round: Round) -> list[str]:
    """Pieces of all that stands in the round's rows: what nobody may find anywhere once it has gone.

    Up to three of each text, of at most FRAGMENT bytes, so that a text that is cut in two in a file is found by one
    of them. Texts below SHORTEST bytes have none: they would be found in anybody's sentence. Ids have none: they are
    random, and sums in old backups name them.
    """
    rows = [row for holding in _holdings if holding.is_written for row in holding.of(round).values()]
    texts = {text for row in rows for text in _texts(row) if not _AN_ID.fullmatch(text)}
    return sorted({piece for text in texts for piece in _pieces(text)})


def _texts(value: Any) -> Iterator[str]:
    """Every text in a row, and inside the lists and mappings of its JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _pieces(text: str) -> Iterator[str]:
    encoded = text.encode()
    if len(encoded) < SHORTEST:
        return
    last = max(0, len(encoded) - FRAGMENT)
    for start in (0, last // 2, last):
        piece = encoded[start : start + FRAGMENT].decode(errors="ignore")
        if len(piece.encode()) >= SHORTEST:
            yield piece


def as_stored(fragment: str) -> set[bytes]:
    """How a fragment can stand in a file: as it is, and as JSON writes it."""
    return {fragment.encode(), json.dumps(fragment)[1:-1].encode()}
