"""How long words are kept: what was promised as the doors opened, and what a sign-off makes of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from rounds import retention, stages
from rounds.models import Programme, Round, StaffAct, Stage, User
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 2, 14, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def round_() -> Round:
    made = factories.round_(factories.programme(words_days=10, words_days_at_most=60), stage=Stage.CLOSED)
    made.closed_at = made.sealed_at = MARCH
    made.save()
    return made


@pytest.fixture
def alice(round_: Round) -> User:
    return factories.facilitator("alice", of=round_.programme)


def sign_off(round: Round, by: User, *, on: datetime = MARCH) -> Round:
    with time_machine.travel(on, tick=False):
        return retention.sign_off(round=round, keep=(), by=by)


def test_words_of_an_unsigned_round_go_at_the_latest_day(round_: Round) -> None:
    latest = (MARCH + timedelta(days=60)).date()
    assert round_.words_go_on == latest
    assert retention.due(latest - timedelta(days=1)) == []
    assert retention.due(latest) == [round_]


def test_a_sign_off_starts_the_last_days(round_: Round, alice: User) -> None:
    signed = sign_off(round_, alice, on=MARCH + timedelta(days=3))
    assert signed.words_go_on == (MARCH + timedelta(days=13)).date()


def test_a_late_sign_off_cannot_make_the_words_stay_longer_than_the_latest_day(round_: Round, alice: User) -> None:
    signed = sign_off(round_, alice, on=MARCH + timedelta(days=59))
    assert signed.words_go_on == (MARCH + timedelta(days=60)).date()


def test_signing_off_twice_is_signing_off_once(round_: Round, alice: User) -> None:
    sign_off(round_, alice)
    again = sign_off(round_, alice, on=MARCH + timedelta(days=5))
    assert again.signed_off_at == MARCH
    assert [act.what for act in StaffAct.objects.all()] == ["signed the themes off"]


@pytest.mark.parametrize("stage", [Stage.PLANNED, Stage.THREADS, Stage.CLOSING])
def test_nothing_is_signed_off_before_the_round_is_closed(stage: Stage) -> None:
    early = factories.round_(stage=stage)
    with pytest.raises(Refused, match="once the round is closed"):
        sign_off(early, factories.facilitator(of=early.programme))
    assert early.words_go_on is None


def test_a_sign_off_can_be_taken_back_until_the_words_are_gone(round_: Round, alice: User) -> None:
    sign_off(round_, alice)
    assert retention.take_back(round=round_, by=alice).signed_off_at is None
    sign_off(round_, alice)
    Round.objects.update(words_gone_at=timezone.now())
    with pytest.raises(Refused, match="gone already"):
        retention.take_back(round=round_, by=alice)


def test_what_was_promised_as_the_doors_opened_stays_whatever_is_set_later() -> None:
    programme = factories.programme(words_days=7, words_days_at_most=30)
    planned, alice = factories.round_(programme), factories.facilitator("alice", of=programme)
    opened = stages.move(round=planned, seen=Stage.PLANNED, to=Stage.ARRIVAL, by=alice)
    Programme.objects.update(words_days=30, words_days_at_most=180)

    kept = Round.objects.get(pk=opened.pk)
    assert (kept.days_after_sign_off, kept.days_at_most) == (7, 30)
    another = factories.round_(Programme.objects.get())
    assert (another.days_after_sign_off, another.days_at_most) == (30, 180)


@pytest.mark.parametrize(
    "days", [{"words_days": 0}, {"words_days": 31}, {"words_days_at_most": 29}, {"words_days_at_most": 181}]
)
def test_nobody_gets_past_the_floor_and_the_ceiling_not_even_in_the_database(days: dict[str, int]) -> None:
    programme, round = factories.programme(), factories.round_()
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(**days)
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=round.pk).update(**days)


def test_a_round_is_overdue_only_after_a_day_of_grace(round_: Round) -> None:
    assert round_.words_go_on is not None
    assert retention.overdue(round_.words_go_on + timedelta(days=1)) == []
    assert retention.overdue(round_.words_go_on + timedelta(days=2)) == [round_]
