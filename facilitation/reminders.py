"""Reminders to facilitators: to meet the panel, to check in with it, and before what people wrote goes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from facilitation import mail_choices
from facilitation.digests import IN_THE_MORNING
from facilitation.models.mail import Mail, Rhythm
from rounds import retention
from rounds.models import CheckIn, Membership, Programme, Role, Round, Stage, Storyteller, User

BEFORE_WORDS_GO: Final = timedelta(days=7)
LATE: Final = timedelta(days=2)  # by which a reminder to check in may come late


def plan(programme: Programme, now: datetime) -> list[Mail]:
    """The reminders that are due in a programme, as rows that stand once; from seven in the morning on."""
    here = timezone.localtime(now)
    if here.time() < IN_THE_MORNING:
        return []
    today = here.date()
    made = []
    for round in _to_meet(programme, today):
        made += _to_facilitators(round, Mail.Kind.MEETING, today, until=now, last_day=today)
    for round in _to_check_in(programme, today):
        made += _to_facilitators(round, Mail.Kind.CHECK_IN, today, until=now, last_day=today + LATE)
    for round, day in _words_go(programme, today):
        made += _to_facilitators(round, Mail.Kind.WORDS_GO, day, until=now, last_day=day - timedelta(days=1))
    return made


def is_still_so(mail: Mail, today: date) -> bool:
    """Whether what the mail reminds of is still to come; it may have been moved while no server took mails."""
    if mail.round is None:
        return False
    if mail.kind == Mail.Kind.MEETING:
        return _occasion(mail.round, today) == mail.occasion and mail.round in _to_meet(mail.round.programme, today)
    if mail.kind == Mail.Kind.CHECK_IN:
        days = CheckIn.objects.filter(debrief__round=mail.round, done=False).values_list("on", flat=True)
        return any(day is not None and _occasion(mail.round, day) == mail.occasion for day in days)
    day = mail.round.words_go_on
    return mail.round.words_gone_at is None and day is not None and _occasion(mail.round, day) == mail.occasion


def _to_meet(programme: Programme, today: date) -> list[Round]:
    waiting = Storyteller.objects.to_meet(today).values("story__round")
    return list(Round.objects.filter(programme=programme, pk__in=waiting).select_related("programme"))


def _to_check_in(programme: Programme, today: date) -> list[Round]:
    waiting = CheckIn.objects.to_do(today).values("debrief__round")
    found = Round.objects.filter(programme=programme, stage=Stage.CLOSED, pk__in=waiting)
    return list(found.select_related("programme"))


def _words_go(programme: Programme, today: date) -> list[tuple[Round, date]]:
    """Whether anybody wrote makes no difference, so that nothing can be told from the mail."""
    kept = [round for round in retention.with_words() if round.programme_id == programme.pk and not round.rehearsal]
    days = [(round, round.words_go_on) for round in kept]
    return [(round, day) for round, day in days if day is not None and day - BEFORE_WORDS_GO <= today < day]


def _to_facilitators(round: Round, kind: Mail.Kind, day: date, *, until: datetime, last_day: date) -> list[Mail]:
    made = []
    for person in _facilitators(round):
        choice = mail_choices.of(round.programme, person)
        if choice.rhythm != Rhythm.NONE:
            given = {"round": round, "until": until, "last_day": last_day}
            row = {"to": choice, "kind": kind, "occasion": _occasion(round, day)}
            made.append(Mail.objects.get_or_create(**row, defaults=given)[0])
    return made


def _facilitators(round: Round) -> list[User]:
    """Those of the round; where nobody is named, those of the programme."""
    members = Membership.objects.filter(programme=round.programme, role=Role.FACILITATOR, user__is_active=True)
    named = [one.user for one in members.filter(user__in=round.facilitators.all()).select_related("user")]
    return named or [one.user for one in members.select_related("user")]


def _occasion(round: Round, day: date) -> str:
    return f"{round.public_id} {day}"
