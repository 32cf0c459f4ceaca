"""Telling a story again for another shift: a round of its own, whose words are brought together with the first's."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from rounds import marks, pools, staff_acts
from rounds.live.doorbell import announce
from rounds.models import Prompt, ReleasePolicy, Round, Stage, User
from rounds.plans import is_past
from rounds.refusals import Refused, StageMovedOn
from rounds.timings import Timings

PAST: Final = "That time has passed. Please choose one still to come."


@transaction.atomic
def plan(*, first: Round, starts_at: datetime, by: User, place: str = "") -> Round:
    """Plan a re-run: the same story, questions and times, with a code, a key and a seal of its own.

    At a time for which one is planned already (a second press, a page sent twice) it is that one.
    Raises Refused where nothing more may be brought together with the first telling (pools), where people were not
    told of it at the doors, and for a time that has passed.
    """
    locked = Round.objects.select_for_update().get(pk=first.pk)
    if reason := pools.why_no_more(locked):
        raise Refused(reason)
    if not locked.may_be_told_again:
        raise Refused(pools.NOT_SAID)
    if is_past(starts_at):
        raise Refused(PAST)
    there = Round.objects.filter(retells=locked, kind=locked.kind, stage=Stage.PLANNED, cancelled_at=None)
    if earlier := there.filter(starts_at=starts_at).first():
        return earlier
    made = copy(locked, kind=locked.kind, starts_at=starts_at, place=place)
    staff_acts.note(round=locked, who=by, what="planned to tell the story again")
    return made


def mark(round: Round) -> str:
    """A mark of a re-run's time and place, for telling whether they have changed since a page was shown."""
    return marks.of(round.starts_at.timestamp(), round.place)


@transaction.atomic
def move(*, round: Round, starts_at: datetime, place: str, seen: str, by: User) -> None:
    """Give a planned re-run this time and place.

    seen: the mark of what the page showed. Raises StageMovedOn once people have been let in, Changed when a colleague
    has given it others since, Refused for a time that has passed.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if locked.stage != Stage.PLANNED or not locked.retells_id:
        raise StageMovedOn("The doors are open now, so its time stays as it is.")
    if is_past(starts_at):
        raise Refused(PAST)
    before = mark(locked)
    locked.starts_at, locked.place = starts_at, place
    marks.check(seen=seen, before=before, after=mark(locked))
    locked.save(update_fields=["starts_at", "place"])
    staff_acts.note(round=locked, who=by, what="changed the time or the place")
    announce(locked, "stage")


def copy(first: Round, *, kind: str, starts_at: datetime, **fields: object) -> Round:
    """Another telling of the first round's story, planned. Its questions are shown together, where one is asked.

    It has no story of its own: withdrawn there is withdrawn here.
    """
    kept = {name: getattr(first, name) for name in (*_COPIED, *Timings._fields)}
    made = Round.objects.create(
        programme_id=first.programme_id, retells=first, kind=kind, starts_at=starts_at, **{**kept, **fields}
    )
    made.facilitators.set(first.facilitators.all())
    for prompt in first.prompts.all():
        Prompt.objects.create(
            round=made, text=prompt.text, policy=ReleasePolicy(prompt.policy), position=prompt.position
        )
    return made


_COPIED: Final = (
    *("title", "content_note", "ground_rules", "support_card", "staff_groups", "weight", "floor"),
    *("may_be_told_again", "may_stay_open"),
)
