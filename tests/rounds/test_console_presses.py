"""The presses of the console: stage, time, question and door; twice, too late, and two at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rounds import closing, keys, rooms
from rounds.live.messages import Sender
from rounds.models import Prompt, Reaction, Round, RoundTopic, StaffAct, Stage, User
from rounds.refusals import StageMovedOn
from tests import factories
from tests.rounds.consoles import a_round, press, region

pytestmark = pytest.mark.django_db
S = Stage


def test_the_stage_moves_and_a_second_facilitator_is_told(desk: Client, alice: User) -> None:
    round = a_round(alice, S.ARRIVAL)
    bea = Client()
    bea.force_login(factories.facilitator("bea", of=round.programme))
    assert press(desk, "console-move", round, seen="arrival", to="story") == (200, "")
    status, words = press(bea, "console-move", round, seen="arrival", to="story")
    assert status == 409
    assert "already moved the round on" in words
    assert Round.objects.get().stage == S.STORY


@pytest.mark.parametrize("said", [{"seen": "arrival", "to": "moon"}, {"seen": "", "to": "story"}, {"seen": "arrival"}])
def test_a_move_that_makes_no_sense_is_refused_in_words(desk: Client, alice: User, said: dict[str, str]) -> None:
    round = a_round(alice, S.ARRIVAL)
    status, words = press(desk, "console-move", round, **said)
    assert (status, words) == (409, "The round has moved on.")


def test_closing_the_round_seals_it_at_once(desk: Client, alice: User) -> None:
    round = a_round(alice, S.CLOSING)
    kept = factories.reaction(round, "I sat down.")
    status, words = press(desk, "console-move", round, seen="closing", to="closed")
    assert status == 200
    assert "sealed" in words
    found = Round.objects.get()
    assert found.stage == S.CLOSED
    assert found.sealed_at is not None
    assert Reaction.objects.get().pk != kept.pk
    with pytest.raises(keys.KeyGone):
        keys.derived(round.public_id, "ticket")


def test_a_screen_that_looks_only_after_the_seal_still_learns_that_the_round_is_over(desk: Client, alice: User) -> None:
    round = a_round(alice, S.CLOSING)
    press(desk, "console-move", round, seen="closing", to="closed")
    found = Round.objects.get()
    assert RoundTopic.objects.get(round=found, topic="stage").revision == found.revision


def test_what_people_said_at_the_end_is_shown_after_the_seal_and_never_below_five(desk: Client, alice: User) -> None:
    few, many = a_round(alice, S.CLOSING), a_round(alice, S.CLOSING)
    for round, count in ((few, 3), (many, 10)):
        for number in range(count):
            sender = Sender(round=round, voice=str(number))
            answer = "yes" if number % 2 else "no"
            closing.give_feedback(sender=sender, nonce=str(number), answers={"again": answer})
        assert "I would come again." not in region("end", round)
        press(desk, "console-move", round, seen="closing", to="closed")
    assert "Too few people answered at the end to show anything of it." in region("end", few)
    assert "<table" not in region("end", few)
    assert "I would come again." in region("end", many)
    assert "about 5" in region("end", many)


def test_the_table_at_the_end_leaves_out_what_cannot_be_shown(desk: Client, alice: User) -> None:
    round = a_round(alice, S.CLOSING, staff_groups=["nursing_midwifery", "students"])
    for number in range(12):
        sender = Sender(round=round, voice=str(number))
        answers = {"again": "yes" if number % 2 else "no", "safe": "yes"}
        closing.give_feedback(sender=sender, nonce=str(number), answers=answers)
    press(desk, "console-move", round, seen="closing", to="closed")
    shown = region("end", round)
    assert "I would come again." in shown
    assert "each was all right" not in shown  # all twelve said so: the rest would be none
    assert "Did not say so" in shown
    assert "not shown" not in shown
    assert "Staff group" not in shown


def test_a_minute_is_given_once_by_two_presses_of_the_same_screen(desk: Client, alice: User) -> None:
    end = timezone.now() + timedelta(minutes=5)
    round = a_round(alice, S.STORY, stage_ends_at=end)
    shown = re.search(r'name="end" value="([^"]+)"', region("controls", round))
    assert shown
    said = {"seen": "story", "end": shown[1], "change": "minute"}
    assert press(desk, "console-time", round, **said)[0] == 200
    assert press(desk, "console-time", round, **said)[0] == 409
    assert Round.objects.get().stage_ends_at == end + timedelta(minutes=1)


def test_a_stage_can_be_ended_early_but_not_the_pause(desk: Client, alice: User) -> None:
    end = timezone.now() + timedelta(minutes=5)
    story = a_round(alice, S.STORY, stage_ends_at=end)
    assert press(desk, "console-time", story, seen="story", change="up")[0] == 200
    assert Round.objects.get(pk=story.pk).seconds_left == 0
    pause = a_round(alice, S.THRESHOLD, stage_ends_at=end)
    status, words = press(desk, "console-time", pause, seen="threshold", change="up")
    assert status == 409
    assert "cannot be cut short" in words


def test_the_next_question_is_asked(desk: Client, alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    assert round.current_prompt is not None
    following = Prompt.objects.create(round=round, position=1, text="What stays with you?")
    assert following.text in region("question", round)
    said = {"prompt": following.public_id, "seen": round.current_prompt.public_id}
    assert press(desk, "console-ask", round, **said)[0] == 200
    assert Round.objects.get().current_prompt == following


def test_a_question_changed_in_the_silence_is_said_to_come_later(desk: Client, alice: User) -> None:
    round = a_round(alice, S.SILENCE)
    second = Prompt.objects.create(round=round, text="And now?", position=1)
    assert round.current_prompt is not None
    said = {"prompt": second.public_id, "seen": round.current_prompt.public_id}
    assert press(desk, "console-ask", round, **said)[1] == "It will be asked when the reflection opens."


def test_a_question_written_in_the_moment_is_asked_once_and_gathered_together(desk: Client, alice: User) -> None:
    round = a_round(alice, S.REFLECTION)
    assert round.current_prompt is not None
    Prompt.objects.update(policy="flowing")
    said = {"text": "  What would she say?  ", "seen": round.current_prompt.public_id}
    assert press(desk, "console-ask", round, **said)[0] == 200
    assert press(desk, "console-ask", round, **said)[0] == 200  # a double submit
    made = Prompt.objects.get(text="What would she say?")
    assert Round.objects.get().current_prompt == made
    assert (made.position, made.policy) == (1, "together")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "no question in it"), ("x" * 301, "under 300 characters"), ("a\x07b", "cannot be shown")],
)
def test_a_question_that_cannot_be_asked_is_refused_in_words(desk: Client, alice: User, text: str, words: str) -> None:
    round = a_round(alice, S.REFLECTION)
    status, answer = press(desk, "console-ask", round, text=text)
    assert status == 409
    assert words in answer
    assert round.prompts.count() == 1


def test_a_question_written_too_late_is_refused_and_not_kept(desk: Client, alice: User) -> None:
    round = a_round(alice, S.CIRCLE)
    assert press(desk, "console-ask", round, text="And now?")[0] == 409
    assert round.prompts.count() == 1


def test_another_rounds_question_is_not_one_of_these(desk: Client, alice: User) -> None:
    theirs = factories.round_(factories.programme("Elsewhere"), stage=S.REFLECTION).current_prompt
    assert theirs is not None
    assert press(desk, "console-ask", a_round(alice, S.REFLECTION), prompt=theirs.public_id)[0] == 409


def test_a_new_code_replaces_the_old_one_once(desk: Client, alice: User) -> None:
    round = a_round(alice, S.ARRIVAL)
    assert press(desk, "console-code", round, seen=round.join_code)[0] == 200
    new = Round.objects.get().join_code
    assert new != round.join_code
    status, words = press(desk, "console-code", round, seen=round.join_code)
    assert status == 409
    assert "already" in words
    assert Round.objects.get().join_code == new


def test_the_codes_themselves_are_not_written_into_the_record_of_what_staff_did(alice: User) -> None:
    round = a_round(alice, S.ARRIVAL)
    new = rooms.rotate_code(round=round, seen=round.join_code, by=alice)
    assert [act.what for act in StaffAct.objects.all()] == ["changed the join code"]
    assert new not in StaffAct.objects.get().what


def test_the_door_is_locked_and_unlocked_and_twice_is_once(desk: Client, alice: User) -> None:
    round = a_round(alice, S.ARRIVAL)
    press(desk, "console-lock", round, locked="yes")
    press(desk, "console-lock", round, locked="yes")
    assert Round.objects.get().joining_locked
    assert "nobody else can join" in region("arrival", round)
    press(desk, "console-lock", round, locked="no")
    assert not Round.objects.get().joining_locked
    assert [act.what for act in StaffAct.objects.all()] == ["locked the door", "unlocked the door"]


def test_a_closed_rounds_door_does_not_move(alice: User) -> None:
    round = a_round(alice, S.CLOSED)
    with pytest.raises(StageMovedOn):
        rooms.rotate_code(round=round, seen=round.join_code, by=alice)
    with pytest.raises(StageMovedOn):
        rooms.lock_joining(round=round, by=alice)
