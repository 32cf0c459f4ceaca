"""With whom of a panel somebody checks in, and when: plain values between the debrief's form and its verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rounds.models import Storyteller


@dataclass(frozen=True, slots=True)
class Planned:
    """A check-in: the day somebody speaks with a storyteller (None: nobody has chosen one), and whether they have."""

    on: date | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Panellist:
    """Somebody to check in with; without a storyteller, the panel as a whole. who: in the middle of a sentence."""

    storyteller: Storyteller | None
    who: str
    check_in: Planned
