"""What the machine stops at in a story, and in what is read of it later: it points, a person answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rounds.identifiers import in_stories, names, numbers
from rounds.models import Story

_KINDS: Final[dict[str, str]] = {
    "name": "a name?",
    "number": "somebody’s number?",
    "born": "a date?",
    "address": "an address?",
    "reach": "a telephone or an e-mail address?",
    "plate": "a number plate?",
    "bed": "a bed?",
    "date": "a date?",
    "ward": "a ward?",
    "age": "an age?",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words; `kind` says in words what the machine takes it for, and is empty where it goes on."""

    words: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the story under its heading: its pieces together are its words."""

    heading: str
    pieces: tuple[Piece, ...]

    @property
    def marks(self) -> int:
        """How many of its pieces the machine stopped at."""
        return marks(self.pieces)


def parts(story: Story) -> list[Part]:
    """Every part of the story in which something is written, in the order it is read."""
    return [Part(heading, pieces(words)) for heading, words in _written(story) if words]


def pieces(words: str) -> tuple[Piece, ...]:
    """The words cut where something is noticed; put together again they are the same."""
    return tuple(_pieces(words))


def marks(pieces: Iterable[Piece]) -> int:
    """At how many of these pieces the machine stopped."""
    return sum(bool(piece.kind) for piece in pieces)


def _written(story: Story) -> Iterator[tuple[str, str]]:
    yield "The title, which the room sees", story.title
    yield "The content note, which the room sees", story.round.content_note
    yield "Who tells it", "\n".join(teller.role for teller in story.tellers if teller.role)
    for teller in story.tellers:
        yield f"{teller}: what it was like for me", teller.what_it_was_like
        yield f"{teller}: what it meant to them", teller.what_it_meant


def _pieces(words: str) -> Iterator[Piece]:
    named = [("name", start, end) for start, end in names.found_in(words)]
    found = [*numbers.found_in(words), *in_stories.found_in(words), *named]
    at = 0
    for kind, start, end in sorted(found, key=lambda one: (one[1], -one[2])):
        if start < at:  # within the one before
            continue
        if start > at:
            yield Piece(words[at:start])
        yield Piece(words[start:end], _KINDS.get(kind, "it leads to somebody"))
        at = end
    if at < len(words):
        yield Piece(words[at:])
