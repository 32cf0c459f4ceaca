"""While people write, fewer than five are never shown at once, however small the room may be."""

from __future__ import annotations

import pytest

from rounds import flowing, gathering, reactions
from rounds.models import Reaction, ReleasePolicy, Stage
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_batch_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flowing, "_last", {})


@pytest.mark.parametrize(("written", "shown"), [(4, 0), (5, 5)])
def test_a_flowing_question_shows_five_at_once_also_where_three_may_write(written: int, shown: int) -> None:
    round = factories.round_(stage=Stage.REFLECTION, floor=3)
    prompt = round.current_prompt
    assert prompt is not None
    prompt.policy = ReleasePolicy.FLOWING
    prompt.save()
    said = {"text": "a", "feelings": []}
    for number in range(written):
        gathering.put(round=round, basket=prompt.basket, nonce=f"n{number}", voice=f"v{number}", payload=said)

    reactions.release_due(round=round)

    assert Reaction.objects.of(round).count() == shown
    if not shown:
        alice = factories.facilitator(of=round.programme)
        with pytest.raises(Refused):
            reactions.release(round=round, by=alice)
