"""What people wrote is let go of along with a story: whoever's words are gone is nobody's company afterwards."""

from __future__ import annotations

import secrets

import pytest
from django.test import Client
from django.urls import reverse

from facilitation import circle
from facilitation.models import Offer, Proposal
from rounds import flowing, gathering, keys, on_paper, own_rows, reactions, sealing, stages, stories
from rounds.handwritten import Card
from rounds.live.messages import Sender
from rounds.models import Reaction, ReleasePolicy, Round, SealedPost, Stage, User
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db
S = Stage


@pytest.fixture(autouse=True)
def no_batch_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flowing, "_last", {})


def open_round(alice: User, stage: Stage) -> Round:
    return factories.round_(alice.memberships.get().programme, stage=stage)


def prompt_of(round: Round) -> str:
    assert round.current_prompt is not None
    return round.current_prompt.public_id


def on_phones(round: Round, who: list[str]) -> None:
    for one in who:
        sender, nonce = Sender(round=round, voice=one), secrets.token_urlsafe(16)
        reactions.post(sender=sender, nonce=nonce, prompt=prompt_of(round), text=f"words of {one}", feelings=[])


def on_cards(round: Round, who: list[str]) -> None:
    cards = [Card(f"words of {one}") for one in who]
    by = round.programme.memberships.get().user
    on_paper.write_in(round=round, prompt=prompt_of(round), cards=cards, sitting=secrets.token_urlsafe(16), by=by)


def proposals(round: Round, who: list[str]) -> None:
    for one in who:
        sender, nonce = Sender(round=round, voice=one), secrets.token_urlsafe(16)
        circle.propose(sender=sender, nonce=nonce, theme="", offer=Offer.CHANGE, text=f"words of {one}")


def proposals_on_cards(round: Round, who: list[str]) -> None:
    by = round.programme.memberships.get().user
    circle.write_in(
        round=round, theme="", cards=[f"words of {one}" for one in who], sitting=secrets.token_urlsafe(16), by=by
    )


def shown(round: Round) -> set[str]:
    found = [*Reaction.objects.of(round), *Proposal.objects.filter(round=round)]
    return {one.text for one in found}


ALL = ["anna", "ben", "chidi", "dora", "eve", "femi"]
WAYS = {
    "phones, together": (on_phones, S.REFLECTION, S.THREADS, ReleasePolicy.TOGETHER),
    "phones, flowing": (on_phones, S.REFLECTION, S.CLOSING, ReleasePolicy.FLOWING),
    "cards": (on_cards, S.REFLECTION, S.THREADS, ReleasePolicy.TOGETHER),
    "proposals": (proposals, S.CIRCLE, S.CLOSING, ReleasePolicy.TOGETHER),
    "proposals on cards": (proposals_on_cards, S.CIRCLE, S.CLOSING, ReleasePolicy.TOGETHER),
}


def show(round: Round, by: User) -> None:
    """Show what was gathered, whichever way this round shows it."""
    if round.stage == S.CIRCLE:
        circle.release(round=round, by=by)
    else:
        reactions.release(round=round, by=by)


@pytest.mark.parametrize("before", ["shown", "waiting"])
@pytest.mark.parametrize("way", WAYS)
def test_what_is_written_after_a_let_go_finds_no_company_in_words_that_are_gone(
    alice: User, way: str, before: str
) -> None:
    write, stage, end, policy = WAYS[way]
    made = open_round(alice, stage)
    made.prompts.update(policy=policy)
    write(made, ALL)
    if before == "shown":
        show(made, alice)
        assert len(shown(made)) == len(ALL)

    stories.withdraw(round=made, by=alice, let_go=True)
    assert shown(made) == set()
    assert not SealedPost.objects.exists()
    write(made, ["anna", "ben"])  # of the same people, two write again
    with pytest.raises(Refused):
        show(made, alice)
    stages.move(round=made, seen=stage, to=end, by=alice)
    assert shown(made) == set()


def test_enough_people_who_write_again_are_shown_together_and_all_of_it_goes_in_the_seal(alice: User) -> None:
    made = open_round(alice, S.REFLECTION)
    on_phones(made, ALL)
    stories.withdraw(round=made, by=alice, let_go=True)
    on_phones(made, ALL[:3])
    stages.move(round=made, seen=S.REFLECTION, to=S.THREADS, by=alice)
    assert shown(made) == {f"words of {one}" for one in ALL[:3]}
    stages.move(round=made, seen=S.THREADS, to=S.CLOSING, by=alice)
    sealing.seal(round=stages.move(round=made, seen=S.CLOSING, to=S.CLOSED, by=alice))
    assert shown(made) == set()
    made.refresh_from_db()
    assert made.words_gone_at is not None
    assert not keys.exists(made)


def test_what_may_name_somebody_has_no_company_in_words_that_are_gone(alice: User) -> None:
    made = open_round(alice, S.REFLECTION)
    on_phones(made, ALL)
    stories.withdraw(round=made, by=alice, let_go=True)
    on_phones(made, ALL[:2])
    sender = Sender(round=made, voice="grace")
    said = "Mrs Okonkwo in bed 4 asked for me, on 12 March 2026."
    reactions.post(sender=sender, nonce="n" * 22, prompt=prompt_of(made), text=said, feelings=[])
    stages.move(round=made, seen=S.REFLECTION, to=S.THREADS, by=alice)
    # Three wrote, and one of them is held: the other two would be fewer than may be shown.
    assert not Reaction.objects.of(made).shown().exists()


def test_a_late_repeat_of_what_was_let_go_is_saved_and_brings_nothing_back(alice: User) -> None:
    made = open_round(alice, S.REFLECTION)
    sender = Sender(round=made, voice="anna")
    for _ in range(2):
        reactions.post(sender=sender, nonce="n" * 22, prompt=prompt_of(made), text="mine", feelings=[])
        stories.withdraw(round=made, by=alice, let_go=True)
    assert not SealedPost.objects.exists()
    for ever in (True, False):
        assert gathering.people(round=made, basket=made.prompts.all()[0].basket, ever=ever) == 0
    made.refresh_from_db()
    [row] = own_rows.of(round=made, written=[(prompt_of(made), "n" * 22)])
    assert "let go of unread" in row.says


def test_the_choice_is_there_in_an_open_round_before_anybody_has_written_and_after(alice: User, client: Client) -> None:
    client.force_login(alice)
    made = open_round(alice, S.REFLECTION)
    address = reverse("story-withdraw", args=[made.public_id])
    pages = [client.get(address).content]
    on_phones(made, ["anna"])
    pages.append(client.get(address).content)
    assert [page.count(b'name="written"') for page in pages] == [2, 2]
    assert client.post(address, {"written": ""}).context["form"].errors.keys() == {"written"}


def test_what_was_kept_with_a_withdrawn_story_can_be_let_go_later(alice: User, client: Client) -> None:
    client.force_login(alice)
    made = open_round(alice, S.REFLECTION)
    on_phones(made, ALL)
    desk, address = (reverse(name, args=[made.public_id]) for name in ("round", "story-withdraw"))
    client.post(address, {"written": "keep"})
    assert SealedPost.objects.count() == len(ALL)
    assert address in client.get(desk).content.decode()
    assert "What people wrote to it was kept so far" in client.get(address).content.decode()
    page = client.post(address, {"written": "let-go"}, follow=True).content.decode()
    assert "has been let go of" in page
    assert address not in page
    assert not SealedPost.objects.exists()
    page = client.post(address, {"written": "let-go"}, follow=True).content.decode()
    assert "It is withdrawn already." in page
