"""A plain letter for the board: what is stuck, in words a clinical lead can change before it is printed.

Nothing of it is stored. It is drafted from actions alone: no reaction, no number of people, nobody's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format

from facilitation import trends
from facilitation.models import Action, ActionEvent, State
from facilitation.reports import barrier_labels
from rounds.models import Programme, User

ASKED: Final = "asked for a sponsor"
MOST: Final = 12  # that a board may be expected to read of; those that have waited longest
_OPENING: Final = """Dear colleagues,

In {programme} we hold reflective rounds, where people who care for others tell what their work is like. What gets in \
the way of caring is looked at together, and changes are agreed. Most of them are made close to where they were \
raised. {these}"""
_ONE: Final = "The one below cannot go on from there: it waits for somebody who can carry it further."
_SEVERAL: Final = "Those below cannot go on from there: they wait for somebody who can carry them further."
_CLOSING: Final = """For each of them we ask you to name somebody who stands behind it, or to tell us that it cannot \
be done, and why. Either answer goes back to the people who raised it, in your words if you wish.

With kind regards,"""


@dataclass(frozen=True)
class Letter:
    """to, subject: one line each. words: paragraphs with an empty line between. signed: lines."""

    to: str
    subject: str
    words: str
    signed: str


def stuck(programme: Programme) -> list[Action]:
    """What waits for a sponsor, and what is past its day with nothing told back since; the longest first."""
    found: Any = Action.objects.filter(programme=programme, round__rehearsal=False).exclude(state=State.PROPOSED)
    return list((found.filter(state=State.WAITING) | found.silent()).order_by("review_on", "pk"))


def draft(programme: Programme, *, by: User) -> Letter | None:
    """The letter as it could be sent; None when nothing is stuck."""
    actions = stuck(programme)
    if not actions:
        return None
    opening = _OPENING.format(programme=programme.name, these=_ONE if len(actions) == 1 else _SEVERAL)
    shown, more = actions[:MOST], len(actions) - MOST
    told, heard = _since(shown), _heard(programme)
    parts = [opening, *(_about(action, heard, *told.get(action.pk, ("", ""))) for action in shown)]
    if more > 0:
        parts.append("One more waits in the same way." if more == 1 else f"{more} more wait in the same way.")
    return Letter(
        to="To the board",
        subject="What stands in the way of care here, and needs your help",
        words="\n\n".join([*parts, _CLOSING]),
        signed=f"{by}\nClinical lead, {programme.name}",
    )


def _since(actions: list[Action]) -> dict[int, tuple[str, str]]:
    """Of each action that waits for a sponsor: the day since when, and what is needed of one, where that was said."""
    waiting = [action.pk for action in actions if action.state == State.WAITING]
    into = ActionEvent.objects.filter(action__in=waiting, to_state=State.WAITING).exclude(from_state=State.WAITING)
    days = dict(into.values_list("action").annotate(Max("at")))
    asked = ActionEvent.objects.filter(action__in=waiting, what=ASKED).order_by("at", "pk")
    words = dict(asked.values_list("action", "words"))
    return {pk: (_day(timezone.localdate(at)), words.get(pk, "")) for pk, at in days.items()}


def _heard(programme: Programme) -> dict[str, str]:
    """Of each barrier that keeps coming back, in how many rounds and since when (ADR 26)."""
    again = trends.heard_again(programme)
    return {one.label: f" (heard in {len(one.rounds)} rounds since {one.rounds[0]:%B %Y})" for one in again}


def _about(action: Action, heard: dict[str, str], since: str, needed: str) -> str:
    barriers = [label + heard.get(label, "") for label in barrier_labels(action.barriers)]
    lines = [f"We will {action.statement}."]
    if action.state == State.WAITING:
        lines.append(f"It has been waiting for a sponsor since {since}." if since else "It waits for a sponsor.")
    elif action.review_on:
        lines.append(f"It was to be looked at on {_day(action.review_on)}, and nothing has been heard since.")
    lines += [
        f"{label}: {_ended(words)}"
        for label, words in (
            ("What stands in the way", "; ".join(barriers)),
            ("Who holds it", action.holder),
            ("What it does to the person being cared for", action.for_the_person),
            ("What is needed", needed),
        )
        if words
    ]
    return "\n".join(lines)


def _ended(words: str) -> str:
    return words if words.endswith((".", "?", "…")) else f"{words}."


def _day(day: date) -> str:
    return date_format(day, "j F Y")
