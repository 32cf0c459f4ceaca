"""The certificate: one for all who were there, checkable by anybody, and nothing about a person in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from rounds import certificates
from rounds.models import Kind, Round, Stage
from tests import factories
from tests.rounds.looking import look, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_() -> Round:
    return factories.round_(stage=Stage.CLOSING)


def certificate(round: Round) -> certificates.Certificate:
    found = certificates.of(round)
    assert found is not None
    return found


def check(day: object, code: str) -> str:
    answer = Client(enforce_csrf_checks=True).post("/certificate/", {"day": str(day), "code": code})
    return words(answer.content.decode())


def test_it_says_that_the_round_took_place_and_the_page_confirms_exactly_that(round_: Round) -> None:
    factories.round_(round_.programme, stage=Stage.CLOSED)  # another round of the same day
    given = certificate(round_)
    assert (given.what, given.programme, given.minutes) == ("a reflective round", "Riverside", 60)
    said = check(given.day, given.code.lower().replace("-", " "))
    assert "This round took place" in said
    assert "Riverside held a reflective round" in said
    assert "planned for about 60 minutes" in said  # how long it took is kept nowhere
    assert "planned for about 60 minutes" in words(look(round_)["certificate"])
    assert round_.title not in said
    assert "This round took place" not in check(given.day + timedelta(days=1), given.code)
    assert "No round is known" in check(given.day, "AAAA-AAAA")
    assert "That is not a date" in check("soon", given.code)


def test_no_round_before_its_goodbye_and_no_rehearsal_has_one(round_: Round) -> None:
    given = certificate(round_)
    for changed in ({"stage": Stage.CIRCLE}, {"stage": Stage.CLOSED, "rehearsal": True}):
        Round.objects.filter(pk=round_.pk).update(**changed)
        round_.refresh_from_db()
        assert certificates.of(round_) is None
        shown = look(round_).get("certificate", "")
        assert given.code not in shown
        assert ("In a real round" in shown) is round_.rehearsal
        assert "No round is known" in check(given.day, given.code)


def test_two_rounds_have_two_codes_and_each_keeps_its_own_when_the_installations_key_changes(
    round_: Round, settings: Settings
) -> None:
    given, other = certificate(round_), certificate(factories.round_(round_.programme, stage=Stage.CLOSED))
    assert given.code != other.code
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    assert certificate(round_).code != given.code
    assert certificates.find(day=given.day, code=given.code) == certificate(round_)


def test_a_team_and_a_circle_say_what_they_were_and_how_long() -> None:
    team = factories.round_(stage=Stage.CLOSED, kind=Kind.TEAM, story_minutes=10, reflection_minutes=10)
    assert (certificate(team).what, certificate(team).minutes) == ("a reflective round with their team", 45)
    assert certificate(team).day == timezone.localdate(team.starts_at)


def test_who_read_a_story_in_its_48_hours_finds_one_at_the_end_of_the_way_and_no_minutes_are_claimed(
    round_: Round,
) -> None:
    told: dict[str, Any] = {
        "kind": Kind.WINDOW,
        "stage": Stage.WINDOW,
        "telling": "There was no chair.",
        "retells": round_,
    }
    window = factories.round_(round_.programme, **told)
    given = certificate(window)
    assert given.minutes is None
    assert given.code in look(window)["window"]
    said = check(given.day, given.code)
    assert "Riverside opened the story of a reflective round" in said
    assert "at one’s own pace" in said
    assert "48 hours" not in said  # it may be closed earlier
    assert "48 hours from" not in look(window)["window"]
    Round.objects.filter(pk=window.pk).update(telling="")  # taken back, or over
    window.refresh_from_db()
    assert given.code not in look(window)["window"]


def test_what_somebody_keeps_for_themselves_and_their_name_can_be_sent_by_no_form(round_: Round) -> None:
    shown = look(round_)
    for name, field in (("keep", "keep-words"), ("certificate", "certificate-name")):
        assert f'id="{field}"' in shown[name]
        assert "<form" not in shown[name]
        assert " name=" not in shown[name]
