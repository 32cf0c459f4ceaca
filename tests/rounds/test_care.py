"""Care for the people in the room, as it stands on the screens: the cards, the door, the goodbye."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from rounds import cards, reactions, stages
from rounds.models import Kind, Reaction, Round, Stage
from tests import factories
from tests.rounds.consoles import region, rows
from tests.rounds.looking import look, to, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_() -> Round:
    return factories.round_(stage=Stage.ARRIVAL)


def test_every_card_can_be_reached_in_every_stage_and_stands_there_once(round_: Round) -> None:
    for stage in Stage:
        shown = region("cards", to(round_, stage))
        for card in cards.CARDS:
            assert shown.count(f"<summary>{card.title}</summary>") == 1, (stage, card.title)


def test_the_cards_that_help_in_a_stage_come_first(round_: Round) -> None:
    def first(stage: Stage) -> str:
        return region("cards", to(round_, stage)).split("At any time")[0]

    assert "Somebody gives advice" in first(Stage.REFLECTION)
    assert "Not a word was written" in first(Stage.REFLECTION)
    assert "The panel is being examined" in first(Stage.STORY)
    assert "Somebody gives advice" not in first(Stage.STORY)
    assert "Likely just now" not in first(Stage.CLOSED)


def test_those_who_lead_are_told_at_the_door_to_listen_first(round_: Round) -> None:
    for audience in ("room", "wall"):
        assert "If you lead people here: listen first" in words(look(round_, audience)["arrival"])


def test_the_goodbye_says_how_to_look_after_each_other_and_only_a_real_round_promises_to_tell_back(
    round_: Round,
) -> None:
    said = words(look(to(round_, Stage.CLOSING))["closing"])
    assert [said.index(step) for step in ("Notice", "Acknowledge", "Offer")] == sorted(
        said.index(step) for step in ("Notice", "Acknowledge", "Offer")
    )
    assert "is told at the start of the next round" in words(look(round_, "wall")["closing"])
    Round.objects.filter(pk=round_.pk).update(rehearsal=True)
    for stage, name in ((Stage.CLOSING, "closing"), (Stage.CLOSED, "closed")):
        for audience in ("room", "wall"):
            said = words(look(to(round_, stage), audience)[name])
            assert "rehearsal" in said
            assert "next round" not in said


def test_advice_set_aside_is_found_again_in_the_circle_and_can_begin_an_action(round_: Round) -> None:
    alice = factories.facilitator(of=round_.programme)
    advice = factories.reaction(to(round_, Stage.REFLECTION), "They should hire a porter.")
    reactions.move(round=round_, reaction=advice.pk, to=Reaction.State.ASIDE, by=alice)
    desk = Client()
    desk.force_login(alice)
    for stage in (Stage.REFLECTION, Stage.THREADS, Stage.THRESHOLD, Stage.CIRCLE, Stage.CLOSING):
        row = rows("aside", to(round_, stage))[advice.pk]
        assert ("Begin an action with it" in row) == (stage == Stage.CIRCLE)
        assert "hire a porter" not in "".join([*look(round_).values(), *look(round_, "wall").values()])
    Round.objects.filter(pk=round_.pk).update(crossed_threshold=True)
    shape = f"{reverse('action-shape', args=[round_.public_id])}?later={advice.pk}"
    form = desk.get(shape, headers={"hx-request": "true"}).content.decode()
    assert "They should hire a porter." in form.split("<form")[0]
    assert "They should hire a porter." not in form.split("<form")[1]  # an action is in the group's words
    later = factories.round_(round_.programme, stage=Stage.CIRCLE, kind=Kind.CIRCLE, continues=round_)
    assert "Give back" not in rows("aside", later)[advice.pk]
    stranger = factories.round_(factories.programme("Elsewhere"), stage=Stage.CIRCLE)
    assert rows("aside", stranger) == {}


def test_two_facilitators_see_each_others_hand_and_one_alone_sees_none(round_: Round) -> None:
    alice, bea = (factories.facilitator(name, of=round_.programme) for name in ("alice", "bea"))
    stages.move(round=round_, seen=Stage.ARRIVAL, to=Stage.STORY, by=alice)
    assert region("hands", round_) == ""
    round_.facilitators.set([alice, bea])
    assert "Alice moved the round to story" in words(region("hands", round_))
    stages.lengthen(round=round_, seen=Stage.STORY, seconds=60, by=bea)
    said = words(region("hands", round_))
    assert said.index("Bea changed the time") < said.index("Alice moved the round")
    for audience in ("room", "wall"):
        assert "Alice" not in "".join(look(round_, audience).values())
