"""The open window: for 48 hours those who missed a round read its story and write, each at their own pace.

It is a round with a code, a key and a seal of its own and no room. What is written waits, sealed, until it closes:
nothing is shown before, nothing is counted, and no screen changes while anybody writes.
"""

from __future__ import annotations

from itertools import chain
from typing import Final

from django.db import transaction
from django.utils import timezone

from rounds import marks, own_words, pools, sealing, staff_acts, stages, telling_again
from rounds.live.doorbell import announce
from rounds.models import Kind, ReleasePolicy, Round, Stage, Storyteller, User
from rounds.models.programme import USUAL_FLOOR
from rounds.refusals import Refused, StageMovedOn

S = Stage
OPEN_ALREADY: Final = "This story has had its 48 hours, or has them now. It is opened once."
NOTHING_TO_READ: Final = "Write a few words for those who were not there, or nobody will know what it is about."
THEIR_WORDS: Final = (
    "These are words that a storyteller wrote for the planning. If they have agreed that they are read, please tick"
    " that; else tell it briefly in words of your own."
)


@transaction.atomic
def begin(*, first: Round, telling: str, is_theirs: bool, is_checked: bool, by: User) -> Round:
    """Open the window of a round, for 48 hours from now.

    telling: what people read. is_theirs: it is in the storyteller's own words, and they have agreed to that; else it
    is the facilitators' own, told briefly. is_checked: somebody has looked that nobody can be recognised in it.
    Raises Refused for what is missing, for what a storyteller wrote where it is not said to be theirs, for a second
    window, and as `telling_again.plan`.
    """
    locked = Round.objects.select_for_update().get(pk=first.pk)
    if reason := pools.why_no_more(locked):
        raise Refused(reason)
    if not locked.may_stay_open:
        raise Refused(pools.NOT_SAID)
    if pools.window_of(locked) is not None:
        raise Refused(OPEN_ALREADY)
    _check(locked, telling, is_theirs=is_theirs, is_checked=is_checked)
    made = telling_again.copy(
        locked,
        kind=Kind.WINDOW,
        starts_at=timezone.now(),
        telling=telling.strip(),
        telling_is_theirs=is_theirs,
        floor=max(locked.floor, USUAL_FLOOR),
        staff_groups=[],
    )
    made.prompts.update(policy=ReleasePolicy.TOGETHER)
    return stages.move(round=made, seen=S.PLANNED, to=S.WINDOW, by=by)


@transaction.atomic
def tell_anew(*, window: Round, telling: str, is_theirs: bool, is_checked: bool, seen: str, by: User) -> Round:
    """Put other words into an open window: to mend a slip, or in place of what a storyteller took back.

    seen: the mark of what the page showed. As `begin` for the rest. Raises StageMovedOn once it has closed, Changed
    when other words stand there since, Refused for what is missing, and where the whole story was withdrawn.
    """
    locked = Round.objects.select_for_update().get(pk=window.pk)
    if locked.stage != S.WINDOW:
        raise StageMovedOn("It has closed.")
    if pools.is_withdrawn(locked):
        raise Refused(pools.WITHDRAWN)
    _check(locked, telling, is_theirs=is_theirs, is_checked=is_checked)
    before, stood = mark(locked), locked.telling
    locked.telling, locked.telling_is_theirs = telling.strip(), is_theirs
    marks.check(seen=seen, before=before, after=mark(locked))
    if mark(locked) == before:
        return locked
    locked.save(update_fields=["telling", "telling_is_theirs"])
    what = "corrected what is read in the 48 hours" if stood else "wrote a new telling for the 48 hours"
    staff_acts.note(round=locked, who=by, what=what)
    announce(locked, "stage")
    return locked


def mark(window: Round) -> str:
    """A mark of what is read in it and whose words it is, for telling whether it has changed since a page was shown."""
    return marks.of(window.telling, window.telling_is_theirs)


def end(*, round: Round, by: User | None = None) -> Round:
    """Close a window and seal it: what enough people wrote is shown to the facilitators now, all at once.

    by: None where its time is up. While somebody reads the database the seal is not done (`sealing.is_done`), and the
    next tick goes on with it. Raises StageMovedOn when it has closed already, Refused for a round in a room.
    """
    if round.kind != Kind.WINDOW:
        raise Refused("A round in a room is closed from its console.")
    ended = stages.move(round=round, seen=S.WINDOW, to=S.CLOSED, by=by)
    sealing.seal(round=ended)
    return ended


def end_due() -> int:
    """Close every window whose time is up; returns how many. A crash in between leaves one for `sealing` to go on."""
    over = Round.objects.filter(stage=S.WINDOW, stage_ends_at__lte=timezone.now())
    ended = 0
    for round in over:
        try:
            end(round=round)
        except StageMovedOn:
            continue  # a facilitator, or another tick, has just closed it
        ended += 1
    return ended


def _check(of: Round, telling: str, *, is_theirs: bool, is_checked: bool) -> None:
    if not telling.strip():
        raise Refused(NOTHING_TO_READ)
    if not is_checked:
        raise Refused("Before it is read: has somebody checked that nobody can be recognised in it?")
    # Words of one who has taken their part back count too: nobody reads them as the facilitators' own.
    written = Storyteller.objects.filter(story__round=of.origin).values_list("what_it_was_like", "what_it_meant")
    if not is_theirs and own_words.are_in(telling, chain.from_iterable(written)):
        raise Refused(THEIR_WORDS)
