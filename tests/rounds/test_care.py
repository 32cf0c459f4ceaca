"""Care for the people in the room, as it stands on the screens: the cards, the door, the goodbye."""

from __future__ import annotations

import pytest

from rounds import cards
from rounds.models import Round, Stage
from tests import factories
from tests.rounds.consoles import region
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
