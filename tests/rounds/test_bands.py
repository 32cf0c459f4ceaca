"""Bands on live screens: the same for everybody, other steps in every round, and none after the seal."""

from __future__ import annotations

import pytest

from rounds import bands, keys
from rounds.models import Round, Stage
from tests import factories

pytestmark = pytest.mark.django_db


def steps(round: Round, what: str = "prompt:x") -> list[int]:
    """At which numbers the words change."""
    said = [bands.about(round=round, what=what, number=number) for number in range(200)]
    return [number for number in range(1, 200) if said[number] != said[number - 1]]


def test_the_steps_stay_where_they_are_while_a_round_is_open() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    assert steps(round) == steps(round)
    assert bands.about(round=round, what="prompt:x", number=4) is None
    assert bands.about(round=round, what="prompt:x", number=7) == "about 5"


def test_another_round_and_another_question_have_other_steps() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    stranger = factories.round_(factories.programme("Hillside"), stage=Stage.REFLECTION)
    assert steps(round) != steps(stranger)
    assert steps(round) != steps(round, "prompt:y")


def test_without_a_key_there_is_nothing_left_to_hide() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    keys.destroy(round)
    assert steps(round)[:4] == [5, 8, 15, 25]
