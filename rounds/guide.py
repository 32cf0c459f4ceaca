"""The guide inside: its chapters in the order of the work. Their words are templates of the same names.

Pure: imports nothing of Django.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Chapter(NamedTuple):
    """code: in the address, and the name of its template."""

    code: str
    title: str


CHAPTERS: Final[tuple[Chapter, ...]] = (
    Chapter("what-a-round-is", "What a round is, and is not"),
    Chapter("before", "Before the day"),
    Chapter("the-panel", "Preparing those who tell"),
    Chapter("opening", "Opening, and the promise"),
    Chapter("silence", "Silence and listening"),
    Chapter("reflection", "The reflection"),
    Chapter("threads", "Naming the threads"),
    Chapter("circle", "The threshold and the circle"),
    Chapter("difficult", "When it gets difficult"),
    Chapter("closing", "Closing and debrief"),
    Chapter("months", "Over the months"),
    Chapter("rehearse", "Rehearse"),
)


def place_of(code: str) -> int | None:
    """Where the chapter stands, from 0; None where there is none of this name."""
    return next((place for place, chapter in enumerate(CHAPTERS) if chapter.code == code), None)
