"""Voices: one per person and thing, tied to nobody, folded into sums."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from rounds import keys, voices
from rounds.models import Round, Stage, Tally, Voice
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_() -> Round:
    return factories.round_(stage=Stage.REFLECTION)


def say(round_: Round, voice: str, target: str = "r1", kind: str = "mine_too") -> bool:
    return voices.say(round=round_, kind=kind, target=target, voice=voice)


def test_a_voice_counts_once(round_: Round) -> None:
    assert say(round_, "anna") is True
    assert say(round_, "anna") is False
    assert voices.counts(round=round_, kind="mine_too") == {"r1": 1}


def test_the_same_person_may_speak_for_several_things(round_: Round) -> None:
    say(round_, "anna", "r1")
    say(round_, "anna", "r2")
    assert voices.counts(round=round_, kind="mine_too") == {"r1": 1, "r2": 1}


def test_two_voices_of_one_person_cannot_be_tied_together(round_: Round) -> None:
    say(round_, "anna", "r1")
    say(round_, "anna", "r2")
    first, second = Voice.objects.all()
    assert first.pk != second.pk
    assert "anna" not in first.pk + second.pk
    assert {field.name for field in Voice._meta.concrete_fields} == {"id", "round", "kind", "target"}


def test_whether_a_voice_counts_already_can_be_asked(round_: Round) -> None:
    say(round_, "anna")
    assert voices.has_said(round=round_, kind="mine_too", target="r1", voice="anna")
    assert not voices.has_said(round=round_, kind="mine_too", target="r1", voice="ben")


def test_a_second_choice_of_one_kind_moves_the_first(round_: Round) -> None:
    for group in ("students", "medical_dental"):
        voices.say_one(round=round_, kind="staff_group", target=group, voice="anna")
    assert voices.counts(round=round_, kind="staff_group") == {"medical_dental": 1}


def test_others_too_is_said_from_three_on(round_: Round) -> None:
    for name in ("anna", "ben"):
        say(round_, name)
    assert voices.in_company(round=round_, kind="mine_too") == frozenset()
    say(round_, "charlie")
    assert voices.in_company(round=round_, kind="mine_too") == {"r1"}


def test_another_round_and_another_kind_do_not_count(round_: Round) -> None:
    other = factories.round_(round_.programme, stage=Stage.REFLECTION)
    say(round_, "anna")
    say(other, "ben")
    say(round_, "charlie", kind="rings_true")
    assert voices.counts(round=round_, kind="mine_too") == {"r1": 1}


def test_folding_leaves_sums_and_no_voice(round_: Round) -> None:
    for name in ("anna", "ben", "charlie"):
        say(round_, name)
    say(round_, "anna", "r2")
    before = voices.counts(round=round_, kind="mine_too")
    voices.fold(round=round_)
    assert not Voice.objects.exists()
    assert voices.counts(round=round_, kind="mine_too") == before == {"r1": 3, "r2": 1}
    assert voices.in_company(round=round_, kind="mine_too") == {"r1"}


def test_folding_leaves_other_rounds_alone(round_: Round) -> None:
    other = factories.round_(round_.programme, stage=Stage.REFLECTION)
    say(other, "anna")
    voices.fold(round=round_)
    assert Voice.objects.filter(round=other).count() == 1
    assert not Tally.objects.exists()


def test_folding_twice_is_folding_once(round_: Round) -> None:
    say(round_, "anna")
    voices.fold(round=round_)
    voices.fold(round=round_)
    assert list(Tally.objects.values_list("kind", "target", "count")) == [("mine_too", "r1", 1)]


def test_a_voice_needs_the_rounds_key(round_: Round) -> None:
    keys.destroy(round_)
    with pytest.raises(keys.KeyGone):
        say(round_, "anna")


def test_what_a_voice_is_for_is_locked_each_time_differently(round_: Round) -> None:
    for name in ("anna", "ben"):
        say(round_, name)
    voices.say_one(round=round_, kind="staff_group", target="students", voice="anna")
    rows = Voice.objects.values_list("kind", "target")
    assert {kind for kind, _ in rows} == {voices.LOCKED}
    assert len({target for _, target in rows}) == 3
    assert {len(target) for _, target in rows} == {200}


def test_an_upgrade_locks_what_stands_open_and_keeps_what_has_no_key(round_: Round) -> None:
    keyless = factories.round_(round_.programme, stage=Stage.REFLECTION)
    keys.destroy(keyless)
    for at, of in enumerate((round_, round_, keyless)):
        Voice.objects.create(pk=f"{at}" * 43, round=of, kind="mine_too", target="r1")
    upgrade = import_module("rounds.migrations.0009_what_a_voice_is_for_is_locked")
    upgrade.lock(apps, None)
    upgrade.lock(apps, None)
    assert voices.counts(round=round_, kind="mine_too") == {"r1": 2}
    assert set(Voice.objects.filter(round=round_).values_list("kind", flat=True)) == {voices.LOCKED}
    voices.fold(round=keyless)
    assert Tally.objects.get(round=keyless).count == 1


def test_what_was_said_of_what_is_gone_is_forgotten_and_nothing_else(round_: Round) -> None:
    for target in ("gone", "kept"):
        say(round_, "anna", target, kind="rings_true")
        say(round_, "anna", target)
    voices.forget(round=round_, kinds=("rings_true",), unless=lambda target: target == "kept")
    assert voices.counts(round=round_, kind="rings_true") == {"kept": 1}
    assert voices.counts(round=round_, kind="mine_too") == {"gone": 1, "kept": 1}
