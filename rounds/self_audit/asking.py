"""What a check is, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


class CannotLook(Exception):
    """There is nothing to look at here, or not now; the words say why. Neither good nor bad."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the installation cannot know of itself. logs: folders of other programs' logs."""

    logs: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """name: short and stable, for programs. holds: what is true when nothing is wrong, as a sentence."""

    name: str
    holds: str
    look: Callable[[Surroundings], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """wrong: sentences, none when all is well. unseen: why nothing could be looked at, where that was so."""

    check: Check
    wrong: tuple[str, ...]
    unseen: str = ""

    @property
    def is_well(self) -> bool:
        return not self.wrong and not self.unseen

    @property
    def state(self) -> str:
        """ "well", "wrong" or "not seen"."""
        return "wrong" if self.wrong else "not seen" if self.unseen else "well"
