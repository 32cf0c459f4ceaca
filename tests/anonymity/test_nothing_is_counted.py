"""Numbers on a screen are rough: what lies between two of their steps changes no byte for anybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from facilitation import circle, themes
from rounds import closing, reactions, voices
from rounds.live.regions import AUDIENCES
from rounds.models import Round, Stage
from tests import factories
from tests.rounds.looking import look, wait

pytestmark = pytest.mark.django_db
MOST = 26


def everybody_sees(round: Round) -> dict[str, dict[str, str]]:
    return {audience: look(round, audience) for audience in AUDIENCES}


def pictures(round: Round, one_more: Callable[[int], None]) -> list[int]:
    """How many numbers in a row look the same to everybody, for each look there is while they grow to MOST."""
    runs, before = [0], everybody_sees(round)
    for number in range(MOST):
        now = everybody_sees(round)
        if now != before:
            runs.append(0)
        runs[-1] += 1
        before = now
        one_more(number)
    return runs[:-1]  # the last one goes on


def test_how_many_have_written_is_rough_for_everybody() -> None:
    round = factories.round_(stage=Stage.REFLECTION, floor=30)
    steps: dict[str, list[int]] = {"room": [], "wall": [], "console": []}
    before = everybody_sees(round)
    for number in range(1, MOST):
        wait(round, 1)
        now = everybody_sees(round)
        for audience, seen in steps.items():
            if now[audience] != before[audience]:
                seen.append(number)
        before = now
    # Where a step lies is drawn for each round and known to nobody. Two screens that step at different places would
    # tell an exact number between them; and nobody who starts writing is pointed at.
    assert steps["room"] == steps["console"]
    assert steps["wall"] == []
    assert 2 <= len(steps["room"]) <= 4
    assert steps["room"][0] >= 5


def kept_company(round: Round) -> tuple[str, str]:
    return reactions.MINE_TOO, factories.reaction(round).pk


def rang_true(round: Round) -> tuple[str, str]:
    theme = factories.lay(factories.theme(round), factories.reaction(round))
    return themes.RINGS_TRUE, theme.public_id


def offered_help(round: Round) -> tuple[str, str]:
    return circle.HELP, factories.proposal(round).pk


def stood_in_the_way(round: Round) -> tuple[str, str]:
    return themes.BARRIER, f"{factories.theme(round).public_id}:space_and_kit"


def were_of_a_group(round: Round) -> tuple[str, str]:
    return closing.STAFF_GROUP, "students"


@pytest.mark.parametrize(
    ("stage", "of"),
    [
        (Stage.REFLECTION, kept_company),
        (Stage.THREADS, rang_true),
        (Stage.CIRCLE, offered_help),
        (Stage.CIRCLE, stood_in_the_way),
        (Stage.CLOSING, were_of_a_group),
    ],
)
def test_how_many_joined_in_is_rough_for_everybody(stage: str, of: Callable[[Round], tuple[str, str]]) -> None:
    round = factories.round_(stage=stage, staff_groups=["students"])
    kind, target = of(round)

    def one_more(number: int) -> None:
        voices.say(round=round, kind=kind, target=target, voice=f"voice {number}")

    runs = pictures(round, one_more)
    assert runs[:1] == [] or runs[0] >= voices.COMPANY
    assert all(run > 1 for run in runs)
