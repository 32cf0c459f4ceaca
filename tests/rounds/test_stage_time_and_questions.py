"""A stage’s time and question: given once by two facilitators at once, never against what the stage allows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rounds import stages
from rounds.models import Prompt, Reaction, Round, Stage, User
from rounds.refusals import Refused, StageMovedOn
from tests import factories
from tests.rounds.consoles import a_round, tell

pytestmark = pytest.mark.django_db
S = Stage


def test_a_minute_more_is_a_minute_more(alice: User) -> None:
    round = stages.move(round=a_round(alice, S.ARRIVAL), seen=S.ARRIVAL, to=S.STORY, by=alice)
    stages.lengthen(round=round, seen=S.STORY, seconds=60, by=alice)
    assert round.stage_ends_at is not None
    assert Round.objects.get().stage_ends_at == round.stage_ends_at + timedelta(seconds=60)


def test_a_minute_more_after_the_time_was_up_counts_from_now(alice: User) -> None:
    round = a_round(alice, S.STORY, stage_ends_at=timezone.now() - timedelta(minutes=9))
    stages.lengthen(round=round, seen=S.STORY, seconds=60, by=alice)
    assert Round.objects.get().seconds_left in (59, 60)


def test_less_time_never_ends_before_now(alice: User) -> None:
    round = stages.move(round=a_round(alice, S.ARRIVAL), seen=S.ARRIVAL, to=S.STORY, by=alice)
    stages.lengthen(round=round, seen=S.STORY, seconds=-24 * 60 * 60, by=alice)
    found = Round.objects.get()
    assert found.seconds_left == 0
    assert found.stage_ends_at is not None
    assert found.stage_started_at is not None
    assert found.stage_ends_at >= found.stage_started_at


def test_two_facilitators_giving_a_minute_at_once_give_one(alice: User) -> None:
    round = stages.move(round=a_round(alice, S.ARRIVAL), seen=S.ARRIVAL, to=S.STORY, by=alice)
    end = round.stage_ends_at
    assert end is not None
    stages.lengthen(round=round, seen=S.STORY, seen_end=end, seconds=60, by=alice)
    with pytest.raises(StageMovedOn, match="just been changed"):
        stages.lengthen(round=round, seen=S.STORY, seen_end=end, seconds=60, by=alice)
    assert Round.objects.get().stage_ends_at == end + timedelta(seconds=60)


@pytest.mark.parametrize(("seen", "ends"), [(S.STORY, True), (S.ARRIVAL, False)])
def test_time_cannot_be_added_to_a_stage_that_moved_on_or_has_none(alice: User, seen: Stage, *, ends: bool) -> None:
    round = a_round(alice, S.ARRIVAL, stage_ends_at=timezone.now() if ends else None)
    with pytest.raises(StageMovedOn):
        stages.lengthen(round=round, seen=seen, seconds=60, by=alice)


def another_prompt(round: Round, text: str = "What stays with you?") -> Prompt:
    return Prompt.objects.create(round=round, position=1, text=text)


@pytest.mark.parametrize("stage", list(Stage))
def test_a_question_is_asked_after_the_story_and_before_the_threshold_only(alice: User, stage: Stage) -> None:
    round = a_round(alice, stage)
    prompt = another_prompt(round)
    if stage in (S.SILENCE, S.REFLECTION, S.THREADS):
        stages.ask(round=round, prompt=prompt, by=alice)
        assert Round.objects.get().current_prompt == prompt
    else:
        with pytest.raises(StageMovedOn):
            stages.ask(round=round, prompt=prompt, by=alice)
        assert Round.objects.get().current_prompt == round.current_prompt


def test_another_rounds_question_cannot_be_asked(alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    theirs = another_prompt(factories.round_(factories.programme("Elsewhere"), stage=S.REFLECTION))
    with pytest.raises(Refused):
        stages.ask(round=round, prompt=theirs, by=alice)


def test_the_earlier_questions_reactions_stay_with_it(alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    earlier = round.current_prompt
    tell(round, "one", "two", "three")
    stages.ask(round=round, prompt=another_prompt(round), by=alice)
    assert {(reaction.text, reaction.prompt) for reaction in Reaction.objects.all()} == {
        ("one", earlier),
        ("two", earlier),
        ("three", earlier),
    }


def test_of_two_questions_asked_at_once_the_first_stands(alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    assert round.current_prompt is not None
    seen = round.current_prompt.public_id
    first, second = another_prompt(round), another_prompt(round, "What else?")
    stages.ask(round=round, prompt=first, seen=seen, by=alice)
    with pytest.raises(StageMovedOn, match="just asked another question"):
        stages.ask(round=round, prompt=second, seen=seen, by=alice)
    assert Round.objects.get().current_prompt == first


def test_asking_what_is_being_asked_already_changes_nothing(alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    tell(round, "one", "two", "three")
    assert round.current_prompt is not None
    before = Round.objects.get().revision
    stages.ask(round=round, prompt=round.current_prompt, by=alice)
    assert Round.objects.get().revision == before
    assert not Reaction.objects.exists()


def test_that_the_room_was_big_enough_is_remembered_once(alice: User) -> None:
    round = a_round(alice, S.ARRIVAL, room_was_big_enough=False)
    stages.note_room_big_enough(round=round)
    stages.note_room_big_enough(round=round)
    found = Round.objects.get()
    assert (found.room_was_big_enough, found.revision) == (True, 1)
