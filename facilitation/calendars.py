"""Days of review in a member's own calendar, at a private address that needs no account and can be taken back.

The address is its own permission, so it gives as little as it can: "Review: We will …" on a day. It ends when the
role ends; every request asks again.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from facilitation.access import READS_ACTIONS
from facilitation.models import Action, CalendarFeed, State
from rounds import staff_acts
from rounds.models import Membership, Programme, Role, User
from rounds.models.ids import new_token
from rounds.refusals import Refused

ICS_TYPE: Final = "text/calendar; charset=utf-8"
ASK_AGAIN: Final = timedelta(hours=12)
# A lead who also facilitates keeps the address as a lead.
_FIRST: Final = (Role.CLINICAL_LEAD, Role.FACILITATOR, Role.STEERING)


@transaction.atomic
def give(*, programme: Programme, person: User) -> str:
    """Make this person's address in this programme and return its secret; an earlier address ends.

    The secret cannot be read again. Raises Refused for somebody who may not read the programme's actions.
    """
    held = {membership.role: membership for membership in _memberships(programme, person).select_for_update()}
    membership = next((held[role] for role in _FIRST if role in held), None)
    if membership is None:
        raise Refused("You cannot read the actions of this programme any more.")
    _feeds(programme, person).delete()
    token = new_token()
    CalendarFeed.objects.create(membership=membership, token_hash=_hash(token))
    staff_acts.note_in_programme(programme=programme, who=person, what="made a private calendar address")
    return token


@transaction.atomic
def end(*, programme: Programme, person: User) -> None:
    """End this person's address in this programme, if there is one."""
    gone, _ = _feeds(programme, person).delete()
    if gone:
        staff_acts.note_in_programme(programme=programme, who=person, what="ended a private calendar address")


def of(programme: Programme, person: User) -> CalendarFeed | None:
    """The address this person has in this programme: when it was made, never what it is."""
    return _feeds(programme, person).first()


def programme_at(token: str) -> Programme | None:
    """The programme whose days are told at this address; None when it has ended, or its owner's role or account has."""
    found = CalendarFeed.objects.filter(
        token_hash=_hash(token), membership__role__in=READS_ACTIONS, membership__user__is_active=True
    )
    feed = found.select_related("membership__programme").first()
    return feed.membership.programme if feed else None


def ics(programme: Programme) -> bytes:
    """The days on which what was agreed is looked at again, as an iCalendar file (RFC 5545): whole days, one for each
    open action with a day. Rehearsals and what no room has agreed on are left out."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Common Thread//Days of review//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Reviews: {programme.name}")
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"value": "DURATION"})
    actions = Action.objects.filter(programme=programme, review_on__isnull=False, round__rehearsal=False)
    for action in actions.exclude(state__in=[State.PROPOSED, State.DONE, State.COULD_NOT]):
        calendar.add_component(_event(action))
    return bytes(calendar.to_ical())


def _event(action: Action) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{action.public_id}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", action.changed_at)
    event.add("dtstart", action.review_on)
    event.add("summary", f"Review: We will {action.statement}")
    event.add("transp", "TRANSPARENT")  # a day to remember, not a day that is taken
    event.add("sequence", action.version)
    return event


def _memberships(programme: Programme, person: User) -> QuerySet[Membership]:
    return Membership.objects.filter(programme=programme, user=person, role__in=READS_ACTIONS)


def _feeds(programme: Programme, person: User) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(membership__programme=programme, membership__user=person)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()  # of 256 random bits: nothing a salt would add
