"""A story's words stand on consoles of other rounds too: in a rehearsal, in a circle on another day, told again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rounds import planning, stories
from rounds.live import pictures
from rounds.models import Kind, Round, Stage, User
from rounds.plans import Adjustment, PlannedStory, PlannedTeller
from rounds.timings import usual
from tests import factories

pytestmark = pytest.mark.django_db
Elsewhere = Callable[[Round, User], Round]
PORTER = PlannedTeller(role="Porter", what_it_was_like="I did the long way.")
CLERK = PlannedTeller(role="Ward clerk", what_it_was_like="I rang the first number.")


@pytest.fixture(autouse=True)
def nothing_seen_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test's rounds have the numbers of the last one's; what was seen of those is not theirs."""
    monkeypatch.setattr(pictures, "_albums", {})


@pytest.fixture
def told(alice: User) -> Round:
    programme = alice.memberships.get().programme
    plan = factories.a_plan(story=PlannedStory(storytellers=(CLERK, PORTER), private_notes="Tissues."))
    return planning.plan(programme=programme, plan=plan, by=alice)


def rehearsed(told: Round, alice: User) -> Round:
    copy = planning.rehearsal_copy(round=told, by=alice)
    return _at(copy, Stage.STORY)


def continued(told: Round, alice: User) -> Round:
    return factories.round_(told.programme, stage=Stage.CIRCLE, kind=Kind.CIRCLE, continues=told)


def continued_and_over(told: Round, alice: User) -> Round:
    return factories.round_(told.programme, stage=Stage.CLOSED, kind=Kind.CIRCLE, continues=told)


def rehearsed_as_a_circle(told: Round, alice: User) -> Round:
    return continued(rehearsed(told, alice), alice)


def _at(round: Round, stage: Stage) -> Round:
    Round.objects.filter(pk=round.pk).update(stage=stage)
    round.refresh_from_db()
    return round


def _console(round: Round) -> str:
    picture = pictures.look(round.pk, ["console"])["console"]
    return " ".join(picture.html.values())


@pytest.mark.parametrize("elsewhere", [rehearsed, continued, continued_and_over])
def test_a_part_taken_back_is_at_once_on_no_other_console_either(
    told: Round, alice: User, elsewhere: Elsewhere
) -> None:
    other = elsewhere(told, alice)
    clerk, _ = told.story.tellers
    assert CLERK.what_it_was_like in _console(other)

    stories.withdraw(round=told, by=alice, storyteller=clerk.public_id)
    assert CLERK.what_it_was_like not in _console(other)
    assert PORTER.what_it_was_like in _console(other)

    stories.give_back(round=told, by=alice, storyteller=clerk.public_id)
    assert CLERK.what_it_was_like in _console(other)


@pytest.mark.parametrize("elsewhere", [rehearsed, continued, continued_and_over])
def test_a_whole_story_taken_back_is_at_once_on_no_other_console_either(
    told: Round, alice: User, elsewhere: Elsewhere
) -> None:
    other = elsewhere(told, alice)
    assert CLERK.what_it_was_like in _console(other)
    stories.withdraw(round=told, by=alice)
    assert CLERK.what_it_was_like not in _console(other)


def test_a_circle_of_a_rehearsal_is_told_of_it_too(told: Round, alice: User) -> None:
    circle = rehearsed_as_a_circle(told, alice)
    assert circle in stories.told_in(told)


def test_words_written_anew_are_at_once_those_of_an_open_rehearsal(told: Round, alice: User) -> None:
    other = rehearsed(told, alice)
    assert CLERK.what_it_was_like in _console(other)
    anew = factories.a_plan(story=PlannedStory(storytellers=(PORTER,), private_notes="Water."))
    planning.change(round=told, plan=anew, seen=Round.objects.get(pk=told.pk).revision, by=alice)
    assert CLERK.what_it_was_like not in _console(other)
    assert "Water." in _console(other)

    adjusted = Adjustment(timings=usual(Kind.TEAM), support_card="", private_notes="A blanket.", another_question="")
    seen = planning.mark(Round.objects.get(pk=told.pk))
    planning.adjust(round=_at(told, Stage.ARRIVAL), adjustment=adjusted, seen=seen, by=alice)
    assert "A blanket." in _console(other)
