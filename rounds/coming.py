"""What is coming in a programme, month by month: rounds, and the meetings with those who tell their story there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from rounds import preparing
from rounds.models import Round, Storyteller


@dataclass(frozen=True, slots=True)
class Entry:
    """A round, or a meeting before it. to_do: what of the round is not ready yet, in words. meets: with whom."""

    on: date
    round: Round
    meets: str = ""
    to_do: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """first: its first day. entries: in the order of their days, meetings before rounds."""

    first: date
    entries: tuple[Entry, ...]


def months(rounds: QuerySet[Round], *, prepared: bool) -> list[Month]:
    """These rounds by month, the soonest first. prepared: with what is still to do, and the meetings to come.

    The same number of queries, however many rounds there are.
    """
    found = list(rounds.prefetch_related("facilitators", *(_WITH if prepared else ())).order_by("starts_at", "pk"))
    entries = [entry for round in found for entry in _entries(round, prepared=prepared)]
    entries.sort(key=_order)
    return [Month(first, tuple(some)) for first, some in groupby(entries, key=lambda entry: entry.on.replace(day=1))]


def meets_on(teller: Storyteller) -> date:
    """The day on which a storyteller is met: the one agreed, or a week before the round."""
    kept: Any = getattr(teller, "preparation", None)
    return (kept.meet_on if kept is not None else None) or teller.usual_meeting


_WITH = (
    "prompts",
    Prefetch("story__storytellers", Storyteller.objects.select_related("preparation", "story__round")),
)


def _entries(round: Round, *, prepared: bool) -> Iterable[Entry]:
    to_do = tuple(preparing.still_to_do(round)) if prepared else ()
    yield Entry(timezone.localdate(round.starts_at), round, to_do=to_do)
    story = getattr(round, "story", None)
    meetings: dict[date, list[Storyteller]] = {}
    for teller in story.tellers if prepared and story is not None else ():
        kept: Any = getattr(teller, "preparation", None)
        if not (kept is not None and kept.met):
            meetings.setdefault(meets_on(teller), []).append(teller)
    for day, tellers in meetings.items():
        if day >= timezone.localdate():
            yield Entry(day, round, meets=preparing.in_words(tellers))


def _order(entry: Entry) -> tuple[date, bool, datetime, int]:
    return entry.on, not entry.meets, entry.round.starts_at, entry.round.pk
