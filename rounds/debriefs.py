"""The debrief: what the facilitators look back on together, on one screen, in the quarter hour after a round."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from rounds import holding, marks, staff_acts, words
from rounds.check_ins import Panellist, Planned
from rounds.live.doorbell import announce
from rounds.models import CheckIn, Debrief, Kind, Reaction, Round, Stage, User
from rounds.refusals import Refused

WORDS: Final = ("went_well", "noticed_someone", "followed_procedure", "pass_on", "pass_on_to")


class NoCheckIn(Refused):
    """Somebody has not been given a day. place: their place in the panel, from 0."""

    def __init__(self, who: str, place: int) -> None:
        super().__init__(f"Saved, but not complete yet: on which day will somebody check in with {who}?")
        self.place = place


def of(round: Round) -> Debrief:
    """The round's debrief, or an empty one that is not kept yet."""
    return Debrief.objects.filter(round=round).first() or Debrief(round=round)


def panel(round: Round) -> list[Panellist]:
    """Everybody to check in with, also who has withdrawn their story: they above all.

    Whoever tells a story again is checked in with again. A circle has no panel, and a window none.
    """
    told_by = round.retells if round.retells is not None and round.kind != Kind.WINDOW else round
    story = getattr(told_by, "story", None)
    if story is None:
        return []
    kept = {one.storyteller_id: Planned(one.on, one.done) for one in CheckIn.objects.filter(debrief__round=round)}
    tellers = list(story.storytellers.all())
    if not tellers:
        return [Panellist(None, "the panel", kept.get(None, Planned()))]
    return [Panellist(one, one.shown_role or "the storyteller", kept.get(one.pk, Planned())) for one in tellers]


def mark(debrief: Debrief, panel: Iterable[Panellist]) -> str:
    """A mark of what is written in it, for telling whether it has changed since a page was shown."""
    days = [[str(one.check_in.on), one.check_in.done] for one in panel]
    return marks.of(*(getattr(debrief, name) for name in WORDS), *days)


def is_open(round: Round) -> bool:
    """Whether there is something to look back on yet."""
    return round.stage in (Stage.CLOSING, Stage.CLOSED)


def was_read_quietly(round: Round) -> bool:
    """Whether something people wrote is still held as a possible disclosure, until their words go; nothing of it."""
    return any(one.filter(held_for=holding.RISK).exists() for one in _read_first(round))


def some_held(round: Round) -> bool:
    """Whether anything people wrote is held back from the room, by hand or before it was shown; nothing of it."""
    by_hand = Reaction.objects.of(round).filter(state=Reaction.State.HELD)
    return by_hand.exists() or any(one.exclude(held_for="").exists() for one in _read_first(round))


def _read_first(round: Round) -> list[QuerySet[Model]]:
    """The round's rows of every table in which something can be held before the room sees it."""
    return [one.of(round) for one in words.holdings() if hasattr(one.model, "held_for")]


@transaction.atomic
def save(
    *, round: Round, seen: str, by: User, check_ins: list[Planned], followed_procedure: bool = False, **written: Any
) -> Debrief:
    """Keep what is written (WORDS), and when each of the panel is checked in with, in the panel's order.

    followed_procedure is none where it was not asked. seen: the mark of the debrief the writer saw. Saving the same
    words twice is saving once. Raises Changed when somebody else has saved other words since, Refused before the
    round is closing.
    """
    written["followed_procedure"] = followed_procedure
    locked = Round.objects.select_for_update().get(pk=round.pk)
    if not is_open(locked):
        raise Refused("The debrief opens when the round is closing.")
    debrief, before = of(locked), panel(locked)
    mark_before = mark(debrief, before)
    for name in WORDS:
        setattr(debrief, name, written[name])
    after = [Panellist(one.storyteller, one.who, new) for one, new in zip(before, check_ins, strict=True)]
    mark_after = mark(debrief, after)
    marks.check(seen=seen, before=mark_before, after=mark_after)
    debrief.completed = debrief.completed and _without_a_day(after) is None
    debrief.save()
    for one in after:
        day = {"on": one.check_in.on, "done": one.check_in.done}
        CheckIn.objects.update_or_create(debrief=debrief, storyteller=one.storyteller, defaults=day)
    if mark_before != mark_after:
        staff_acts.note(round=locked, who=by, what="wrote in the debrief")
    return debrief


@transaction.atomic
def complete(*, round: Round, by: User) -> None:
    """Call the debrief done. Raises NoCheckIn while nobody has said when one of the panel is checked in with."""
    locked = Round.objects.select_for_update().get(pk=round.pk)
    debrief, everybody = of(locked), panel(locked)
    place = _without_a_day(everybody)
    if place is not None:
        raise NoCheckIn(everybody[place].who, place)
    if debrief.completed:
        return
    debrief.completed = True
    debrief.save()
    staff_acts.note(round=locked, who=by, what="completed the debrief")
    announce(locked, "closing")


def earliest_check_in(round: Round, today: date) -> date:
    """The first day that makes sense: the round's own, or today when it was held before its date."""
    return min(today, timezone.localdate(round.starts_at))


def _without_a_day(panel: list[Panellist]) -> int | None:
    return next((place for place, one in enumerate(panel) if one.check_in.on is None), None)
