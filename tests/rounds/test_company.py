"""The first words shown of a question, or of the circle, are at least three people's, whatever is given back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from django.db import transaction

from facilitation import circle
from facilitation.models import Proposal
from rounds import on_paper, purge, reactions, sealing, stages, stored
from rounds.handwritten import Card
from rounds.live.messages import Sender
from rounds.models import Reaction, Round, Stage, Tally, User
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db
HELD = tuple(f"I sat with Mrs {name} all night" for name in ("Kaur", "Okafor", "Jones", "Silva", "Patel"))
PLAIN = tuple(
    f"I kept thinking of the {what}." for what in ("chair", "bleep", "rain", "door", "tea", "light", "stairs")
)


@dataclass
class Asked:
    """A question, or the circle, with what people do in it."""

    by: User
    round: Round
    in_circle: bool

    def write(self, person: str, *texts: str) -> None:
        sender, prompt = Sender(round=self.round, voice=person), self.round.current_prompt
        for text in texts:
            if self.in_circle:
                circle.propose(sender=sender, nonce=text, theme="", offer="change", text=text)
            else:
                assert prompt is not None
                reactions.post(sender=sender, nonce=text, prompt=prompt.public_id, text=text, feelings=[])

    def type_cards(self, texts: Iterable[str]) -> None:
        if self.in_circle:
            circle.write_in(round=self.round, theme="", cards=list(texts), sitting="page", by=self.by)
            return
        assert self.round.current_prompt is not None
        asked, cards = self.round.current_prompt.public_id, [Card(text=text, feelings=()) for text in texts]
        on_paper.write_in(round=self.round, prompt=asked, cards=cards, sitting="page", by=self.by)

    def release(self) -> int:
        release = circle.release if self.in_circle else reactions.release
        return release(round=self.round, by=self.by)

    def give_back(self, text: str) -> bool:
        if self.in_circle:
            found = Proposal.objects.get(round=self.round, text=text)
            return circle.set_aside(round=self.round, proposal=found.pk, aside=False, by=self.by)
        row = Reaction.objects.of(self.round).get(text=text)
        return reactions.move(round=self.round, reaction=row.pk, to=Reaction.State.RELEASED, by=self.by)

    def end(self) -> None:
        leaves, comes = (Stage.CIRCLE, Stage.CLOSING) if self.in_circle else (Stage.REFLECTION, Stage.THREADS)
        stages.move(round=self.round, seen=leaves, to=comes, by=self.by)

    @property
    def shown(self) -> set[str]:
        rows = (
            Proposal.objects.filter(round=self.round, set_aside=False)
            if self.in_circle
            else Reaction.objects.of(self.round).shown()
        )
        return set(rows.values_list("text", flat=True))


@pytest.fixture(params=["question", "circle"])
def asked(request: pytest.FixtureRequest) -> Asked:
    alice = factories.facilitator("alice", of=factories.programme())
    in_circle = request.param == "circle"
    stage = Stage.CIRCLE if in_circle else Stage.REFLECTION
    round = factories.round_(alice.memberships.get().programme, stage=stage, floor=5, crossed_threshold=in_circle)
    return Asked(by=alice, round=round, in_circle=in_circle)


def test_many_sentences_of_one_person_are_no_company(asked: Asked) -> None:
    asked.write("one", *PLAIN)
    for person, text in zip(("two", "three", "four", "five"), HELD, strict=False):
        asked.write(person, text)
    assert "the first words shown are at least three people’s" in " ".join(stored.promises(asked.round))
    assert asked.release() == 0
    assert "held" in asked.round.staff_acts.latest("pk").what
    assert not asked.give_back(HELD[0])
    assert not asked.give_back(PLAIN[0])
    assert asked.shown == set()
    assert asked.give_back(HELD[1])
    assert asked.shown == {*PLAIN, *HELD[:2]}
    assert asked.give_back(HELD[2])


def test_cards_bring_no_company_to_what_a_phone_wrote(asked: Asked) -> None:
    for person, text in zip("abcde", (*HELD[:4], PLAIN[0]), strict=True):
        asked.write(person, text)
    asked.release()
    asked.type_cards(PLAIN[1:6])
    assert asked.release() == 5
    assert asked.shown == set(PLAIN[1:6])
    assert not asked.give_back(HELD[0])
    assert asked.give_back(HELD[1])
    assert asked.shown == {*PLAIN[:6], *HELD[:2]}


def test_cards_that_were_held_are_given_back_together(asked: Asked) -> None:
    asked.type_cards((*HELD[:4], PLAIN[0]))
    assert asked.release() == 0
    assert not asked.give_back(HELD[0])
    assert asked.give_back(HELD[1])
    assert asked.shown == {PLAIN[0], *HELD[:2]}


def test_a_rest_of_one_person_does_not_come_up_alone_where_all_before_it_was_held(asked: Asked) -> None:
    for person, text in zip("abcde", (*HELD[:4], PLAIN[0]), strict=True):
        asked.write(person, text)
    asked.release()
    asked.write("late", PLAIN[1])
    asked.end()
    assert asked.shown == set()
    assert asked.give_back(HELD[0])
    assert asked.shown == {*PLAIN[:2], HELD[0]}


def test_what_was_let_go_is_no_company_for_what_comes_later(asked: Asked) -> None:
    for person, text in zip("abcde", PLAIN, strict=False):
        asked.write(person, text)
    assert asked.release() == 5
    with transaction.atomic():
        purge.let_go_so_far(round=Round.objects.select_for_update().get(pk=asked.round.pk))
    for person, text in zip("fgh", (*HELD[:2], PLAIN[6]), strict=True):
        asked.write(person, text)
    asked.end()
    assert asked.shown == set()


def test_what_was_kept_to_decide_it_goes_with_the_seal(asked: Asked) -> None:
    asked.type_cards((*HELD[:4], PLAIN[0]))
    asked.release()
    Round.objects.filter(pk=asked.round.pk).update(stage=Stage.CLOSED)
    sealing.seal(round=Round.objects.get(pk=asked.round.pk))
    assert not Tally.objects.filter(round=asked.round).exists()
    assert not asked.round.voices.exists()


def test_what_the_room_has_not_seen_does_not_come_to_the_shelf(asked: Asked) -> None:
    if asked.in_circle:
        return
    for person, text in zip("abcde", (HELD[0], "I don’t want to be here any more", *PLAIN[:3]), strict=True):
        asked.write(person, text)
    assert asked.release() == 3
    for one in Reaction.objects.of(asked.round).exclude(held_for=""):
        with pytest.raises(Refused, match="has not seen it"):
            reactions.move(round=asked.round, reaction=one.pk, to=Reaction.State.ASIDE, by=asked.by)
    assert asked.give_back(HELD[0])
