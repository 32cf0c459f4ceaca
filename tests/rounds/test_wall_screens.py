"""What stands on the wall: one thing for the whole room, and nobody counted."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from rounds import reactions, stages
from rounds.live.messages import Sender
from rounds.models import Prompt, Reaction, Round, Stage
from tests import factories
from tests.rounds.looking import look, to, wait, words

pytestmark = pytest.mark.django_db


def test_the_wall_brings_people_in() -> None:
    round = factories.round_(stage=Stage.ARRIVAL, join_code="K7QX3MWT")
    shown = look(round, "wall")["arrival"]
    assert "K7QX" in shown
    assert "3MWT" in shown
    assert "<svg" in shown
    assert "style=" not in shown
    assert "You can just listen." in shown


def test_the_content_note_is_on_the_wall_while_people_come_in() -> None:
    round = factories.round_(stage=Stage.ARRIVAL, content_note="A child <i>dies</i>.")
    assert "In this story: A child &lt;i&gt;dies&lt;/i&gt;." in look(round, "wall")["arrival"]
    type(round.story).objects.update(withdrawn=True)
    assert "A child" not in look(round, "wall")["arrival"]
    assert "In this story" not in look(factories.round_(stage=Stage.ARRIVAL), "wall")["arrival"]


def test_a_locked_door_shows_no_code() -> None:
    shown = look(factories.round_(stage=Stage.ARRIVAL, join_code="K7QX3MWT", joining_locked=True), "wall")["arrival"]
    assert "K7QX" not in shown
    assert "<svg" not in shown


def test_whoever_comes_late_or_back_finds_the_code_but_never_on_a_still_wall_or_behind_a_locked_door() -> None:
    round = factories.round_(stage=Stage.REFLECTION, join_code="K7QX3MWT")
    with_code = [stage for stage in Stage if "3MWT" in "".join(look(to(round, stage), "wall").values())]
    assert with_code == [Stage.ARRIVAL, Stage.REFLECTION, Stage.THREADS, Stage.CIRCLE, Stage.CLOSING]
    Round.objects.update(joining_locked=True)
    assert not any("3MWT" in "".join(look(to(round, stage), "wall").values()) for stage in Stage)


def test_the_wall_shows_the_question_until_one_sentence_is_brought_forward() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    reaction = factories.reaction(round, "Someone <i>sat</i> down.", feelings=["tender"])
    assert "sat down" not in look(round, "wall")["reflection"]
    assert "When has something small" in look(round, "wall")["reflection"]
    Reaction.objects.filter(pk=reaction.pk).update(state=Reaction.State.FORWARD)
    shown = look(round, "wall")["reflection"]
    assert "Someone &lt;i&gt;sat&lt;/i&gt; down." in shown
    assert "tender" in shown


def test_a_new_question_has_the_wall_to_itself() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    reaction = factories.reaction(round, "Someone sat down.", state=Reaction.State.FORWARD)
    second = Prompt.objects.create(round=round, text="And now?", position=1)
    stages.ask(round=round, prompt=second, by=factories.facilitator(of=round.programme))
    shown = look(round, "wall")["reflection"]
    assert "And now?" in shown
    assert "sat down" not in shown
    reaction.refresh_from_db()
    assert reaction.state == Reaction.State.RELEASED


def test_a_sentence_brought_forward_in_the_threads_has_the_wall_until_the_round_moves_on() -> None:
    round = factories.round_(stage=Stage.THREADS, reached_reflection=True)
    factories.reaction(round, "Someone sat down.", state=Reaction.State.FORWARD)
    shown = look(round, "wall")
    assert set(shown) == {"forward", "door"}
    assert "Someone sat down." in shown["forward"]
    alice = factories.facilitator(of=round.programme)
    stages.move(round=round, seen=Stage.THREADS, to=Stage.REFLECTION, by=alice)
    stages.move(round=round, seen=Stage.REFLECTION, to=Stage.THREADS, by=alice)
    assert set(look(round, "wall")) == {"themes", "door"}


def test_a_sentence_of_another_round_is_never_on_this_wall() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    strange = factories.round_(factories.programme("Hillside"), stage=Stage.REFLECTION)
    factories.reaction(strange, "strange one", state=Reaction.State.FORWARD)
    assert "strange one" not in look(round, "wall")["reflection"]


@pytest.mark.parametrize("length", [1, 46, 101, 201, 351, 621, 1101, 2000])
def test_the_sentence_has_a_size_by_its_length(length: int) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    factories.reaction(round, "x" * length, state=Reaction.State.FORWARD)
    steps = {1: 1, 46: 2, 101: 3, 201: 4, 351: 5, 621: 6, 1101: 7, 2000: 7}
    assert f"wall-sentence--{steps[length]}" in look(round, "wall")["reflection"]


@pytest.mark.parametrize("stage", list(Stage))
def test_no_number_of_people_is_on_the_wall(stage: Stage) -> None:
    round = factories.round_(stage=Stage.REFLECTION, join_code="KQXMWTBC")
    wait(round, 14)
    reaction = factories.reaction(round, state=Reaction.State.FORWARD)
    for voice in range(14):
        reactions.mine_too(sender=Sender(round=round, voice=str(voice)), nonce="n", reaction=reaction.pk)
    to(round, stage)
    said = words(re.sub(r"<svg.*?</svg>", "", "".join(look(round, "wall").values()), flags=re.DOTALL))
    assert not re.search(r"\b1[0-9]\b|\babout\b", said.replace("127.0.0.1", ""))


def test_the_pause_before_the_circle_is_on_both_screens() -> None:
    round = factories.round_(stage=Stage.THRESHOLD, stage_ends_at=timezone.now() + timedelta(seconds=30))
    for audience in ("room", "wall"):
        shown = look(round, audience)["threshold"]
        assert "Until now nothing had to be solved." in shown
        assert "data-until=" in shown
