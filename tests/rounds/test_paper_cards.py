"""Cards from paper: typed in, counted apart from phones, shown together, and asked about like what a phone sends."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rounds import gathering, on_paper, reactions
from rounds.handwritten import Card
from rounds.live.messages import Sender
from rounds.models import Prompt, Reaction, Round, SealedPost, Stage, User
from rounds.refusals import Refused, StageMovedOn
from tests import factories

pytestmark = pytest.mark.django_db
S = Stage
SITTING = "s" * 22


@pytest.fixture
def round_() -> Round:
    return factories.round_(stage=S.REFLECTION, room_was_big_enough=False)


@pytest.fixture
def alice(round_: Round) -> User:
    return factories.facilitator(of=round_.programme)


def prompt_of(round: Round) -> Prompt:
    assert round.current_prompt is not None
    return round.current_prompt


def typed(round: Round, by: User, *texts: str, sitting: str = SITTING) -> None:
    cards = [Card(text) for text in texts]
    on_paper.write_in(round=round, prompt=prompt_of(round).public_id, cards=cards, sitting=sitting, by=by)


def sent(round: Round, number: int) -> None:
    Round.objects.filter(pk=round.pk).update(room_was_big_enough=True)
    for n in range(number):
        fields: dict[str, Any] = {"prompt": prompt_of(round).public_id, "text": f"phone {n}", "feelings": []}
        reactions.post(sender=Sender(round=round, voice=f"v{n}"), nonce=f"nonce-{n:016}", **fields)


def shown(round: Round) -> set[str]:
    return set(Reaction.objects.of(round).values_list("text", flat=True))


def page(by: User) -> Client:
    browser = Client()
    browser.force_login(by)
    return browser


def test_cards_are_sealed_like_what_phones_send_and_shown_with_it_in_one_batch(round_: Round, alice: User) -> None:
    typed(round_, alice, *(f"card {n}" for n in range(5)))
    sent(round_, 5)
    assert not any(b"card" in bytes(box) for box in SealedPost.objects.values_list("box", flat=True))
    assert len({len(bytes(box)) for box in SealedPost.objects.values_list("box", flat=True)}) == 1
    assert shown(round_) == set()
    assert reactions.release(round=round_, by=alice) == 10
    assert shown(round_) == {f"{kind} {n}" for kind in ("card", "phone") for n in range(5)}


def test_cards_do_not_make_up_the_number_for_a_phone(round_: Round, alice: User) -> None:
    sent(round_, 1)
    typed(round_, alice, *(f"card {n}" for n in range(4)))
    with pytest.raises(Refused, match="Too few"):
        reactions.release(round=round_, by=alice)
    typed(round_, alice, "card 4", sitting="t" * 22)
    reactions.release(round=round_, by=alice)
    assert shown(round_) == {f"card {n}" for n in range(5)}  # whoever typed them knows them all
    reactions.release_rest(round=Round.objects.get(pk=round_.pk), for_good=True)
    assert "phone 0" not in shown(round_)


def test_the_cards_of_three_people_come_up_on_no_screen(round_: Round, alice: User) -> None:
    typed(round_, alice, "one", "two", "three")
    reactions.release_rest(round=round_, for_good=True)
    assert shown(round_) == set()
    assert gathering.waiting(round=round_, basket=prompt_of(round_).card_basket) == 3


def test_the_same_page_twice_keeps_each_card_once_and_takes_what_was_added(round_: Round, alice: User) -> None:
    for texts in (["the same", "the same"], ["the same", "the same"], ["the same", "the same", "one more"]):
        typed(round_, alice, *texts)
    assert gathering.waiting(round=round_, basket=prompt_of(round_).card_basket) == 3
    Round.objects.filter(pk=round_.pk).update(stage=S.THRESHOLD)
    typed(round_, alice, "the same")  # a repeat whose answer was lost
    with pytest.raises(StageMovedOn, match="still here"):
        typed(round_, alice, "too late")


def test_a_page_that_is_refused_keeps_what_was_typed_and_nothing_of_it_is_stored(round_: Round, alice: User) -> None:
    browser, path = page(alice), reverse("paper-cards", args=[round_.public_id])
    drawn = browser.get(path).content.decode()
    sitting = re.search(r'name="sitting" value="([\w-]{22})"', drawn)
    assert sitting is not None
    said = {"sitting": sitting[1], "about": prompt_of(round_).public_id, "text_0": "I sat down.", "feelings_1": "tired"}
    said |= {"text_2": "Bed 12 rang all night.", "lines": "First line\n\n\u200b\u200b\nSecond line"}
    refused = browser.post(path, said).content.decode()
    assert "It may say in which bed somebody lies." in refused
    kept = ("I sat down.", "Second line", 'value="tired" ', 'name="keep_2"')
    assert [words for words in kept if words not in refused] == []
    assert SealedPost.objects.count() == 0
    assert browser.post(path, {**said, "keep_2": "on"}).status_code == 302
    assert SealedPost.objects.count() == 5
    reactions.release(round=round_, by=alice)
    held = Reaction.objects.of(round_).get(text="Bed 12 rang all night.")
    assert held.state == Reaction.State.HELD  # as from a phone that sent it all the same
    assert Reaction.objects.of(round_).get(text="").feelings == ["tired"]


def test_a_stranger_and_a_lead_find_no_cards_and_no_pack(round_: Round) -> None:
    stranger = factories.facilitator("charlie", of=factories.programme("Elsewhere"))
    for person in (stranger, factories.clinical_lead(of=round_.programme)):
        for name in ("paper-cards", "paper-pack", "circle-cards"):
            path = reverse(name, args=[round_.public_id])
            assert page(person).get(path).status_code == page(person).post(path, {"text_0": "x"}).status_code == 404


def test_another_rounds_question_takes_no_card(round_: Round, alice: User) -> None:
    other = prompt_of(factories.round_(round_.programme, stage=S.REFLECTION))
    with pytest.raises(Refused, match="not one of this round"):
        on_paper.write_in(round=round_, prompt=other.public_id, cards=[Card("x")], sitting=SITTING, by=alice)
