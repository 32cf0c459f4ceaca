"""Gathering: sealed at once, taken together, once per nonce."""

from __future__ import annotations

import secrets

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds import gathering, keys
from rounds.feelings import FEELINGS, MAX_FEELINGS
from rounds.forms.fields import LONGEST
from rounds.models import Round, SealedPost, Spent, Stage
from tests import factories

pytestmark = pytest.mark.django_db
BASKET = "prompt:x"


@pytest.fixture
def round_() -> Round:
    return factories.round_(stage=Stage.REFLECTION)


def put(round_: Round, nonce: str, text: str = "a word", *, basket: str = BASKET) -> None:
    gathering.put(round=round_, basket=basket, nonce=nonce, voice=nonce, payload={"text": text})


def test_what_is_gathered_comes_out_whole(round_: Round) -> None:
    for number in range(20):
        put(round_, f"n{number}", f"words {number}")
    taken = [payload["text"] for payload in gathering.take(round=round_, basket=BASKET)]
    assert sorted(taken) == sorted(f"words {number}" for number in range(20))


def test_it_comes_out_in_another_order_than_it_went_in(round_: Round) -> None:
    for number in range(30):
        put(round_, f"n{number}", str(number))
    taken = [payload["text"] for payload in gathering.take(round=round_, basket=BASKET)]
    assert taken != [str(number) for number in range(30)]


def test_no_row_holds_the_words_or_the_nonce(round_: Round) -> None:
    put(round_, "the-nonce", "the flute on the windowsill")
    post = SealedPost.objects.get()
    assert b"flute" not in bytes(post.box)
    assert post.pk != "the-nonce"
    assert post.pk == keys.keyed_hash(round_.public_id, "nonce", BASKET, "the-nonce")


def test_short_and_long_words_take_the_same_room(round_: Round) -> None:
    put(round_, "n1", "no")
    put(round_, "n2", "\U0001f9f6" * LONGEST)
    put(round_, "n3", '"' * LONGEST)
    assert {len(bytes(post.box)) for post in SealedPost.objects.all()} == {12 + gathering.BOX_BYTES + 16}


def test_the_longest_reaction_with_the_most_feelings_fits(round_: Round) -> None:
    codes = sorted((feeling.code for feeling in FEELINGS), key=len)[-MAX_FEELINGS:]
    payload = {"text": "\U0001f9f6" * LONGEST, "feelings": codes}
    gathering.put(round=round_, basket=BASKET, nonce="n", voice="v", payload=payload)
    assert gathering.take(round=round_, basket=BASKET) == [payload]


def test_what_does_not_fit_a_box_is_an_error_not_a_longer_box(round_: Round) -> None:
    with pytest.raises(ValueError, match="fit a box"):
        put(round_, "n", "x" * gathering.BOX_BYTES)
    assert not SealedPost.objects.exists()


def test_sending_a_thing_five_times_is_sending_it_once(round_: Round) -> None:
    for _ in range(5):
        put(round_, "same")
    assert gathering.waiting(round=round_, basket=BASKET) == 1


def test_a_repeat_after_the_release_stays_one(round_: Round) -> None:
    put(round_, "same")
    gathering.take(round=round_, basket=BASKET)
    put(round_, "same")
    assert gathering.waiting(round=round_, basket=BASKET) == 0
    assert gathering.take(round=round_, basket=BASKET) == []


def test_the_same_nonce_in_another_round_is_another_post(round_: Round) -> None:
    other = factories.round_(round_.programme, stage=Stage.REFLECTION)
    put(round_, "same")
    put(other, "same")
    assert SealedPost.objects.count() == 2


def test_only_the_basket_that_is_taken_is_emptied(round_: Round) -> None:
    put(round_, "n1", basket="one")
    put(round_, "n2", basket="two")
    assert len(gathering.take(round=round_, basket="one")) == 1
    assert gathering.waiting(round=round_, basket="two") == 1


def test_another_rounds_basket_of_the_same_name_is_left_alone(round_: Round) -> None:
    other = factories.round_(round_.programme, stage=Stage.REFLECTION)
    put(other, "n")
    assert gathering.take(round=round_, basket=BASKET) == []
    assert gathering.waiting(round=other, basket=BASKET) == 1


def test_what_was_sent_is_known_while_it_waits_and_after_it_was_shown(round_: Round) -> None:
    assert not gathering.knows(round=round_, basket=BASKET, nonce="n")
    put(round_, "n")
    assert gathering.knows(round=round_, basket=BASKET, nonce="n")
    gathering.take(round=round_, basket=BASKET)
    assert gathering.knows(round=round_, basket=BASKET, nonce="n")


def test_what_is_withdrawn_before_it_is_shown_is_gone(round_: Round) -> None:
    put(round_, "n")
    gathering.withdraw(round=round_, basket=BASKET, nonce="n")
    assert not SealedPost.objects.exists()
    assert not gathering.knows(round=round_, basket=BASKET, nonce="n")


def test_a_box_put_under_another_name_does_not_open(round_: Round) -> None:
    put(round_, "n1", "mine")
    box = bytes(SealedPost.objects.get().box)
    SealedPost.objects.all().delete()
    SealedPost.objects.create(pk="moved", round=round_, basket=BASKET, box=box)
    with pytest.raises(InvalidTag):
        gathering.take(round=round_, basket=BASKET)


def test_spent_marks_do_not_keep_the_order_of_arrival(round_: Round) -> None:
    for number in range(30):
        put(round_, f"n{number}")
    gathering.take(round=round_, basket=BASKET)
    arrived = [keys.keyed_hash(round_.public_id, "nonce", BASKET, f"n{number}") for number in range(30)]
    stored = list(Spent.objects.values_list("pk", flat=True).order_by())
    assert sorted(stored) == sorted(arrived)
    assert stored != arrived


def test_nothing_can_be_put_once_the_key_is_gone(round_: Round) -> None:
    keys.destroy(round_)
    with pytest.raises(keys.KeyGone):
        put(round_, "n")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_whatever_is_written_comes_back_as_it_was(round_: Round, text: str) -> None:
    put(round_, secrets.token_urlsafe(16), text)
    assert gathering.take(round=round_, basket=BASKET) == [{"text": text}]
