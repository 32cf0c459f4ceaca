"""In the circle, too: what facilitators should see first comes to them first."""

from __future__ import annotations

import pytest

from facilitation import barriers, circle
from facilitation.models import Proposal, Theme
from rounds.live import regions
from rounds.live.messages import Sender
from rounds.models import Disclosure, Round, Stage, User
from tests import factories
from tests.rounds.consoles import region, rows

pytestmark = pytest.mark.django_db
UNSAFE = "I was not safe"
NAMES = "Ask Mrs Kaur to run the desk"
AT_RISK = "Somebody must stop my manager, he bullies me"


@pytest.fixture
def round(alice: User) -> Round:
    return factories.round_(alice.memberships.get().programme, stage=Stage.CIRCLE, floor=3)


def shown(round: Round, *audiences: regions.Audience) -> str:
    fresh = Round.objects.select_related("programme", "current_prompt").get(pk=round.pk)
    places = [place for audience in audiences for place in regions.of(audience)]
    lists = [place for place in places if isinstance(place, regions.ListRegion)]
    whole = [place.html(fresh) for place in places if isinstance(place, regions.Region) and place.name != "barriers"]
    return "".join(
        [*whole, *(place.row_html(key, row) for place in lists for key, row in place.current(fresh).items())]
    )


def test_i_was_not_safe_comes_to_the_facilitators_and_to_the_room_once_they_wrote_it_down(
    round: Round, alice: User
) -> None:
    theme: Theme = factories.theme(round)
    for number in range(3):
        sender = Sender(round=round, voice=f"voice {number}")
        barriers.choose(
            sender=sender, nonce=f"n{number}", theme=theme.public_id, barrier=["unsafe_here", "space_and_kit"]
        )
    assert UNSAFE not in shown(round, "wall", "room")
    assert "The place or the kit was wrong" in shown(round, "wall")
    assert "Only you see that so far" in region("circle_themes", round)
    barriers.fix(round=round, theme=theme.public_id, barriers=["unsafe_here"], by=alice)
    assert UNSAFE in shown(round, "wall")


def test_a_proposal_that_names_a_person_or_may_be_a_disclosure_is_read_first(round: Round, alice: User) -> None:
    texts = (NAMES, AT_RISK, "Longer handovers", "A chair by every bed", "Somewhere to cry")
    for number, text in enumerate(texts):
        sender = Sender(round=round, voice=f"voice {number}")
        circle.propose(sender=sender, nonce=f"n{number}", theme="", offer="change", text=text, reply="A" * 43)
    circle.release(round=round, by=alice)
    assert not any(text in shown(round, "wall", "room") for text in (NAMES, AT_RISK))
    assert "Longer handovers" in shown(round, "room")
    assert "It may name a person." in "".join(rows("proposals_aside", round).values())
    assert AT_RISK in "".join(rows("proposal_disclosures", round).values())
    assert "Please read, quietly" in region("disclosure_sign", round)
    held = Proposal.objects.get(text=AT_RISK)
    circle.set_aside(round=round, proposal=held.pk, aside=False, by=alice)
    assert AT_RISK in shown(round, "room")
    assert not Disclosure.objects.exists()
