"""Mails: planned by the clock, handed over one by one, tried again while a server takes none.

A row in `Mail` is planned once per occasion. Whoever hands it over moves its next time on first, outside any
transaction of the database that would wait for a mail server. Killed in between, it is tried again after LEASE
under the same Message-ID, by which mail servers and programs know it for the same.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta
from email.utils import formataddr
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from facilitation import digests, mail_choices, reminders
from facilitation.access import READS_ACTIONS
from facilitation.models.mail import Mail, MailChoice, Rhythm
from rounds import access
from rounds.models import Membership, Programme, User

logger = logging.getLogger(__name__)
LEASE: Final = timedelta(minutes=2)  # longer than a mail server may take (EMAIL_TIMEOUT for each of its few answers)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
KEPT: Final = timedelta(days=60)  # longer than any occasion can be planned again
# What is refused for this one address only; anything else is the server's trouble, and the others wait as well.
ONE_ADDRESS: Final = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError)
_SUBJECTS: Final[dict[str, str]] = {
    Mail.Kind.DIGEST: "{}: how the actions stand",
    Mail.Kind.MEETING: "{}: meeting those who will tell, today",
    Mail.Kind.CHECK_IN: "{}: checking in with the panel today",
    Mail.Kind.WORDS_GO: "{}: what people wrote goes soon",
}


def plan(now: datetime) -> None:
    """Make a row of every mail that is due, and drop those that are not worth sending any more. Twice is once."""
    today = timezone.localdate(now)
    Mail.objects.filter(sent_at=None, last_day__lt=today).delete()
    Mail.objects.filter(sent_at__lt=now - KEPT).delete()
    for programme in Programme.objects.all():
        for person in _readers(programme):
            choice = mail_choices.of(programme, person)
            if choice.rhythm != Rhythm.NONE:
                digests.plan(choice, now)
        reminders.plan(programme, now)


def are_waiting(now: datetime) -> bool:
    """Whether a mail is to be handed over."""
    return _to_go(now).exists()


def send(now: datetime) -> int:
    """Hand over what is to go; returns how many went. A server that takes none ends it, and each is tried again."""
    went = 0
    for mail in _to_go(now).select_related("to__person", "to__programme", "round__programme").order_by("pk"):
        if not _claimed(mail, now):
            continue
        message = _message(mail, now)
        if message is None:  # it would say nothing, or to nobody
            _told(mail)
            mail.delete()
            continue
        try:
            get_connection().send_messages([message])
        except (OSError, *ONE_ADDRESS) as error:  # what smtplib raises is an OSError
            _later(mail, now, error)
            if not isinstance(error, ONE_ADDRESS):
                break
        else:
            _went(mail)
            went += 1
    return went


def _to_go(now: datetime) -> QuerySet[Mail]:
    return Mail.objects.filter(sent_at=None, not_before__lte=now)


def _claimed(mail: Mail, now: datetime) -> bool:
    """Take the mail for this process; False where another has."""
    mine = Mail.objects.filter(pk=mail.pk, sent_at=None, not_before=mail.not_before)
    return mine.update(not_before=now + LEASE, attempts=F("attempts") + 1) == 1


def _later(mail: Mail, now: datetime, error: Exception) -> None:
    pause = min(FIRST_PAUSE * 3 ** min(mail.attempts, 8), LONGEST_PAUSE)
    Mail.objects.filter(pk=mail.pk).update(not_before=now + pause)
    # The class alone: what a mail server says repeats the address.
    logger.warning("A mail could not be handed over (%s); it is tried again", type(error).__name__)


@transaction.atomic
def _went(mail: Mail) -> None:
    Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
    _told(mail)


def _told(mail: Mail) -> None:
    if mail.kind == Mail.Kind.DIGEST:
        MailChoice.objects.filter(pk=mail.to_id, told_until__lt=mail.until).update(told_until=mail.until)


def _message(mail: Mail, now: datetime) -> EmailMessage | None:
    """The mail as it is today; None where there is nothing to say, or the person has left or wants none."""
    choice = mail.to
    context = _context(mail, now)
    if context is None or choice.rhythm == Rhythm.NONE or not _may_read(choice):
        return None
    off = f"{settings.SITE_URL}{reverse('mail-off', args=[mail_choices.token(choice)])}"
    context |= {"mail": mail, "choice": choice, "programme": choice.programme, "site": settings.SITE_URL, "off": off}
    return EmailMessage(
        subject=" ".join(_SUBJECTS[mail.kind].format(choice.programme).split()),
        body=f"{render_to_string(f'facilitation/mail/{mail.kind}.txt', context).strip()}\n",
        to=[formataddr((str(choice.person.name), choice.person.email)) if choice.person.name else choice.person.email],
        headers={
            "Message-ID": f"<{mail.public_id}@{settings.SITE_HOST}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
        },
    )


def _context(mail: Mail, now: datetime) -> dict[str, Any] | None:
    if mail.kind == Mail.Kind.DIGEST:
        digest = digests.of(mail.to, mail.until)
        return None if digest.is_empty else {"digest": digest}
    return {"round": mail.round} if reminders.is_still_so(mail, timezone.localdate(now)) else None


def _may_read(choice: MailChoice) -> bool:
    return bool(access.roles_of(choice.person, choice.programme) & set(READS_ACTIONS))


def _readers(programme: Programme) -> list[User]:
    members = Membership.objects.filter(programme=programme, role__in=READS_ACTIONS, user__is_active=True)
    return list(User.objects.filter(pk__in=members.values("user")).order_by("pk"))
