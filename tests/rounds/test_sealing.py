"""The seal: after it, neither the rows nor the key can tell who, when or in which order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from rounds import closing, gathering, keys, reactions, sealing, stored, voices
from rounds.live.messages import Sender
from rounds.models import Feedback, Reaction, Round, RoundTopic, SealedPost, Spent, Stage, Tally, Voice
from tests import factories

pytestmark = pytest.mark.django_db
State = Reaction.State


@pytest.fixture
def round_() -> Round:
    """A round with ten reactions, two voices, a feedback form and something that was never released."""
    made = factories.round_(stage=Stage.REFLECTION, staff_groups=["students"])
    fill(made)
    return made


def fill(made: Round) -> None:
    assert made.current_prompt is not None
    written = [factories.reaction(made, f"words {index}", feelings=["sad"]) for index in range(10)]
    written[0].state = State.FORWARD
    written[0].save()
    written[1].state = State.HELD
    written[1].save()
    for voice in ("anna", "ben", "charlie"):
        reactions.mine_too(sender=Sender(round=made, voice=voice), nonce="n", reaction=written[2].pk)
    gathering.put(round=made, basket=made.current_prompt.basket, nonce="left over", voice="v", payload={"text": "x"})
    Round.objects.filter(pk=made.pk).update(stage=Stage.CLOSING)
    sender = Sender(round=made, voice="anna")
    closing.give_feedback(sender=sender, nonce="n", answers={"stays": "yes"})
    if made.staff_groups:
        closing.count_me(sender=sender, nonce="n", group="students")
    Round.objects.filter(pk=made.pk).update(stage=Stage.CLOSED)
    made.refresh_from_db()


def test_every_row_has_a_new_id_and_the_same_words(round_: Round) -> None:
    before = set(Reaction.objects.values_list("pk", flat=True))
    sealing.seal(round=round_)
    after = Reaction.objects.of(round_)
    assert before.isdisjoint(after.values_list("pk", flat=True))
    assert sorted(after.values_list("text", flat=True)) == [f"words {index}" for index in range(10)]
    assert {tuple(reaction.feelings) for reaction in after} == {("sad",)}


def test_rows_stand_in_another_order(round_: Round) -> None:
    sealing.seal(round=round_)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM rounds_reaction")
        stored = [row[0] for row in cursor.fetchall()]
    assert stored != [f"words {index}" for index in range(10)]


def test_what_is_held_stays_held_and_nothing_stays_forward(round_: Round) -> None:
    sealing.seal(round=round_)
    assert Reaction.objects.get(text="words 0").state == State.RELEASED
    assert Reaction.objects.get(text="words 1").state == State.HELD


def test_company_follows_a_reaction_to_its_new_id(round_: Round) -> None:
    sealing.seal(round=round_)
    moved = Reaction.objects.get(text="words 2")
    assert voices.counts(round=round_, kind=reactions.MINE_TOO) == {moved.pk: 3}


def test_sums_that_no_screen_ever_shows_are_dropped(round_: Round) -> None:
    Round.objects.filter(pk=round_.pk).update(stage=Stage.REFLECTION)
    for voice in ("anna", "ben"):
        reaction = Reaction.objects.get(text="words 3").pk
        reactions.mine_too(sender=Sender(round=round_, voice=voice), nonce="n", reaction=reaction)
    Round.objects.filter(pk=round_.pk).update(stage=Stage.CLOSED)
    sealing.seal(round=round_)
    assert list(Tally.objects.filter(kind="mine_too").values_list("count", flat=True)) == [3]


def test_no_mark_of_anybody_is_left(round_: Round) -> None:
    sealing.seal(round=round_)
    for model in (SealedPost, Spent, Voice):
        assert not model.objects.filter(round=round_).exists(), model
    # The seal's own, not what people did: with each stage the phones' boxes look new.
    assert set(RoundTopic.objects.values_list("topic", flat=True)) <= {"stage", "replies"}
    assert set(Tally.objects.values_list("kind", "count")) == {("mine_too", 3), ("staff_group", 1)}


def test_the_feedback_is_opened_and_what_was_never_released_is_not(round_: Round) -> None:
    sealing.seal(round=round_)
    assert [form.answers for form in Feedback.objects.filter(round=round_)] == [{"stays": "yes"}]
    assert "x" not in Reaction.objects.values_list("text", flat=True)


def test_the_key_is_gone(round_: Round, settings: Settings) -> None:
    sealing.seal(round=round_)
    assert list(Path(settings.KEY_DIR).glob("round-*")) == []
    with pytest.raises(keys.KeyGone):
        keys.derived(round_.public_id, "ticket")


def test_the_moment_is_noted_once(round_: Round) -> None:
    sealing.seal(round=round_)
    round_.refresh_from_db()
    first = round_.sealed_at
    assert first is not None
    ids = set(Reaction.objects.values_list("pk", flat=True))
    sealing.seal(round=round_)
    round_.refresh_from_db()
    assert round_.sealed_at == first
    assert set(Reaction.objects.values_list("pk", flat=True)) == ids


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.CLOSED])
def test_a_round_that_is_not_over_is_not_sealed(round_: Round, stage: Stage) -> None:
    Round.objects.filter(pk=round_.pk).update(stage=stage)
    sealing.seal(round=round_)
    round_.refresh_from_db()
    assert round_.sealed_at is None
    assert Voice.objects.filter(round=round_).exists()
    keys.derived(round_.public_id, "post")


def test_a_crash_before_the_key_was_destroyed_can_be_made_good(round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as crash:
        crash.setattr(keys, "destroy", lambda round: (_ for _ in ()).throw(OSError("power cut")))
        with pytest.raises(OSError, match="power cut"):
            sealing.seal(round=round_)
    keys.derived(round_.public_id, "post")
    sealing.seal(round=round_)
    with pytest.raises(keys.KeyGone):
        keys.derived(round_.public_id, "post")


def test_another_open_round_is_left_alone(round_: Round) -> None:
    other = factories.round_(factories.programme("Hillside"), stage=Stage.REFLECTION)
    theirs = factories.reaction(other)
    reactions.mine_too(sender=Sender(round=other, voice="dora"), nonce="n", reaction=theirs.pk)
    assert sealing.seal_all_closed() == 1
    assert Reaction.objects.filter(pk=theirs.pk).exists()
    assert Voice.objects.filter(round=other).count() == 1
    keys.derived(other.public_id, "post")


def test_others_that_keep_ids_of_reactions_are_told_the_new_ones(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int, bool]] = []

    def follow(sealed: Round, new_ids: Mapping[str, str]) -> None:
        both_there = Reaction.objects.filter(pk__in=[*new_ids, *new_ids.values()]).count() == 2 * len(new_ids)
        told.append((sealed.pk, len(new_ids), both_there))

    monkeypatch.setattr(sealing, "_rewriters", [follow])
    sealing.seal(round=round_)
    assert told == [(round_.pk, 10, True)]


def stored_bytes() -> bytes:
    """What the tables that a participant touches take up on the disk, deleted rows included."""
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        return name.read_bytes() if name.is_file() else b""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        tables = [model._meta.db_table for model in stored.described()]
        read = "SELECT pg_read_binary_file(pg_relation_filepath(%s))"
        return b"".join(bytes(cursor.execute(read, [table]).fetchone()[0]) for table in tables)


@pytest.mark.django_db(transaction=True)
def test_no_trace_of_the_old_rows_is_left_in_the_files() -> None:
    made = factories.round_(stage=Stage.REFLECTION)
    fill(made)
    old = [
        row.encode() for model in (Voice, SealedPost, Reaction) for row in model.objects.values_list("pk", flat=True)
    ]
    assert factories.sealed_in_the_end(made)
    left = stored_bytes()
    assert [row for row in old if row in left] == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA freelist_count")
            assert cursor.fetchone()[0] == 0
