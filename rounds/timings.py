"""The usual timings of each kind of round. Every one of them can be changed; nobody forces one.

Pure: imports nothing of Django.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Timings(NamedTuple):
    """How long each part lasts, in the unit its name says. Arrival and closing have no clock."""

    story_minutes: int
    silence_seconds: int
    reflection_minutes: int
    threads_minutes: int
    threshold_seconds: int
    circle_minutes: int

    @property
    def total_minutes(self) -> int:
        """The timed parts together, in whole minutes, rounded up."""
        minutes = self.story_minutes + self.reflection_minutes + self.threads_minutes + self.circle_minutes
        return minutes - (-(self.silence_seconds + self.threshold_seconds) // 60)


# PRODUCT, "Kinds of round": 60, 30 to 45 and 15 minutes, arriving and closing included.
USUAL: Final[dict[str, Timings]] = {
    "round": Timings(15, 60, 20, 8, 30, 12),
    "team": Timings(10, 45, 12, 5, 30, 8),
    "popup": Timings(3, 30, 4, 2, 20, 3),
    "circle": Timings(1, 30, 1, 1, 30, 25),
}

# An hour that one person can live through in five minutes.
REHEARSAL: Final = Timings(1, 10, 2, 1, 5, 1)


def usual(kind: str) -> Timings:
    """The usual timings of a kind; those of a full round for a kind nobody knows."""
    return USUAL.get(kind, USUAL["round"])
