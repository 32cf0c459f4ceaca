"""A circle on another day: chosen at the threshold, with its own code and the themes of its round."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from facilitation import barriers, circle
from facilitation.models import Proposal
from rounds import stages
from rounds.models import Kind, Programme, Round, Stage, User
from rounds.refusals import Refused, StageMovedOn
from tests import factories
from tests.facilitation.circling import choose, propose
from tests.facilitation.seen import press, shown

pytestmark = pytest.mark.django_db
S = Stage


@pytest.fixture
def round(programme: Programme) -> Round:
    return factories.round_(programme, stage=S.CIRCLE)


@pytest.fixture
def at_the_threshold(round: Round) -> Round:
    Round.objects.filter(pk=round.pk).update(stage=S.THRESHOLD, crossed_threshold=False, rehearsal=True, floor=4)
    round.refresh_from_db()
    return round


def test_a_circle_on_another_day_has_its_own_code_and_opens_with_these_themes(
    alice: User, at_the_threshold: Round
) -> None:
    round = at_the_threshold
    round.facilitators.add(alice)
    theme = factories.lay(factories.theme(round, "Time"), factories.reaction(round, "no time"))
    when = timezone.now() + timedelta(days=7)
    later = circle.another_day(round=round, starts_at=when, by=alice)
    round.refresh_from_db()
    assert (round.stage, round.crossed_threshold) == (S.CLOSING, False)
    assert (later.kind, later.origin, later.title) == (Kind.CIRCLE, round, "Circle: A cut finger")
    assert (later.programme, later.starts_at, later.floor, later.rehearsal) == (round.programme, when, 4, True)
    assert list(later.facilitators.all()) == [alice]
    assert later.join_code != round.join_code
    assert later.wall_token != round.wall_token
    stages.move(round=later, seen=S.PLANNED, to=S.ARRIVAL, by=alice)
    stages.move(round=later, seen=S.ARRIVAL, to=S.CIRCLE, by=alice)
    Round.objects.filter(pk=later.pk).update(room_was_big_enough=True)
    later.refresh_from_db()
    for audience, name in (("wall", "circle"), ("room", "barriers"), ("console", "weave")):
        assert "Time" in shown(audience, name, later)  # type: ignore[arg-type]
    for voice in "abc":
        choose(later, theme, voice, "unheard")
        propose(later, theme=theme.public_id)
    barriers.fix(round=later, theme=theme.public_id, barriers=["unheard"], by=alice)
    stages.move(round=later, seen=S.CIRCLE, to=S.CLOSING, by=alice)
    assert list(Proposal.objects.values_list("round", "theme")) == [(later.pk, theme.pk)] * 3


def test_another_day_is_refused_in_the_past_and_anywhere_but_at_the_threshold(
    alice: User, at_the_threshold: Round
) -> None:
    round = at_the_threshold
    with pytest.raises(Refused, match="to come"):
        circle.another_day(round=round, starts_at=timezone.now() - timedelta(minutes=1), by=alice)
    tomorrow = timezone.now() + timedelta(days=1)
    circle.another_day(round=round, starts_at=tomorrow, by=alice)
    with pytest.raises(StageMovedOn):
        circle.another_day(round=round, starts_at=tomorrow, by=alice)
    assert Round.objects.filter(kind=Kind.CIRCLE).count() == 1


def test_a_press_for_another_day_says_when(desk: Client, at_the_threshold: Round) -> None:
    said = press(desk, "circle-another-day", at_the_threshold, starts_at="2031-05-06T15:30")
    assert said == (200, "The circle is planned for 6 May, 15:30. This round moves to its closing.")
    assert press(desk, "circle-another-day", at_the_threshold, starts_at="soon")[0] == 409
    assert press(desk, "circle-another-day", at_the_threshold)[0] == 409


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2035-05-06T15:30", "Please choose a day within the next five years."),
        ("9999-12-31T23:59", "Please choose a day within the next five years."),
        ("0001-01-01T00:00", "Please choose a day and a time to come."),
        ("2027-03-28T01:30", "The clocks change that night: there is no such time, or there are two of it."),
        ("2027-10-31T01:30", "The clocks change that night: there is no such time, or there are two of it."),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_words(desk: Client, at_the_threshold: Round, when: str, words: str) -> None:
    with time_machine.travel("2027-03-01T12:00:00Z", tick=False):
        desk.force_login(at_the_threshold.programme.memberships.get().user)
        status, said = press(desk, "circle-another-day", at_the_threshold, starts_at=when)
    assert status == 409
    assert words in said
    assert not Round.objects.filter(continues=at_the_threshold).exists()
