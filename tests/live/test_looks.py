"""A look asks the database once for what several screens show, however many reactions there are."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from rounds import voices
from rounds.live import pictures
from rounds.live.doorbell import announce
from rounds.live.regions import AUDIENCES
from rounds.live.screens import released
from rounds.models import Prompt, Reaction, Round, Stage
from rounds.reactions import MINE_TOO
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
State = Reaction.State


@pytest.fixture
def round() -> Round:
    return factories.round_(stage=Stage.REFLECTION)


def look_again(round: Round) -> list[str]:
    """What a look asks after the reactions have changed."""
    pictures.look(round.pk, AUDIENCES)
    with transaction.atomic():
        announce(round, "reactions")
    with CaptureQueriesContext(connection) as asked:
        pictures.look(round.pk, AUDIENCES)
    return [query["sql"] for query in asked.captured_queries]


@pytest.mark.parametrize("number", [1, 3])
def test_three_audiences_share_one_reading_of_the_reactions(round: Round, number: int) -> None:
    for _ in range(number):
        factories.reaction(round)
    asked = look_again(round)
    assert sum('FROM "rounds_reaction"' in query for query in asked) == 1
    # Round, topics, reactions, questions, voices and their sums; answers, and the phones' boxes of
    # them; who pressed what, and whose round it is.
    assert len(asked) == 10


def test_nothing_is_remembered_from_one_look_to_the_next(round: Round) -> None:
    reaction = factories.reaction(round, "still here")
    pictures.look(round.pk, AUDIENCES)
    reaction.delete()
    with transaction.atomic():
        announce(round, "reactions")
    assert not pictures.look(round.pk, ["room"])["room"].rows["reactions"]


def test_outside_a_look_nothing_is_remembered_at_all(round: Round) -> None:
    factories.reaction(round)
    assert len(released.reactions(round)) == 1
    factories.reaction(round)
    assert len(released.reactions(round)) == 2


def test_each_audience_sees_what_is_for_it(round: Round) -> None:
    later = Prompt.objects.create(round=round, text="And now?", position=1)
    said = {state: factories.reaction(round, f"it is {state}") for state in State}
    Reaction.objects.filter(pk=said[State.FORWARD].pk).update(prompt=later)
    for state, reaction in said.items():
        Reaction.objects.filter(pk=reaction.pk).update(state=state)
    factories.reaction(round, "")
    for voice in "abc":
        voices.say(round=round, kind=MINE_TOO, target=said[State.RELEASED].pk, voice=voice)
    shown = {said[State.RELEASED].pk, said[State.FORWARD].pk}
    seen = pictures.look(round.pk, AUDIENCES)
    room, console = seen["room"].rows["reactions"], seen["console"].rows
    assert set(room) == shown
    assert ["thers too" in room[key].html for key in sorted(shown)] == [
        key == said[State.RELEASED].pk for key in sorted(shown)
    ]
    assert "And now?" in room[said[State.FORWARD].pk].html
    assert set(console["released"]) == shown  # nothing just now: a line above, and no card
    assert set(console["held"]) == {said[State.HELD].pk}
    assert set(console["aside"]) == {said[State.ASIDE].pk}
    assert "it is forward" in seen["wall"].html["reflection"]
    assert "it is released" not in seen["wall"].html["reflection"]
