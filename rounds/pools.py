"""Pools: one story told to several shifts, or read by those who missed it, and what was written to it brought together.

The first telling holds the themes; re-runs and a window point at it (`Round.retells`). Nothing is pooled that the
people of every one of them were not told of at the doors.
"""

from __future__ import annotations

from typing import Final

from rounds.models import Kind, Round, Stage
from rounds.models.round import RoundQuerySet

NOT_SAID: Final = "Nobody was told at the doors that this could happen, so it cannot."
WITHDRAWN: Final = "The storyteller has withdrawn this story."


def tellings(round: Round) -> RoundQuerySet:
    """The re-runs and the window of a round's story, the first telling itself left out, the earliest first."""
    return Round.objects.filter(retells=round.origin_pk, cancelled_at=None).order_by("starts_at", "pk")


def still_to_come(round: Round) -> bool:
    """Whether the story is still to be told again, or is being told or read."""
    return tellings(round).exclude(stage=Stage.CLOSED).exists()


def window_of(round: Round) -> Round | None:
    """The story's window, open or closed."""
    return tellings(round).filter(kind=Kind.WINDOW).first()


def why_over(window: Round) -> str | None:
    """Why nothing more can be written in an open window, in words for the phone; None while it can."""
    if window.seconds_left == 0:
        return "The 48 hours are over, so nothing more can be written."
    if is_withdrawn(window):
        return "The story has been withdrawn, so nothing more can be written to it."
    return None


def why_no_more(first: Round) -> str | None:
    """Why nothing more can be brought together with what was written to this round, in words; None when it can."""
    if first.retells_id or first.continues_id or first.rehearsal:
        return "Only a round that was the first to tell a story can be told again."
    if first.stage != Stage.CLOSED:
        return "This round is not over yet. It can be told again once it is."
    if first.signed_off_at is not None or first.words_gone_at is not None:
        return "Its themes are signed off, so nothing more can come to them."
    return WITHDRAWN if is_withdrawn(first) else None


def may_be_told_again(first: Round) -> bool:
    """Whether another shift can be told the story now."""
    return first.may_be_told_again and why_no_more(first) is None


def may_be_opened(first: Round) -> bool:
    """Whether those who missed the story can be given their 48 hours with it now."""
    return first.may_stay_open and why_no_more(first) is None and window_of(first) is None


def is_withdrawn(round: Round) -> bool:
    """Whether the story that is told in it was taken back: its title is on no screen from then on."""
    story = getattr(round.origin, "story", None)
    return story is not None and story.withdrawn


def said_at_the_doors(round: Round | None) -> list[str]:
    """What people are told of it before they write; without a round, what may hold in some."""
    if round is None:
        return [f"Some stories are told again, or can be read for 48 hours. Such a round says so. {_TOGETHER}"]
    if round.retells_id:
        return [f"This story was told to others before. {_TOGETHER}"]
    ways = [
        *(["told again to another shift"] if round.may_be_told_again else []),
        *(["read for 48 hours by colleagues who missed it"] if round.may_stay_open else []),
    ]
    return [f"The same story may be {', and '.join(ways)}. {_TOGETHER}"] if ways else []


def who_reads(round: Round | None) -> str:
    """Who reads what was written, beside titles of themes."""
    if round is None or not (round.retells_id or round.may_be_told_again or round.may_stay_open):
        return "this room and the facilitators of the programme"
    return "the people this story is told to and the facilitators of the programme"


def said_in_a_window(round: Round | None, *, floor: str) -> list[str]:
    """What holds in a window in place of what a room can promise. floor: in words."""
    if round is None or round.kind != Kind.WINDOW:
        return []
    only = f"only for questions that at least {floor} people answered"
    return [
        "Here nobody is in a room together. Nothing is shown while the 48 hours run; nobody is told how many wrote.",
        f"Then what was written is shown to the facilitators all at once, shuffled, and {only}.",
    ]


_TOGETHER: Final = "What everyone writes to it is brought together when themes are named."
