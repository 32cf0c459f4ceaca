"""What may name a person, or may be a disclosure, is held at the release; nobody stands alone because of it."""

from __future__ import annotations

import pytest
from django.test import Client

from rounds import disclosures, reactions, sealing, stages
from rounds.live import regions
from rounds.live.messages import Sender
from rounds.models import Disclosure, Reaction, Round, Stage, User
from tests import factories
from tests.rounds.consoles import page, press, region, rows

pytestmark = pytest.mark.django_db
AT_RISK = "I don’t want to be here any more"
NAMES = "I sat with Mrs Kaur all night"
PLAIN = ("There was no chair.", "I went home late.", "The bleep kept going.", "Nobody asked.")


def gathered(by: User, *texts: str, floor: int = 3) -> Round:
    """A round in whose reflection each text was written by somebody else."""
    round = factories.round_(by.memberships.get().programme, stage=Stage.REFLECTION, floor=floor)
    assert round.current_prompt is not None
    for number, text in enumerate(texts):
        sender = Sender(round=round, voice=f"voice {number}")
        reactions.post(sender=sender, nonce=f"n{number}", prompt=round.current_prompt.public_id, text=text, feelings=[])
    return round


def states(round: Round) -> dict[str, tuple[str, str]]:
    return {one.text: (one.state, one.held_for) for one in Reaction.objects.of(round)}


def seen(round: Round) -> str:
    """Everything the phones and the wall show."""
    fresh = Round.objects.select_related("programme", "current_prompt").get(pk=round.pk)
    places = [*regions.of("room"), *regions.of("wall")]
    shown = [r.html(fresh) for r in places if isinstance(r, regions.Region)]
    lists = [r for r in places if isinstance(r, regions.ListRegion)]
    return "".join([*shown, *(r.row_html(key, row) for r in lists for key, row in r.current(fresh).items())])


def test_what_may_name_a_person_is_held_and_says_why_to_facilitators_alone(alice: User) -> None:
    round = gathered(alice, NAMES, *PLAIN)
    reactions.release(round=round, by=alice)
    assert states(round) == {NAMES: ("held", "name"), **dict.fromkeys(PLAIN, ("released", ""))}
    [row] = rows("held", round).values()
    assert NAMES in row
    assert "It may name a person." in row
    assert NAMES not in seen(round)
    assert PLAIN[0] in seen(round)


def test_a_facilitator_lets_it_be_shown(alice: User) -> None:
    round = gathered(alice, NAMES, *PLAIN)
    reactions.release(round=round, by=alice)
    held = Reaction.objects.get(text=NAMES)
    reactions.move(round=round, reaction=held.pk, to=Reaction.State.RELEASED, by=alice)
    assert states(round)[NAMES] == ("released", "")
    assert NAMES in seen(round)


def test_the_rest_of_a_batch_is_held_with_it_where_fewer_than_three_people_would_be_left(alice: User) -> None:
    round = gathered(alice, NAMES, *PLAIN[:2])
    reactions.release(round=round, by=alice)
    assert states(round) == {NAMES: ("held", "name"), **dict.fromkeys(PLAIN[:2], ("held", "company"))}
    assert not any(text in seen(round) for text in (NAMES, *PLAIN[:2]))
    rest = Reaction.objects.filter(text=PLAIN[0]).get()
    assert not reactions.move(round=round, reaction=rest.pk, to=Reaction.State.RELEASED, by=alice)
    held = Reaction.objects.get(text=NAMES)
    assert reactions.move(round=round, reaction=held.pk, to=Reaction.State.RELEASED, by=alice)
    assert set(states(round).values()) == {("released", "")}


def test_what_was_held_for_company_is_shown_with_the_next_batch(alice: User) -> None:
    round = gathered(alice, NAMES, *PLAIN[:2])
    reactions.release(round=round, by=alice)
    assert round.current_prompt is not None
    for number in range(3):
        sender = Sender(round=round, voice=f"later {number}")
        prompt = round.current_prompt.public_id
        reactions.post(sender=sender, nonce=f"later{number}", prompt=prompt, text=f"Later, {number}.", feelings=[])
    reactions.release(round=round, by=alice)
    assert [text for text, (state, _) in states(round).items() if state == "held"] == [NAMES]


def test_a_rest_that_joins_others_is_shown_and_what_names_a_person_in_it_is_held(alice: User) -> None:
    round = gathered(alice, *PLAIN)
    reactions.release(round=round, by=alice)
    assert round.current_prompt is not None
    for number, text in enumerate(("A last word.", NAMES)):
        sender = Sender(round=round, voice=f"last {number}")
        reactions.post(sender=sender, nonce=text, prompt=round.current_prompt.public_id, text=text, feelings=[])
    stages.move(round=round, seen=Stage.REFLECTION, to=Stage.THREADS, by=alice)
    assert states(round)["A last word."] == ("released", "")
    assert states(round)[NAMES] == ("held", "name")


def test_a_possible_disclosure_has_a_sign_of_its_own_and_its_words_stand_behind_it(alice: User, client: Client) -> None:
    round = gathered(alice, AT_RISK, *PLAIN)
    assert region("disclosure_sign", round) == ""
    reactions.release(round=round, by=alice)
    assert "Please read, quietly" in region("disclosure_sign", round)
    assert AT_RISK not in region("disclosure_sign", round)
    assert rows("held", round) == {}
    [row] = rows("disclosures", round).values()
    assert AT_RISK in row
    assert AT_RISK not in seen(round)
    assert "quietly" not in seen(round)
    client.force_login(alice)
    assert "Stay with the room" in page(client, round)
    about = Reaction.objects.get(text=AT_RISK).pk
    assert press(client, "console-disclosure", round, about=about, do="leave")[0] == 200
    assert "What you have read" in region("disclosure_sign", round)
    assert press(client, "console-reaction", round, reaction=about, to="released")[0] == 200
    assert not Disclosure.objects.exists()
    assert region("disclosure_sign", round) == ""


def test_a_stranger_finds_no_possible_disclosure(alice: User, client: Client) -> None:
    round = gathered(alice, AT_RISK, *PLAIN)
    reactions.release(round=round, by=alice)
    client.force_login(factories.facilitator("charlie", of=factories.programme("Elsewhere")))
    about = Reaction.objects.get(text=AT_RISK).pk
    assert press(client, "console-disclosure", round, about=about, do="answer", words="Hello")[0] == 404


def test_an_ordinary_round_has_no_sign_and_asks_for_no_row(alice: User) -> None:
    round = gathered(alice, *PLAIN)
    reactions.release(round=round, by=alice)
    assert region("disclosure_sign", round) == ""
    assert not Disclosure.objects.exists()


def test_a_risk_counts_before_a_name() -> None:
    assert disclosures.is_possible("My husband Dave hits me")


def test_the_seal_takes_what_could_be_answered_and_keeps_what_was_held_unseen(alice: User) -> None:
    round = gathered(alice, AT_RISK, *PLAIN)
    reactions.release(round=round, by=alice)
    Round.objects.filter(pk=round.pk).update(stage=Stage.CLOSED)
    sealing.seal(round=Round.objects.get(pk=round.pk))
    assert not Disclosure.objects.exists()
    assert states(round)[AT_RISK] == ("held", "risk")
    assert AT_RISK in " ".join(rows("held", Round.objects.get(pk=round.pk)).values())  # for who reads it after the hour
