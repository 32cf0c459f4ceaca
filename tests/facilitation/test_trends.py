"""Over the months: what keeps coming back, where we act, how long things wait. Nobody is counted."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from facilitation import charts, recurring, reviews, trends
from facilitation.charts import WIDTH
from facilitation.models import Action, State
from facilitation.models.review import happened
from facilitation.trends import Barrier, Narrowed, Wait
from rounds.models import Programme, Role, Round, Stage, Tally, User
from tests import factories

pytestmark = pytest.mark.django_db


def held(programme: Programme, months_ago: int, *barriers: str, **fields: Any) -> Round:
    """A closed round with one theme, signed off, and its barriers."""
    then = timezone.now() - timedelta(days=30 * months_ago)
    given = {"starts_at": then, "signed_off_at": then, "crossed_threshold": True, **fields}
    made = factories.round_(programme, stage=Stage.CLOSED, **given)
    factories.theme(made, barriers=list(barriers))
    return made


def ago(*days: int) -> AbstractContextManager[None]:
    """What is recorded inside happened so many days ago, one after another."""
    return happened(timezone.now() - timedelta(days=number, minutes=1) for number in days)


def page(client: Client, programme: Programme, **asked: str) -> Any:
    return client.get(reverse("trends", args=[programme.public_id]), asked)


def heard(programme: Programme, narrowed: Narrowed = trends.Narrowed()) -> dict[str, Barrier]:  # noqa: B008
    return {barrier.code: barrier for barrier in trends.over(programme, narrowed).barriers}


def test_a_barrier_has_its_history_since_when_what_was_tried_what_was_told(programme: Programme, alice: User) -> None:
    last = held(programme, 1, "exhaustion", "interruptions")
    first = held(programme, 3, "interruptions")
    made = factories.agreed(first, by=alice, barriers=["interruptions"])
    Action.objects.filter(pk=made.pk).update(told_back="Quieter now.", told_back_at=timezone.now())
    factories.agreed(first, by=alice, barriers=["interruptions"])
    found = heard(programme)
    again = found["interruptions"]
    days = [timezone.localdate(round.starts_at) for round in (first, last)]
    assert (again.rounds, again.tried, again.told) == (days, 2, 1)
    assert found["exhaustion"].rounds == days[1:]
    assert list(found) == ["interruptions", "exhaustion"]  # by when it was first heard, not by how often


def test_twice_in_one_round_is_once(programme: Programme) -> None:
    once = held(programme, 1, "interruptions")
    factories.theme(once, barriers=["interruptions"])
    assert [len(barrier.rounds) for barrier in heard(programme).values()] == [1]


def test_what_nobody_signed_off_is_in_no_drawing(programme: Programme, alice: User) -> None:
    """One day chosen would else tell the barriers of one round, which its report keeps back."""
    past = held(programme, 1, "interruptions", signed_off_at=None)
    day = timezone.localdate(past.starts_at)
    assert (heard(programme, Narrowed(since=day, until=day)), trends.over(programme).days) == ({}, [])
    factories.agreed(past, by=alice, barriers=["interruptions"]).themes.add(past.themes.get())
    assert heard(programme)["interruptions"].rounds == [day]  # the room agreed an action of it


def test_open_rounds_rehearsals_and_other_programmes_are_not_counted(programme: Programme, alice: User) -> None:
    rehearsed = held(programme, 1, "interruptions", rehearsal=True)
    elsewhere = held(factories.programme("Elsewhere"), 1, "interruptions")
    for round in (rehearsed, elsewhere):
        factories.agreed(round, by=alice)
    factories.theme(factories.round_(programme, stage=Stage.CIRCLE), barriers=["interruptions"])
    assert trends.over(programme).is_empty
    assert trends.over(programme).barriers == []


def test_levels_stand_in_their_order_with_how_strongly_we_act(programme: Programme, alice: User) -> None:
    past = held(programme, 1)
    for level, strength in (("organisation", "stronger"), ("team", "weaker"), ("team", "")):
        factories.agreed(past, by=alice, level=level, holder_level="organisation", strength=strength)
    factories.action(past, by=alice, level="individual")
    assert [(where.label, where.counts) for where in trends.over(programme).levels] == [
        ("Each of us", (0, 0, 0, 0)),
        ("The team", (0, 0, 1, 1)),
        ("The organisation", (1, 0, 0, 0)),
        ("Beyond the organisation", (0, 0, 0, 0)),
    ]


def waits(programme: Programme) -> dict[str, Wait]:
    return {wait.label: wait for wait in trends.over(programme).waits}


def test_waits_are_days_from_coming_into_a_state_to_leaving_it_or_until_today(
    programme: Programme, alice: User
) -> None:
    past = held(programme, 1)
    with ago(30, 20, 9, 5, 9, 6, 20, 19, 3):
        for _ in range(4):
            factories.agreed(past, by=alice)
        factories.action(past, by=alice)
    proposed, agreed = waits(programme)[State.PROPOSED.label], waits(programme)[State.AGREED.label]
    assert (proposed.usual, proposed.longest, proposed.here) == (3, 10, 1)
    assert (agreed.usual, agreed.longest, agreed.here) == (None, None, 4)  # four are too few to call anything usual


def test_a_comment_or_a_change_does_not_start_a_wait_anew(programme: Programme, alice: User) -> None:
    past = held(programme, 1)
    for _ in range(trends.ENOUGH):
        with ago(30, 20, 1):
            made = factories.agreed(past, by=alice)
            reviews.comment(action=made, by=alice, words="A note")
    agreed = waits(programme)[State.AGREED.label]
    assert (agreed.longest, agreed.here) == (20, 5)


def test_every_agreed_action_is_told_of_once_and_what_has_ended_waits_no_more(
    programme: Programme, alice: User
) -> None:
    past, yesterday = held(programme, 1), timezone.localdate() - timedelta(days=1)
    made = factories.agreed(past, by=alice)
    reviews.could_not(action=made, version=1, by=alice, told_back="The walls carry the roof.")
    factories.agreed(past, by=alice)
    factories.agreed(past, by=alice, review_on=yesterday)
    reviews.tell_back(action=factories.agreed(past, by=alice), version=1, by=alice, told_back="The order is out.")
    months = trends.over(programme)
    assert [count for _, count in months.outcomes] == [0, 1, 1, 1, 1]
    assert waits(programme)[State.AGREED.label].here == 3
    assert [action.told_back for action in months.told] == ["The order is out.", "The walls carry the roof."]


def test_the_months_are_narrowed_by_period_barrier_level_and_domain(
    programme: Programme, alice: User, client: Client
) -> None:
    early, late = held(programme, 9, "interruptions"), held(programme, 2, "exhaustion", "interruptions")
    for round, level, domain in ((early, "team", "education"), (late, "individual", "care_delivery")):
        factories.agreed(round, by=alice, level=level, domain=domain, barriers=["exhaustion"], statement=f"see {level}")
    then = timezone.localdate() - timedelta(days=150)
    assert list(heard(programme, Narrowed(since=then))["interruptions"].rounds) == [timezone.localdate(late.starts_at)]
    assert list(heard(programme, Narrowed(until=then))) == ["interruptions", "exhaustion"]
    assert list(heard(programme, Narrowed(barrier="exhaustion"))) == ["exhaustion"]
    theme = late.themes.get()
    theme.actions.set(late.actions.all())
    recurring.start(programme=programme, theme=theme.public_id, by=alice)
    client.force_login(alice)
    for level, actions in (("individual", 1), ("team", 0)):
        (thread,) = page(client, programme, level=level).context["histories"]
        assert len(thread.actions) == actions
    for narrowed in (Narrowed(since=then), Narrowed(level="individual"), Narrowed(domain="care_delivery")):
        assert [sum(where.counts) for where in trends.over(programme, narrowed).levels] == [1, 0, 0, 0]
    client.force_login(alice)
    said = page(client, programme, since="2019-01-01", level="team", barrier="nonsense").content.decode()
    assert "Narrowed to rounds from 1 January 2019, “The team”." in said
    backwards = page(client, programme, since="2019-01-02", until="2019-01-01").content.decode()
    assert "This day lies before the first one." in backwards


def test_bars_parts_and_marks_are_as_long_and_as_far_as_they_should_be() -> None:
    assert [row.width for row in charts.bars([("a", 4), ("b", 1), ("c", 0)]).rows] == [WIDTH, WIDTH // 4, 0]
    assert charts.bars([("a", 0)]).rows[0].width == 0
    assert charts.bars([]).rows == []
    (row, none) = charts.stacks([("a", (1, 0, 3)), ("b", (0, 0, 0))], kinds=[("x", "X"), ("y", "Y"), ("z", "Z")]).rows
    assert [(part.kind, part.x) for part in row.parts] == [("x", 0), ("z", WIDTH // 4)]
    assert none.parts == ()
    days = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 11)]
    drawn = charts.strips([("a", days[1:])], days=days)
    assert drawn.rows[0].marks == "M39 0V14M356 0V14"
    assert drawn.marks.count("M") == 3
    assert charts.strips([("a", days[:1])], days=days[:1]).rows[0].marks == "M180 0V14"
    assert charts.strips([], days=[]).rows == []


def test_each_drawing_has_a_table_with_the_same_numbers(programme: Programme, alice: User, client: Client) -> None:
    for months in range(trends.ENOUGH):
        past = held(programme, months, "interruptions", signed_off_at=timezone.now())
        factories.agreed(past, by=alice, strength="weaker")
    recurring.start(programme=programme, theme=past.themes.get().public_id, by=alice)
    client.force_login(alice)
    said = page(client, programme).content.decode()
    assert said.count('<svg class="chart"') == said.count("<table") == 5
    assert "style=" not in said
    assert re.search(r"Pulled away, again</a></th>\s*<td class=\"number\" data-label=\"Rounds\">5</td>", said)
    assert "never people" in said


def test_a_few_rounds_are_no_pattern_and_nothing_is_drawn_of_them(
    programme: Programme, alice: User, client: Client
) -> None:
    client.force_login(alice)
    assert "Nothing to see yet" in page(client, programme).content.decode()
    for months in range(trends.ENOUGH - 1):
        factories.agreed(held(programme, months, "interruptions"), by=alice)
    said = page(client, programme).content.decode()
    assert "A few rounds are no pattern" in said
    assert "<table" in said
    assert '<svg class="chart"' not in said
    assert "What keeps coming back" not in said
    assert "How long things wait" not in said
    assert "Where we act, and how" not in said
    assert "We couldn’t, and told why" not in said  # a row of nothing


def test_of_one_round_only_what_was_heard_and_told_is_said(programme: Programme, alice: User, client: Client) -> None:
    past = held(programme, 1, "interruptions")
    for number in range(trends.ENOUGH):
        factories.agreed(past, by=alice, statement=f"put {number + 2} chairs out")
    client.force_login(alice)
    seen = page(client, programme)
    assert not seen.context["months"].any_wait
    said = seen.content.decode()
    assert "Heard in" in said
    assert "Days in each state" not in said
    assert said.count("<table") == 2


def test_a_barrier_leads_to_its_actions_as_the_months_are_narrowed(
    programme: Programme, alice: User, client: Client
) -> None:
    factories.agreed(held(programme, 1, "interruptions"), by=alice, barriers=["interruptions"])
    client.force_login(alice)
    said = page(client, programme, since="2020-01-01", level="team", barrier="interruptions").content.decode()
    assert "?as=list&amp;barrier=interruptions&amp;since=2020-01-01&amp;level=team" in said


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
    for months in (3, 9):
        for number in range(months):
            past = held(programme, number, "interruptions", signed_off_at=timezone.now())
            factories.agreed(past, by=alice).themes.add(past.themes.get())
            recurring.start(programme=programme, theme=past.themes.get().public_id, by=alice)
        with CaptureQueriesContext(connection) as asked:
            page(client, programme)
        counts.append(len(asked))
    assert counts[0] == counts[1]
