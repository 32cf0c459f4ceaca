"""Sorting together: who may ask for it, what is kept of an answer, and what becomes of it."""

from __future__ import annotations

import json
import re
import secrets

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from facilitation import sorting
from facilitation.clustering.sorting import FEWEST
from facilitation.models import SortedPairs, Sorting
from rounds import flowing, reactions, sealing, stages
from rounds.live import saying, tickets
from rounds.live.frames import Say
from rounds.live.messages import Sender
from rounds.models import Reaction, Round, SealedPost, StaffAct, Stage, User
from rounds.refusals import Refused, StageMovedOn
from rounds.rehearsal.guest import party
from rounds.rehearsal.screen import forms_on
from rounds.rehearsal.words import REACTIONS, thread_of
from tests import factories
from tests.facilitation.seen import press, revision, shown

pytestmark = pytest.mark.django_db
S = Stage


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "DEALS_APART", 0)
    monkeypatch.setattr(flowing, "_last", {})


@pytest.fixture
def round(alice: User) -> Round:
    made = factories.round_(alice.memberships.get().programme, stage=S.THREADS)
    for number in range(12):
        factories.reaction(made, f"Sentence number {number}")
    return made


def dealt(round: Round) -> list[list[str]]:
    return list(SortedPairs.objects.get(round=round).hands)


def answer(round: Round, hand: list[str], *together: str, voice: str = "", nonce: str = "") -> None:
    sorting.sort(
        sender=Sender(round=Round.objects.get(pk=round.pk), voice=voice or secrets.token_hex()),
        nonce=nonce or secrets.token_hex(),
        hand=sorting.mark(round, hand),
        cards=hand,
        together=together,
    )


def test_asking_deals_hands_of_released_sentences_with_words(alice: User, round: Round) -> None:
    held = factories.reaction(round, "held back", state=Reaction.State.HELD)
    quiet = factories.reaction(round, "", feelings=["tender"])
    sorting.begin(round=round, by=alice)
    cards = {one for hand in dealt(round) for one in hand}
    assert len(cards) == 12
    assert not {held.pk, quiet.pk} & cards
    assert Sorting.objects.get(round=round).ends_at - timezone.now() <= sorting.LASTS
    assert StaffAct.objects.get().what == "asked the room to sort together"
    assert revision(round, "sorting")


def test_asking_twice_outside_threads_or_with_a_handful_is_refused(alice: User, round: Round) -> None:
    sorting.begin(round=round, by=alice)
    with pytest.raises(Refused, match="sorting already"):
        sorting.begin(round=round, by=alice)
    early = factories.round_(round.programme, stage=S.REFLECTION)
    with pytest.raises(StageMovedOn):
        sorting.begin(round=early, by=alice)
    small = factories.round_(round.programme, stage=S.THREADS)
    for number in range(FEWEST - 1):
        factories.reaction(small, f"{number}")
    with pytest.raises(Refused, match="too few"):
        sorting.begin(round=small, by=alice)
    round.programme.machine_on = False
    with pytest.raises(Refused, match="switched off"):
        sorting.begin(round=round, by=alice)


def test_an_answer_is_sealed_and_counts_only_with_those_of_others(alice: User, round: Round) -> None:
    sorting.begin(round=round, by=alice)
    hand = dealt(round)[0]
    for _ in range(4):
        answer(round, hand, hand[0], hand[1])
    sorting.count_due(round)
    assert sorting.evidence(round).pairs == {}
    assert not any(hand[0].encode() in bytes(post.box) for post in SealedPost.objects.all())
    answer(round, hand, hand[0], hand[1])
    sorting.count_due(round)
    pair = (min(hand[:2]), max(hand[:2]))
    assert sorting.evidence(round).pairs[pair] == (5, 5)
    assert not SealedPost.objects.exists()


def test_one_person_alone_is_never_counted_however_much_they_say(alice: User, round: Round) -> None:
    sorting.begin(round=round, by=alice)
    for hand in dealt(round):
        answer(round, hand, hand[0], hand[1], voice="one")
    sorting.count_due(round)
    sorting.end(round=round, by=alice)
    assert sorting.evidence(round).pairs == {}


def test_each_person_counts_once_for_a_hand(alice: User, round: Round) -> None:
    sorting.begin(round=round, by=alice)
    hand = dealt(round)[0]
    for voice in "abcde":
        answer(round, hand, hand[0], hand[1], voice=voice, nonce="n" * 20)
        answer(round, hand, hand[0], hand[1], voice=voice, nonce="n" * 20)
        answer(round, hand, voice=voice)
    sorting.count_due(round)
    answer(round, hand, hand[0], hand[1], voice="a")
    assert sorting.evidence(round).pairs[min(hand[:2]), max(hand[:2])] == (5, 5)
    assert not SealedPost.objects.exists()


def test_new_hands_are_dealt_from_what_several_people_said_and_not_at_each_answer(alice: User, round: Round) -> None:
    sorting.begin(round=round, by=alice)
    before, hands = revision(round, "sorting"), dealt(round)
    for hand in hands[:4]:
        answer(round, hand)
        sorting.count_due(round)
    assert (revision(round, "sorting"), dealt(round)) == (before, hands)
    answer(round, hands[4])
    sorting.count_due(round)
    assert revision(round, "sorting") > before
    assert dealt(round) != hands


def test_cards_that_were_never_dealt_together_are_refused(alice: User, round: Round) -> None:
    sorting.begin(round=round, by=alice)
    one, other = dealt(round)[:2]
    with pytest.raises(Refused, match="not dealt"):
        sorting.sort(
            sender=Sender(round=round, voice="v"), nonce="n", hand=sorting.mark(round, one), cards=other, together=[]
        )
    with pytest.raises(Refused, match="not dealt"):
        answer(round, one, one[0], "elsewhere")
    elsewhere = factories.round_(round.programme, stage=S.THREADS)
    assert sorting.mark(elsewhere, one) != sorting.mark(round, one)


def test_an_answer_after_the_end_is_refused_but_its_repeat_is_not(alice: User, round: Round) -> None:
    sorting.begin(round=round, by=alice)
    hand = dealt(round)[0]
    answer(round, hand, voice="a")
    sorting.end(round=round, by=alice)
    answer(round, hand, voice="a")
    with pytest.raises(StageMovedOn, match="has ended"):
        answer(round, hand, voice="b")
    with pytest.raises(Refused, match="ended already"):
        sorting.end(round=round, by=alice)


def test_three_people_are_counted_at_the_end_and_the_hands_are_put_away(alice: User, round: Round) -> None:
    sorting.begin(round=round, by=alice)
    hand = dealt(round)[0]
    for _ in range(3):
        answer(round, hand, *hand)
    sorting.end(round=round, by=alice)
    assert set(sorting.evidence(round).pairs.values()) == {(3, 3)}
    assert dealt(round) == []


def test_moving_on_ends_the_sorting_and_going_on_later_keeps_what_was_found(alice: User, round: Round) -> None:
    sorting.begin(round=round, by=alice)
    hand = dealt(round)[0]
    for _ in range(3):
        answer(round, hand, *hand)
    stages.move(round=round, seen=S.THREADS, to=S.REFLECTION, by=alice)
    assert not sorting.is_open(round)
    found = sorting.evidence(round)
    assert found.pairs
    stages.move(round=round, seen=S.REFLECTION, to=S.THREADS, by=alice)
    sorting.begin(round=round, by=alice)
    assert sorting.evidence(round) == found


def test_the_seal_gives_the_sums_new_ids_and_drops_the_rest(alice: User, round: Round) -> None:
    sorting.begin(round=round, by=alice)
    hand = dealt(round)[0]
    for _ in range(3):
        answer(round, hand, *hand)
    answer(round, dealt(round)[1], voice="late")
    old = set(Reaction.objects.values_list("pk", flat=True))
    stages.move(round=round, seen=S.THREADS, to=S.CLOSING, by=alice)
    stages.move(round=Round.objects.get(pk=round.pk), seen=S.CLOSING, to=S.CLOSED, by=alice)
    assert sealing.seal(round=Round.objects.get(pk=round.pk))
    ids = {one for pair in sorting.evidence(round).pairs for one in pair}
    assert ids <= set(Reaction.objects.values_list("pk", flat=True))
    assert len(ids) >= 5
    assert not ids & old
    assert not sorting.is_open(round)
    assert not any(one in json.dumps(list(SortedPairs.objects.values())) for one in old)


def test_no_column_says_who_or_when(round: Round) -> None:
    with connection.cursor() as cursor:
        columns = {
            one.name for one in connection.introspection.get_table_description(cursor, SortedPairs._meta.db_table)
        }
    assert columns == {"round_id", "ids", "pairs", "hands"}


def test_opening_the_basket_waits_for_a_while_between_two_deals(
    alice: User, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    sorting.begin(round=round, by=alice)
    monkeypatch.setattr(sorting, "DEALS_APART", 60)
    for hand in dealt(round)[:5]:
        answer(round, hand)
    reactions.release_due(round=round)
    assert sorting.evidence(round).pairs
    for hand in dealt(round)[:5]:
        answer(round, hand)
    reactions.release_due(round=round)
    assert SealedPost.objects.count() == 5


@pytest.mark.parametrize("name", ["sorting-begin", "sorting-end"])
def test_a_stranger_and_a_clinical_lead_find_nothing(round: Round, name: str) -> None:
    charlie = factories.facilitator("charlie", of=factories.programme("Elsewhere"))
    for person in (charlie, factories.clinical_lead("bob", of=round.programme)):
        client = Client()
        client.force_login(person)
        assert press(client, name, round)[0] == 404
    assert not Sorting.objects.exists()


def test_the_presses_reach_their_verbs(alice: User, round: Round) -> None:
    desk = Client()
    desk.force_login(alice)
    assert press(desk, "sorting-begin", round) == (200, "The phones ask which sentences belong together.")
    assert press(desk, "sorting-begin", round) == (409, "The room is sorting already.")
    assert press(desk, "sorting-end", round) == (200, "Sorting together has ended.")


def test_what_the_screens_say_follows_the_sorting(alice: User, round: Round) -> None:
    assert "Ask the room to sort" in shown("console", "sorting", round)
    assert [shown(audience, "sorting", round) for audience in ("room", "wall")] == ["", ""]
    sorting.begin(round=round, by=alice)
    assert "Which of these belong together?" in shown("room", "sorting", round)
    assert "A few people at most have sorted so far. Some sentences" in shown("console", "sorting", round)
    for hand in dealt(round):
        for voice in "abcdefghi":  # more than any step between the bands can hide
            answer(round, hand, voice=voice)
    sorting.count_due(round)
    said = shown("console", "sorting", round)
    assert re.search("About (5|10) people have sorted so far. Every sentence has been looked at", said)
    sorting.end(round=round, by=alice)
    assert "Thank you for the help." in shown("room", "sorting", round)
    assert "The room has sorted together" in shown("console", "sorting", round)
    assert shown("wall", "sorting", round) == ""


def test_the_wall_leaves_a_sentence_brought_forward_alone(alice: User, round: Round) -> None:
    sorting.begin(round=round, by=alice)
    assert "On your phones" in shown("wall", "sorting", round)
    Reaction.objects.filter(pk=dealt(round)[0][0]).update(state=Reaction.State.FORWARD)
    assert shown("wall", "sorting", round) == ""


def test_a_hand_with_a_sentence_that_was_taken_back_is_shown_to_nobody(alice: User, round: Round) -> None:
    sorting.begin(round=round, by=alice)
    held = dealt(round)[0][0]
    before = shown("room", "hands", round)
    Reaction.objects.filter(pk=held).update(state=Reaction.State.HELD)
    after = shown("room", "hands", round)
    assert held in before
    assert held not in after
    assert 0 < after.count("<form") < before.count("<form")


def test_where_the_machine_is_off_or_sentences_are_few_sorting_is_not_offered(round: Round) -> None:
    round.programme.machine_on = False
    round.programme.save()
    assert shown("console", "sorting", round) == ""
    round.programme.machine_on = True
    round.programme.save()
    Reaction.objects.update(state=Reaction.State.HELD)
    assert shown("console", "sorting", round) == ""


@pytest.mark.django_db(transaction=True)
def test_guests_of_a_rehearsal_sort_what_shares_a_thread_and_the_server_takes_it(alice: User) -> None:
    round = factories.round_(alice.memberships.get().programme, stage=S.THREADS, rehearsal=True)
    text_of = {factories.reaction(round, text).pk: text for text in REACTIONS}
    sorting.begin(round=round, by=alice)
    guest = party(code="x", url="http://x", people=6, pace=1, seed=2)[0]
    ticked = 0
    for form in forms_on(shown("room", "hands", round)):
        chosen = guest._choice(form, "together", form.choices["together"], has_words=False)
        assert len({thread_of(text_of[one]) for one in chosen}) <= 1
        ticked += bool(chosen)
        fields = {**{name: [value] for name, value in form.fixed.items()}, "together": list(chosen)}
        fields |= {} if chosen else {"none": ["yes"]}
        answer = saying.say(tickets.admit(tickets.for_room(round)), Say(what="sort", nonce="n" * 16, fields=fields))
        assert answer["t"] == "saved", answer
    assert ticked > 3
