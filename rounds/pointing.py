"""What the machine stops at when a story is read for whether anybody can be recognised: it points, a person answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rounds.identifiers import names, numbers
from rounds.models import Story

_KINDS: Final[dict[str, str]] = {
    "name": "a name?",
    "number": "somebody’s number?",
    "born": "a date?",
    "address": "an address?",
    "reach": "a telephone or an e-mail address?",
    "plate": "a number plate?",
    "bed": "a bed?",
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
        return sum(bool(piece.kind) for piece in self.pieces)


def parts(story: Story) -> list[Part]:
    """Every part of the story in which something is written, in the order it is read."""
    return [Part(heading, tuple(_pieces(words))) for heading, words in _written(story) if words]


def _written(story: Story) -> Iterator[tuple[str, str]]:
    yield "The title, which the room sees", story.title
    yield "The content note, which the room sees", story.round.content_note
    yield "Who tells it", "\n".join(teller.role for teller in story.tellers if teller.role)
    for teller in story.tellers:
        yield f"{teller}: what it was like for me", teller.what_it_was_like
        yield f"{teller}: what it meant to them", teller.what_it_meant


def _pieces(words: str) -> Iterator[Piece]:
    """The words cut where something is noticed; put together again they are the same."""
    named = [("name", start, end) for start, end in names.found_in(words)]
    at = 0
    for kind, start, end in sorted([*numbers.found_in(words), *named], key=lambda found: (found[1], -found[2])):
        if start < at:  # within the one before
            continue
        if start > at:
            yield Piece(words[at:start])
        yield Piece(words[start:end], _KINDS.get(kind, "it leads to somebody"))
        at = end
    if at < len(words):
        yield Piece(words[at:])
