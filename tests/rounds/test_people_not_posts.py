"""A floor counts people: one person's posts are not company for another's."""

from __future__ import annotations

import pytest

from rounds import flowing, gathering, reactions, sealing, stages
from rounds.live.messages import Sender
from rounds.models import Prompt, Reaction, ReleasePolicy, Round, Stage, Tally, User
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_batch_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flowing, "_last", {})


@pytest.fixture
def reflecting() -> Round:
    return factories.round_(stage=Stage.REFLECTION, floor=3)


@pytest.fixture
def alice(reflecting: Round) -> User:
    return factories.facilitator(of=reflecting.programme)


def prompt_of(round: Round) -> Prompt:
    assert round.current_prompt is not None
    return round.current_prompt


def write(round: Round, voice: str, times: int = 1) -> None:
    for number in range(times):
        reactions.post(
            sender=Sender(round=round, voice=voice),
            nonce=f"{voice} {prompt_of(round).reactions.count()} {number}",
            prompt=prompt_of(round).public_id,
            text=f"{voice} {number}",
            feelings=[],
        )


def test_one_person_cannot_flush_out_what_another_wrote(reflecting: Round) -> None:
    Prompt.objects.filter(pk=prompt_of(reflecting).pk).update(policy=ReleasePolicy.FLOWING)
    reflecting.refresh_from_db()
    write(reflecting, "mallory", times=4)
    write(reflecting, "anna")

    reactions.release_due(round=reflecting)
    assert not Reaction.objects.exists()

    for other in ("ben", "chidi", "dora"):
        write(reflecting, other)
    reactions.release_due(round=reflecting)
    assert Reaction.objects.count() == 8


def test_a_facilitator_with_a_phone_cannot_make_up_the_number(reflecting: Round, alice: User) -> None:
    write(reflecting, "alice's phone", times=2)
    write(reflecting, "anna")

    with pytest.raises(Refused):
        reactions.release(round=reflecting, by=alice)


def test_going_to_and_fro_does_not_show_answers_one_by_one(reflecting: Round, alice: User) -> None:
    for voice in ("anna", "ben", "chidi"):
        write(reflecting, voice)
    stages.move(round=reflecting, seen=Stage.REFLECTION, to=Stage.THREADS, by=alice)
    assert Reaction.objects.count() == 3

    for seen, to in ((Stage.THREADS, Stage.REFLECTION), (Stage.REFLECTION, Stage.SILENCE)):
        stages.move(round=reflecting, seen=seen, to=to, by=alice)
    stages.move(round=reflecting, seen=Stage.SILENCE, to=Stage.REFLECTION, by=alice)
    write(reflecting, "dora")
    stages.move(round=reflecting, seen=Stage.REFLECTION, to=Stage.THREADS, by=alice)
    assert Reaction.objects.count() == 3

    stages.move(round=reflecting, seen=Stage.THREADS, to=Stage.THRESHOLD, by=alice)
    assert Reaction.objects.count() == 4


def test_what_fewer_than_three_people_wrote_is_never_shown(reflecting: Round, alice: User) -> None:
    write(reflecting, "anna", times=3)
    write(reflecting, "ben")

    stages.move(round=reflecting, seen=Stage.REFLECTION, to=Stage.CLOSING, by=alice)

    assert not Reaction.objects.exists()


def test_how_many_wrote_is_forgotten_at_the_seal(reflecting: Round) -> None:
    write(reflecting, "anna")
    assert gathering.people(round=reflecting, basket=prompt_of(reflecting).basket, ever=True) == 1
    Round.objects.filter(pk=reflecting.pk).update(stage=Stage.CLOSED)

    sealing.seal(round=reflecting)

    assert not Tally.objects.filter(round=reflecting).exists()
