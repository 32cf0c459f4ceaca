"""Over the months: what keeps coming back, where we act, how long things wait. Nobody is counted."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from facilitation import trends
from facilitation.models import Action, ActionEvent, State
from facilitation.views.trends import WIDTH, chart
from rounds.models import Programme, Role, Round, Stage, Tally, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return factories.programme()


@pytest.fixture
def alice(programme: Programme) -> User:
    return factories.facilitator(of=programme)


def held(programme: Programme, months_ago: int, *barriers: str, **fields: Any) -> Round:
    """A closed round with one theme and its barriers."""
    then = timezone.now() - timedelta(days=30 * months_ago)
    given = {"starts_at": then, "crossed_threshold": True, **fields}
    made = factories.round_(programme, stage=Stage.CLOSED, **given)
    factories.theme(made, barriers=list(barriers))
    return made


def aged(action: Action, *, days: list[int]) -> None:
    """Let an action's events have happened so many days ago, in their order."""
    for event, ago in zip(action.events.all(), days, strict=True):
        ActionEvent.objects.filter(pk=event.pk).update(at=timezone.now() - timedelta(days=ago, minutes=1))


def page(client: Client, programme: Programme) -> Any:
    return client.get(reverse("trends", args=[programme.public_id]))


def test_a_barrier_has_its_history_since_when_what_was_tried_what_was_told(programme: Programme, alice: User) -> None:
    first = held(programme, 3, "interruptions", "exhaustion")
    last = held(programme, 1, "interruptions")
    made = factories.agreed(first, by=alice, barriers=["interruptions"])
    Action.objects.filter(pk=made.pk).update(told_back="Quieter now.")
    factories.agreed(first, by=alice, barriers=["interruptions"])
    heard = {barrier.code: barrier for barrier in trends.barriers(programme)}
    again = heard["interruptions"]
    days = [timezone.localdate(round.starts_at) for round in (first, last)]
    assert (again.rounds, again.tried, again.told, again.comes_back) == (days, 2, 1, True)
    assert (heard["exhaustion"].rounds, heard["exhaustion"].comes_back) == (days[:1], False)
    assert list(heard) == ["interruptions", "exhaustion"]


def test_twice_in_one_round_is_once(programme: Programme) -> None:
    once = held(programme, 1, "interruptions")
    factories.theme(once, barriers=["interruptions"])
    assert [len(barrier.rounds) for barrier in trends.barriers(programme)] == [1]


def test_open_rounds_rehearsals_and_other_programmes_are_not_counted(programme: Programme, alice: User) -> None:
    rehearsed = held(programme, 1, "interruptions", rehearsal=True)
    elsewhere = held(factories.programme("Elsewhere"), 1, "interruptions")
    for round in (rehearsed, elsewhere):
        factories.agreed(round, by=alice)
    factories.theme(factories.round_(programme, stage=Stage.CIRCLE), barriers=["interruptions"])
    assert trends.barriers(programme) == []
    assert not any(count for _, count in trends.levels(programme))
    assert not any(wait.here for wait in trends.waits(programme))


def test_levels_stand_in_their_order_the_empty_ones_too(programme: Programme, alice: User) -> None:
    past = held(programme, 1)
    for level in ("organisation", "team", "team"):
        factories.agreed(past, by=alice, level=level, holder_level="organisation")
    factories.action(past, by=alice, level="individual")
    assert trends.levels(programme) == [
        ("Each of us", 0),
        ("The team", 2),
        ("The organisation", 1),
        ("Beyond the organisation", 0),
    ]


def test_waits_are_days_from_coming_into_a_state_to_leaving_it_or_until_today(
    programme: Programme, alice: User
) -> None:
    past = held(programme, 1)
    aged(factories.agreed(past, by=alice), days=[30, 20])
    aged(factories.agreed(past, by=alice), days=[9, 5])
    aged(factories.action(past, by=alice), days=[3])
    waits = {wait.label: wait for wait in trends.waits(programme)}
    proposed, agreed = waits[State.PROPOSED.label], waits[State.AGREED.label]
    assert (proposed.usual, proposed.longest, proposed.here) == (4, 10, 1)
    assert (agreed.usual, agreed.longest, agreed.here) == (12, 20, 2)
    assert (waits[State.WAITING.label].usual, waits[State.WAITING.label].here) == (None, 0)


def test_a_comment_or_a_change_does_not_start_a_wait_anew(programme: Programme, alice: User) -> None:
    from facilitation import reviews

    made = factories.agreed(held(programme, 1), by=alice)
    reviews.comment(action=made, by=alice, words="A note")
    aged(made, days=[30, 20, 1])
    waits = {wait.label: wait for wait in trends.waits(programme)}
    assert (waits[State.AGREED.label].longest, waits[State.AGREED.label].here) == (20, 1)


def test_what_has_ended_waits_no_more(programme: Programme, alice: User) -> None:
    from facilitation import reviews

    made = factories.agreed(held(programme, 1), by=alice)
    reviews.could_not(action=made, version=1, by=alice, told_back="The walls carry the roof.")
    assert not any(wait.here for wait in trends.waits(programme))


def test_bars_are_as_long_as_their_value_is_to_the_largest() -> None:
    drawn = chart([("a", 4), ("b", 1), ("c", 0)])
    assert [bar.width for bar in drawn.bars] == [WIDTH, WIDTH // 4, 0]
    assert chart([("a", 0)]).bars[0].width == 0
    assert chart([]).bars == []


def test_each_drawing_has_a_table_with_the_same_numbers(programme: Programme, alice: User, client: Client) -> None:
    for months in (3, 2, 1):
        past = held(programme, months, "interruptions")
    factories.agreed(past, by=alice)
    client.force_login(alice)
    response = page(client, programme)
    said = response.content.decode()
    assert said.count('<svg class="chart"') == said.count("<table") == 3
    assert "style=" not in said
    assert re.search(r"Pulled away, again</a></th>\s*<td class=\"number\" data-label=\"Rounds\">3</td>", said)
    assert "never people" in said


def test_before_a_second_round_nothing_comes_back(programme: Programme, alice: User, client: Client) -> None:
    client.force_login(alice)
    assert "Nothing to see yet" in page(client, programme).content.decode()
    held(programme, 1, "interruptions")
    said = page(client, programme).content.decode()
    assert "one round is no pattern" in said
    assert '<svg class="chart"' not in said


def test_how_many_chose_a_barrier_is_not_on_the_page(programme: Programme, alice: User, client: Client) -> None:
    past = held(programme, 1, "interruptions")
    Tally.objects.create(round=past, kind="barrier", target="theme:interruptions", count=47311)
    client.force_login(alice)
    assert "47311" not in page(client, programme).content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.FACILITATOR, 200), (Role.CLINICAL_LEAD, 200), (Role.STEERING, 200), (Role.ADMINISTRATOR, 404)],
)
def test_who_looks_back_over_the_months(programme: Programme, client: Client, role: Role, status: int) -> None:
    client.force_login(factories.person("gwen", of=programme, roles=(role,)))
    assert page(client, programme).status_code == status


def test_longer_months_ask_the_database_no_more(programme: Programme, alice: User, client: Client) -> None:
    client.force_login(alice)
    page(client, programme)  # the first visit writes down the session
    counts = []
    for months in range(1, 4):
        factories.agreed(held(programme, months, "interruptions"), by=alice)
        with CaptureQueriesContext(connection) as asked:
            page(client, programme)
        counts.append(len(asked))
    assert counts[0] == counts[2]
