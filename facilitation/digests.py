"""The digest: what waits for somebody in a programme, what is coming, and what changed since the last one.

A mail lies in other people's computers for years, where no purge of ours reaches it. So a digest holds the sentence
of an action the room agreed on, where it stands and its day, and nothing else anybody wrote: no reaction, proposal,
theme, question or comment, and nobody's name. It tells nothing of a round before that is closed, and goes on the
hour, so that it cannot say when something was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from facilitation import waiting
from facilitation.access import REVIEWS_ACTIONS
from facilitation.models import Action, ActionEvent, State
from facilitation.models.mail import Mail, MailChoice, Rhythm
from rounds import access
from rounds.models import Programme, Stage

IN_THE_MORNING: Final = time(7)
SOON: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Digest:
    """waiting: (why, actions), pile by pile. coming: to be looked at soon. changed: since the last digest."""

    waiting: list[tuple[str, list[Action]]]
    coming: list[Action]
    changed: list[Action]

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.coming or self.changed)


def plan(choice: MailChoice, now: datetime) -> Mail | None:
    """The digest this person is due, as a row that stands once; None while none is due.

    One that was not sent before the next was due makes way: what was in it is in the next.
    """
    until = _due_until(choice, now)
    if until is None or until <= choice.told_until:
        return None
    last_day = timezone.localdate(until) + timedelta(days=6 if choice.rhythm == Rhythm.WEEKLY else 1)
    if last_day < timezone.localdate(now):
        return None  # no server ran that week; the next one is near
    occasion = f"{timezone.localtime(until):%Y-%m-%d %H}"
    choice.mails.filter(kind=Mail.Kind.DIGEST, sent_at=None).exclude(occasion=occasion).delete()
    given = {"until": until, "last_day": last_day}
    return Mail.objects.get_or_create(to=choice, kind=Mail.Kind.DIGEST, occasion=occasion, defaults=given)[0]


def of(choice: MailChoice, until: datetime) -> Digest:
    """What stands in the digest. Somebody who hears of every change is not told each time what waits anyway."""
    roles = access.roles_of(choice.person, choice.programme)
    told = _told_of(choice.programme)
    weekly = choice.rhythm == Rhythm.WEEKLY
    today = timezone.localdate(until)
    days = (today, today + SOON) if weekly else (today, today)
    is_lead = bool(roles & set(REVIEWS_ACTIONS))
    piles = _waiting(choice.programme, roles, told) if weekly else []
    named = [action.pk for _, pile in piles for action in pile]  # each stands in one place
    coming = told.open().filter(review_on__range=days).exclude(pk__in=named).order_by("review_on", "pk")
    changed = _changed(choice, told, until).exclude(pk__in=named)
    return Digest(piles, list(coming) if is_lead else [], list(changed))


def _due_until(choice: MailChoice, now: datetime) -> datetime | None:
    """Up to which moment a digest that is due now tells: last Monday's morning, or the last full hour."""
    here = timezone.localtime(now)
    if choice.rhythm == Rhythm.WEEKLY:
        monday = _morning(here.date() - timedelta(days=here.weekday()))
        return monday if monday <= now else monday - timedelta(days=7)
    hour = here.replace(minute=0, second=0, microsecond=0)
    told = _told_of(choice.programme)
    if choice.rhythm == Rhythm.ON_CHANGE and (_changed(choice, told, hour).exists() or _comes_today(choice, hour)):
        return hour
    return None


def _comes_today(choice: MailChoice, hour: datetime) -> bool:
    """Whether an action is to be looked at today, and no digest since this morning has said so."""
    morning = _morning(timezone.localdate(hour))
    return choice.told_until < morning <= hour and bool(of(choice, hour).coming)


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, IN_THE_MORNING))


def _told_of(programme: Programme) -> Any:
    """The actions a mail may speak of: agreed by a room that has closed, and really held."""
    found: Any = Action.objects.filter(programme=programme, round__stage=Stage.CLOSED, round__rehearsal=False)
    return found.exclude(state=State.PROPOSED)


def _waiting(programme: Programme, roles: frozenset[str], told: QuerySet[Action]) -> list[tuple[str, list[Action]]]:
    known = set(told.values_list("pk", flat=True))
    piles = [(why, [one for one in pile if one.pk in known]) for why, pile in waiting.piles(programme, roles)]
    return [(why, pile) for why, pile in piles if pile]


def _changed(choice: MailChoice, told: QuerySet[Action], until: datetime) -> QuerySet[Action]:
    """What others did since the last digest; of a round that has closed since then, also what was done in it."""
    news = ActionEvent.objects.filter(at__lte=until, action__round__closed_at__lte=until).exclude(who=choice.person)
    since = Q(at__gt=choice.told_until) | Q(action__round__closed_at__gt=choice.told_until)
    return told.filter(pk__in=news.filter(since).values("action")).order_by("pk")
