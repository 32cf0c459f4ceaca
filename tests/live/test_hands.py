"""Two facilitators at two consoles, over real sockets: each sees the other's hand, and neither is in the way."""

from __future__ import annotations

import pytest

from rounds import stages
from rounds.models import Stage
from rounds.refusals import StageMovedOn
from tests import factories
from tests.live.conftest import House, Phone
from tests.live.test_trouble import console, signed_in


def hands(phone: Phone, until: str) -> str:
    """What the console shows of everybody's hands, once it shows this."""
    shown = ""
    while until not in shown:
        shown = phone.next().get("html", {}).get("hands", "")
    return shown


def test_two_consoles_at_once_go_on_and_each_sees_the_others_hand(server: House) -> None:
    round = factories.round_(stage=Stage.ARRIVAL)
    alice, bea = (factories.facilitator(f"{name}-hands", of=round.programme) for name in ("alice", "bea"))
    round.facilitators.set([alice, bea])
    both = [console(server, round, person, signed_in(person)) for person in (alice, bea)]
    for one in both:
        one.next("snapshot")
    stages.move(round=round, seen=Stage.ARRIVAL, to=Stage.STORY, by=alice)
    assert hands(both[1], "Alice-Hands") == hands(both[0], "Alice-Hands")
    with pytest.raises(StageMovedOn):  # pressed in the same moment, from what she still saw: told, and nothing undone
        stages.move(round=round, seen=Stage.ARRIVAL, to=Stage.STORY, by=bea)
    stages.lengthen(round=round, seen=Stage.STORY, seconds=60, by=bea)
    seen = [hands(one, "Bea-Hands") for one in both]
    assert seen[0] == seen[1]
    assert seen[0].index("Bea-Hands") < seen[0].index("Alice-Hands")
    late = console(server, round, bea, signed_in(bea)).next("snapshot")
    assert late["html"]["hands"] == seen[0]
