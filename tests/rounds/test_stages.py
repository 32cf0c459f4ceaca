"""The stage machine: every move, two facilitators at once, timings, prompts and what follows a move."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from rounds import gathering, keys, stages
from rounds.models import Kind, Reaction, Round, RoundTopic, StaffAct, Stage, User
from rounds.refusals import Refused, StageMovedOn
from tests import factories
from tests.rounds.consoles import a_round, tell

pytestmark = pytest.mark.django_db
S = Stage

ALLOWED = {
    (S.PLANNED, S.ARRIVAL),
    (S.ARRIVAL, S.STORY),
    (S.STORY, S.SILENCE),
    (S.STORY, S.REFLECTION),
    (S.SILENCE, S.REFLECTION),
    (S.REFLECTION, S.SILENCE),
    (S.REFLECTION, S.THREADS),
    (S.THREADS, S.SILENCE),
    (S.THREADS, S.REFLECTION),
    (S.THREADS, S.THRESHOLD),
    (S.THRESHOLD, S.CIRCLE),
    (S.CLOSING, S.CLOSED),
    # Ending kindly, from every open stage.
    (S.ARRIVAL, S.CLOSING),
    (S.STORY, S.CLOSING),
    (S.SILENCE, S.CLOSING),
    (S.REFLECTION, S.CLOSING),
    (S.THREADS, S.CLOSING),
    (S.THRESHOLD, S.CLOSING),
    (S.CIRCLE, S.CLOSING),
}
CIRCLE_ALLOWED = {
    (S.PLANNED, S.ARRIVAL),
    (S.ARRIVAL, S.CIRCLE),
    (S.ARRIVAL, S.CLOSING),
    (S.CIRCLE, S.CLOSING),
    (S.CLOSING, S.CLOSED),
}
PAIRS = [(seen, to) for seen in Stage for to in Stage]
CIRCLE_STAGES = (S.PLANNED, S.ARRIVAL, S.CIRCLE, S.CLOSING, S.CLOSED)  # the only ones such a round can be in
CIRCLE_PAIRS = [(seen, to) for seen in CIRCLE_STAGES for to in Stage]


@pytest.mark.parametrize(("seen", "to"), PAIRS)
def test_a_round_goes_where_it_may_and_nowhere_else(alice: User, seen: Stage, to: Stage) -> None:
    round = a_round(alice, seen)
    if (seen, to) in ALLOWED:
        assert stages.move(round=round, seen=seen, to=to, by=alice).stage == to
    else:
        with pytest.raises(Refused, match="cannot go there"):
            stages.move(round=round, seen=seen, to=to, by=alice)
    assert Round.objects.get().stage == (to if (seen, to) in ALLOWED else seen)


@pytest.mark.parametrize(("seen", "to"), CIRCLE_PAIRS)
def test_a_circle_on_another_day_has_its_own_moves(alice: User, seen: Stage, to: Stage) -> None:
    round = a_round(alice, seen, kind=Kind.CIRCLE)
    if (seen, to) in CIRCLE_ALLOWED:
        assert stages.move(round=round, seen=seen, to=to, by=alice).stage == to
    else:
        with pytest.raises(Refused):
            stages.move(round=round, seen=seen, to=to, by=alice)


@pytest.mark.parametrize("stage", list(Stage))
def test_what_is_offered_is_exactly_what_is_allowed(alice: User, stage: Stage) -> None:
    round = a_round(alice, stage)
    assert set(stages.possible(round)) == {to for seen, to in ALLOWED if seen == stage}


def test_of_two_facilitators_pressing_at_once_one_moves_the_round_and_the_other_is_told(alice: User) -> None:
    bea = factories.facilitator("bea", of=alice.memberships.get().programme)
    seen_by_both = a_round(alice, S.REFLECTION)
    stages.move(round=seen_by_both, seen=S.REFLECTION, to=S.THREADS, by=alice)
    with pytest.raises(StageMovedOn, match=r"already moved the round on\. It is at “Threads” now"):
        stages.move(round=seen_by_both, seen=S.REFLECTION, to=S.THREADS, by=bea)
    assert Round.objects.get().stage == S.THREADS
    assert StaffAct.objects.filter(what__startswith="moved").count() == 1


def test_a_double_press_does_not_move_the_round_twice(alice: User) -> None:
    round = a_round(alice, S.STORY)
    stages.move(round=round, seen=S.STORY, to=S.SILENCE, by=alice)
    with pytest.raises(StageMovedOn):
        stages.move(round=round, seen=S.STORY, to=S.REFLECTION, by=alice)
    assert Round.objects.get().stage == S.SILENCE


def test_a_cancelled_round_goes_nowhere(alice: User) -> None:
    round = a_round(alice, S.PLANNED, cancelled_at=timezone.now())
    assert stages.possible(round) == ()
    with pytest.raises(Refused):
        stages.move(round=round, seen=S.PLANNED, to=S.ARRIVAL, by=alice)


@pytest.mark.parametrize(
    ("to", "came_from", "seconds"),
    [
        (S.STORY, S.ARRIVAL, 900),
        (S.SILENCE, S.STORY, 45),
        (S.REFLECTION, S.SILENCE, 1200),
        (S.THREADS, S.REFLECTION, 480),
        (S.THRESHOLD, S.THREADS, 30),
        (S.CLOSING, S.STORY, None),
    ],
)
def test_a_stage_gets_its_planned_time(alice: User, to: Stage, came_from: Stage, seconds: int | None) -> None:
    round = a_round(alice, came_from, silence_seconds=45)
    moved = stages.move(round=round, seen=came_from, to=to, by=alice)
    assert moved.seconds_left == seconds
    if seconds is not None:
        assert moved.stage_started_at is not None
        assert moved.stage_ends_at == moved.stage_started_at + timedelta(seconds=seconds)


def test_nothing_happens_by_itself_when_the_time_is_up(alice: User) -> None:
    round = stages.move(round=a_round(alice, S.ARRIVAL), seen=S.ARRIVAL, to=S.STORY, by=alice)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        found = Round.objects.get(pk=round.pk)
        assert (found.stage, found.seconds_left) == (S.STORY, 0)


def test_the_circle_cannot_open_before_the_pause_is_over_and_can_after_it(alice: User) -> None:
    round = stages.move(round=a_round(alice, S.THREADS), seen=S.THREADS, to=S.THRESHOLD, by=alice)
    with pytest.raises(Refused, match="The pause is not over yet"):
        stages.move(round=round, seen=S.THRESHOLD, to=S.CIRCLE, by=alice)
    assert not Round.objects.get().crossed_threshold
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        moved = stages.move(round=round, seen=S.THRESHOLD, to=S.CIRCLE, by=alice)
    assert moved.crossed_threshold


def test_the_pause_can_be_lengthened_and_never_cut_short(alice: User) -> None:
    round = stages.move(round=a_round(alice, S.THREADS), seen=S.THREADS, to=S.THRESHOLD, by=alice)
    with pytest.raises(Refused, match="cannot be cut short"):
        stages.lengthen(round=round, seen=S.THRESHOLD, seconds=-60, by=alice)
    stages.lengthen(round=round, seen=S.THRESHOLD, seconds=60, by=alice)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)), pytest.raises(Refused):
        stages.move(round=round, seen=S.THRESHOLD, to=S.CIRCLE, by=alice)


def test_there_is_no_threshold_without_a_reflection(alice: User) -> None:
    round = a_round(alice, S.THREADS, reached_reflection=False)
    with pytest.raises(Refused, match="Reflection comes before action"):
        stages.move(round=round, seen=S.THREADS, to=S.THRESHOLD, by=alice)


def test_ending_kindly_is_possible_during_the_pause_and_crosses_nothing(alice: User) -> None:
    round = stages.move(round=a_round(alice, S.THREADS), seen=S.THREADS, to=S.THRESHOLD, by=alice)
    assert not stages.move(round=round, seen=S.THRESHOLD, to=S.CLOSING, by=alice).crossed_threshold


def test_the_doors_stay_shut_until_somebody_has_checked_the_story(alice: User) -> None:
    round = a_round(alice, S.PLANNED)
    round.story.no_identifiers = False
    round.story.save()
    with pytest.raises(Refused, match="nobody can be recognised"):
        stages.move(round=round, seen=S.PLANNED, to=S.ARRIVAL, by=alice)
    assert Round.objects.get().stage == S.PLANNED


def test_a_withdrawn_story_needs_no_check(alice: User) -> None:
    round = a_round(alice, S.PLANNED)
    round.story.no_identifiers, round.story.withdrawn = False, True
    round.story.save()
    assert stages.move(round=round, seen=S.PLANNED, to=S.ARRIVAL, by=alice).stage == S.ARRIVAL


def test_the_doors_stay_shut_without_a_question(alice: User) -> None:
    round = a_round(alice, S.PLANNED)
    round.prompts.all().delete()
    with pytest.raises(Refused, match="at least one question"):
        stages.move(round=round, seen=S.PLANNED, to=S.ARRIVAL, by=alice)


def test_opening_the_doors_makes_the_key(alice: User) -> None:
    round = a_round(alice, S.PLANNED)
    with pytest.raises(keys.KeyGone):
        keys.derived(round.public_id, "ticket")
    stages.move(round=round, seen=S.PLANNED, to=S.ARRIVAL, by=alice)
    assert len(keys.derived(round.public_id, "ticket")) == 32


def test_the_first_question_is_asked_when_none_was_chosen(alice: User) -> None:
    round = a_round(alice, S.ARRIVAL, current_prompt=None)
    Round.objects.update(current_prompt=None)
    moved = stages.move(round=round, seen=S.ARRIVAL, to=S.STORY, by=alice)
    assert moved.current_prompt == round.prompts.first()


def test_what_still_waits_is_shown_when_the_reflection_ends(alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    tell(round, "one", "two", "three")
    stages.move(round=round, seen=S.REFLECTION, to=S.THREADS, by=alice)
    assert set(Reaction.objects.values_list("text", flat=True)) == {"one", "two", "three"}


def test_a_question_with_two_answers_keeps_them_to_itself(alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    tell(round, "one", "two")
    stages.move(round=round, seen=S.REFLECTION, to=S.THREADS, by=alice)
    assert not Reaction.objects.exists()
    assert round.current_prompt is not None
    assert gathering.waiting(round=round, basket=round.current_prompt.basket) == 2


def test_closing_notes_when_the_round_ended(alice: User) -> None:
    moved = stages.move(round=a_round(alice, S.CLOSING), seen=S.CLOSING, to=S.CLOSED, by=alice)
    assert moved.closed_at == moved.stage_started_at


def test_a_move_is_announced_to_every_screen_and_noted(alice: User) -> None:
    round = a_round(alice, S.ARRIVAL)
    moved = stages.move(round=round, seen=S.ARRIVAL, to=S.STORY, by=alice)
    assert moved.revision == 1
    assert RoundTopic.objects.get(topic="stage").revision == 1
    assert [(act.who, act.what) for act in StaffAct.objects.all()] == [(alice, "moved the round to story")]


def test_a_listener_hears_of_each_move_and_can_undo_it(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr(stages, "_after_move", [])

    @stages.after_move
    def listen(round: Round, left: str) -> None:
        heard.append((left, round.stage))
        if round.stage == S.SILENCE:
            raise Refused("Not yet.")

    round = a_round(alice, S.ARRIVAL)
    stages.move(round=round, seen=S.ARRIVAL, to=S.STORY, by=alice)
    with pytest.raises(Refused, match="Not yet"):
        stages.move(round=round, seen=S.STORY, to=S.SILENCE, by=alice)
    assert heard == [(S.ARRIVAL, S.STORY), (S.STORY, S.SILENCE)]
    assert Round.objects.get().stage == S.STORY
