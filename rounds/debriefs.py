"""The debrief: what the facilitators look back on together, on one screen, in the quarter hour after a round."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from rounds import staff_acts
from rounds.live.doorbell import announce
from rounds.models import Debrief, Round, Stage, User
from rounds.refusals import Refused

NO_CHECK_IN = "Saved, but not complete yet: on which day will somebody check in with the panel?"
CHANGED = "Somebody else has saved the debrief meanwhile. What you typed is still here, with theirs beside it."


class Changed(Refused):
    """The debrief is not what the writer saw: saving would lose somebody's words."""


def of(round: Round) -> Debrief:
    """The round's debrief, or an empty one that is not kept yet."""
    return Debrief.objects.filter(round=round).first() or Debrief(round=round)


def mark(debrief: Debrief) -> str:
    """A mark of what is written in it, for telling whether it has changed since a page was shown."""
    words = [debrief.went_well, debrief.noticed_someone, str(debrief.panel_check_in), debrief.pass_on]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:16]


def is_open(round: Round) -> bool:
    """Whether there is something to look back on yet."""
    return round.stage in (Stage.CLOSING, Stage.CLOSED)


@transaction.atomic
def save(*, round: Round, seen: str, by: User, **written: Any) -> Debrief:
    """Keep what is written: went_well, noticed_someone, panel_check_in, pass_on.

    seen: the mark of the debrief the writer saw. Saving the same words twice is saving once. Raises Changed
    when somebody else has saved other words since, Refused before the round is closing.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if not is_open(locked):
        raise Refused("The debrief opens when the round is closing.")
    debrief = of(locked)
    before = mark(debrief)
    for name in ("went_well", "noticed_someone", "panel_check_in", "pass_on"):
        setattr(debrief, name, written[name])
    if before not in (seen, mark(debrief)):
        raise Changed(CHANGED)
    debrief.completed = debrief.completed and debrief.panel_check_in is not None
    debrief.save()
    if before != mark(debrief):
        staff_acts.note(round=locked, who=by, what="wrote in the debrief")
    return debrief


@transaction.atomic
def complete(*, round: Round, by: User) -> None:
    """Call the debrief done. Raises Refused while nobody has said when the panel is checked in with."""
    locked = Round.objects.select_for_update().get(pk=round.pk)
    debrief = of(locked)
    if debrief.panel_check_in is None:
        raise Refused(NO_CHECK_IN)
    if debrief.completed:
        return
    debrief.completed = True
    debrief.save()
    staff_acts.note(round=locked, who=by, what="completed the debrief")
    announce(locked, "closing")


def earliest_check_in(round: Round, today: date) -> date:
    """The first day that makes sense: the round's own, or today when it was held before its date."""
    return min(today, timezone.localdate(round.starts_at))
