"""Days of review in a member's own calendar: a private address that says little, and ends."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from facilitation import calendars
from facilitation.models import CalendarFeed, State
from rounds import people
from rounds.models import Membership, Programme, Role, StaffAct, Stage, User
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db
AWKWARD = "ask “who; then, what\\” of Ann’s team, and put a quiet chair beside the 12 beds: all of them; é日本語"
DAY = timezone.localdate() + timedelta(days=30)


@pytest.fixture
def riverside() -> Programme:
    return factories.programme()


@pytest.fixture
def bob(riverside: Programme) -> User:
    return factories.clinical_lead("bob", of=riverside)


def address_of(person: User, programme: Programme) -> str:
    """The address as the page shows it, once, after its button."""
    browser = Client()
    browser.force_login(person)
    page = browser.post(reverse("calendar", args=[programme.public_id]), {"make": "1"}).content.decode()
    shown = page.split('value="http://127.0.0.1:8000')[1].split('"')[0]
    assert shown not in browser.get(reverse("calendar", args=[programme.public_id])).content.decode()
    return shown


def days(path: str) -> list[tuple[str, date]]:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert not answer.cookies
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n")), "a line that some calendars cannot read"
    return [(str(event["summary"]), event.decoded("dtstart")) for event in Calendar.from_ical(answer.content).events]


def test_a_calendar_reads_the_days_of_what_was_agreed_and_is_open_and_nothing_else(
    riverside: Programme, bob: User
) -> None:
    alice = factories.facilitator(of=riverside)
    held = factories.round_(riverside, stage=Stage.CIRCLE)
    factories.agreed(held, by=alice, statement=AWKWARD, review_on=DAY, sponsor="The board", first_step="A first one")
    factories.agreed(held, by=alice, statement="be done", state=State.DONE, review_on=DAY)
    factories.action(held, by=alice, statement="not be agreed yet", review_on=DAY)
    rehearsed = factories.round_(riverside, stage=Stage.CIRCLE, rehearsal=True)
    factories.agreed(rehearsed, by=alice, statement="be rehearsed", review_on=DAY)
    elsewhere = factories.programme("Elsewhere")
    charlie = factories.facilitator("charlie", of=elsewhere)
    factories.agreed(factories.round_(elsewhere, stage=Stage.CIRCLE), by=charlie, statement="be theirs")
    path = address_of(bob, riverside)
    assert days(path) == [(f"Review: We will {AWKWARD}", DAY)]
    written = Client().get(path).content.decode()
    assert "board" not in written
    assert "first one" not in written
    assert bob.email not in written
    assert not re.search(r"(?<![\w-])bob(?![\w-])", written, re.IGNORECASE)  # three letters may stand in any id


def test_the_secret_is_kept_nowhere_and_every_address_that_ended_answers_like_one_that_never_was(
    riverside: Programme, bob: User
) -> None:
    first = address_of(bob, riverside)
    secret = first.removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) == 43
    assert secret not in str(list(CalendarFeed.objects.values()))
    second = address_of(bob, riverside)
    assert CalendarFeed.objects.count() == 1
    never = Client().get("/calendar/never-there.ics")
    ended = Client().get(first)
    assert (ended.status_code, ended.content) == (never.status_code, never.content)
    assert never.status_code == 404
    assert days(second) == []
    browser = Client()
    browser.force_login(bob)
    browser.post(reverse("calendar", args=[riverside.public_id]), {"end": "1"})
    assert Client().get(second).status_code == 404
    noted = StaffAct.objects.filter(programme=riverside, who=bob).values_list("what", flat=True)
    assert list(noted) == ["made a private calendar address"] * 2 + ["ended a private calendar address"]


@pytest.mark.parametrize("how", ["the role is taken", "the role becomes another", "the account is closed"])
def test_the_address_ends_when_its_owner_may_not_read_actions_any_more(
    riverside: Programme, bob: User, how: str
) -> None:
    dora = factories.person("dora", of=riverside, roles=(Role.ADMINISTRATOR,))
    path = address_of(bob, riverside)
    if how == "the role is taken":
        people.take_role(programme=riverside, email=bob.email, role=Role.CLINICAL_LEAD, by=dora)
    elif how == "the role becomes another":
        Membership.objects.filter(user=bob).update(role=Role.ADMINISTRATOR)
    else:
        User.objects.filter(pk=bob.pk).update(is_active=False)
    assert Client().get(path).status_code == 404


def test_only_those_who_read_actions_can_have_one(riverside: Programme) -> None:
    readers = (Role.FACILITATOR, Role.CLINICAL_LEAD, Role.STEERING)
    elsewhere = factories.programme("Elsewhere")
    asked = [(role, factories.person(role, of=riverside, roles=(role,))) for role in Role]
    asked.append((Role.ADMINISTRATOR, factories.person("charlie", of=elsewhere, roles=tuple(Role))))
    for role, person in asked:
        browser = Client()
        browser.force_login(person)
        for method in (browser.get, browser.post):
            wanted = 200 if role in readers else 404
            assert method(reverse("calendar", args=[riverside.public_id])).status_code == wanted, role
    assert CalendarFeed.objects.count() == len(readers)


def test_somebody_who_has_just_left_is_refused_in_words(riverside: Programme, bob: User) -> None:
    Membership.objects.all().delete()
    with pytest.raises(Refused, match="cannot read the actions"):
        calendars.give(programme=riverside, person=bob)
