"""“Nothing just now” is welcome: it is kept and released like the rest, and nobody has to read or sort it."""

from __future__ import annotations

import pytest

from facilitation import groups
from rounds.live import regions
from rounds.live.regions import Audience, ListRegion
from rounds.models import Round, Stage
from tests import factories
from tests.rounds.consoles import region, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def reflecting() -> Round:
    return factories.round_(stage=Stage.REFLECTION)


def _region(audience: Audience, name: str) -> regions.AnyRegion:
    return next(region for region in regions.of(audience) if region.name == name)


def _rows(audience: Audience, name: str, round: Round) -> set[str]:
    region = _region(audience, name)
    assert isinstance(region, ListRegion)
    return set(region.current(round))


def test_the_room_reads_words_and_feelings_and_hears_of_the_rest_in_one_line(reflecting: Round) -> None:
    factories.reaction(reflecting, "", feelings=["nothing_just_now"])
    felt = factories.reaction(reflecting, "", feelings=["numb"])
    said = factories.reaction(reflecting, "I sat down.", feelings=["nothing_just_now"])

    assert _rows("room", "reactions", reflecting) == {felt.pk, said.pk}
    line = _region("room", "quiet")
    assert isinstance(line, regions.Region)
    assert "nothing just now" in line.html(reflecting)
    assert _rows("console", "released", reflecting) == {felt.pk, said.pk}
    assert "nothing just now" in region("filter", reflecting)


def test_nobody_begins_an_action_with_what_says_nothing(reflecting: Round) -> None:
    quiet = factories.reaction(reflecting, "", feelings=["nothing_just_now"], state="aside")
    said = factories.reaction(reflecting, "No time.", state="aside")
    Round.objects.update(stage=Stage.CIRCLE)
    aside = rows("aside", Round.objects.get())

    assert "Begin an action with it" in aside[said.pk]
    assert "Begin an action with it" not in aside[quiet.pk]
    assert "Give back to the room" in aside[quiet.pk]


def test_nothing_is_said_of_nothing_where_everybody_wrote(reflecting: Round) -> None:
    factories.reaction(reflecting, "I sat down.")

    line = _region("room", "quiet")
    assert isinstance(line, regions.Region)
    assert line.html(reflecting) == ""


def test_nobody_is_asked_to_sort_what_says_nothing(reflecting: Round) -> None:
    factories.reaction(reflecting, "", feelings=["nothing_just_now"])
    felt = factories.reaction(reflecting, "", feelings=["numb"])

    assert [reaction.pk for reaction in groups.loose_reactions(reflecting)] == [felt.pk]
