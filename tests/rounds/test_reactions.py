"""Reactions: when they may be written, when they are shown, and who never learns what."""

from __future__ import annotations

import pytest

from rounds import ceiling, flowing, gathering, keys, reactions, stages
from rounds.live.messages import Sender
from rounds.models import Prompt, Reaction, ReleasePolicy, Round, RoundTopic, SealedPost, StaffAct, Stage, User
from rounds.refusals import Refused, StageMovedOn
from tests import factories

pytestmark = pytest.mark.django_db
State = Reaction.State
NOT_REFLECTION = [stage for stage in Stage if stage not in (Stage.PLANNED, Stage.REFLECTION, Stage.WINDOW)]


@pytest.fixture
def round_() -> Round:
    return factories.round_(stage=Stage.REFLECTION)


@pytest.fixture
def alice(round_: Round) -> User:
    return factories.facilitator(of=round_.programme)


@pytest.fixture(autouse=True)
def no_pause_between_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flowing, "_last", {})


def sender(round_: Round, voice: str = "anna") -> Sender:
    return Sender(round=round_, voice=voice)


def prompt_of(round_: Round) -> Prompt:
    assert round_.current_prompt is not None
    return round_.current_prompt


def post(round_: Round, nonce: str = "n1", text: str = "I sat down.", **fields: object) -> None:
    given = {"prompt": prompt_of(round_).public_id, "feelings": [], "text": text, **fields}
    reactions.post(sender=sender(round_, f"who wrote {nonce}"), nonce=nonce, **given)  # type: ignore[arg-type]


def fill(round_: Round, number: int, *, start: int = 0) -> None:
    for index in range(start, start + number):
        post(round_, f"n{index}", f"words {index}")


def waiting(round_: Round) -> int:
    return gathering.waiting(round=round_, basket=prompt_of(round_).basket)


def to(round_: Round, stage: Stage) -> None:
    Round.objects.filter(pk=round_.pk).update(stage=stage)
    round_.refresh_from_db()


# --- writing


def test_a_reaction_waits_sealed_and_is_nowhere_to_be_read(round_: Round) -> None:
    post(round_)
    assert waiting(round_) == 1
    assert not Reaction.objects.exists()


@pytest.mark.parametrize(
    ("text", "feelings"), [("only words", []), ("", ["tender"]), ("both", ["sad", "numb"]), ("", ["nothing_just_now"])]
)
def test_words_feelings_both_or_nothing_just_now_are_each_enough(round_: Round, text: str, feelings: list[str]) -> None:
    post(round_, text=text, feelings=feelings)
    assert gathering.take(round=round_, basket=prompt_of(round_).basket) == [
        {"text": text, "feelings": feelings, "reply": ""}
    ]


def test_an_empty_reaction_is_refused_kindly(round_: Round) -> None:
    with pytest.raises(Refused, match="nothing just now"):
        post(round_, text="")
    assert waiting(round_) == 0


@pytest.mark.parametrize("stage", NOT_REFLECTION)
def test_nothing_can_be_written_outside_the_reflection(round_: Round, stage: Stage) -> None:
    to(round_, stage)
    with pytest.raises(StageMovedOn, match="What you typed is still here"):
        post(round_)
    assert waiting(round_) == 0


def test_a_reaction_to_the_last_prompt_is_refused_not_misfiled(round_: Round) -> None:
    old = prompt_of(round_)
    round_.current_prompt = Prompt.objects.create(round=round_, text="And now?", position=1)
    round_.save()
    with pytest.raises(StageMovedOn, match="question has changed"):
        post(round_, prompt=old.public_id)
    assert not SealedPost.objects.exists()


def test_another_rounds_prompt_is_refused(round_: Round) -> None:
    other = factories.round_(round_.programme, stage=Stage.REFLECTION)
    with pytest.raises(StageMovedOn):
        post(round_, prompt=prompt_of(other).public_id)
    assert not SealedPost.objects.exists()


def test_nobody_can_write_before_the_room_was_big_enough(round_: Round) -> None:
    Round.objects.filter(pk=round_.pk).update(room_was_big_enough=False)
    with pytest.raises(Refused, match="few more people"):
        post(round_)
    stages.note_room_big_enough(round=round_)
    post(round_)
    assert waiting(round_) == 1


def test_a_double_submit_is_one_reaction(round_: Round) -> None:
    for _ in range(5):
        post(round_, "same")
    assert waiting(round_) == 1


def test_a_repeat_is_saved_and_not_refused_after_the_stage_moved_on(round_: Round) -> None:
    post(round_, "answer was lost")
    to(round_, Stage.THREADS)
    post(round_, "answer was lost")
    with pytest.raises(StageMovedOn):
        post(round_, "a new one")
    assert waiting(round_) == 1


def test_a_repeat_after_the_release_does_not_become_a_second_reaction(round_: Round, alice: User) -> None:
    fill(round_, 5)
    reactions.release(round=round_, by=alice)
    post(round_, "n0", "words 0")
    assert waiting(round_) == 0
    assert Reaction.objects.count() == 5


@pytest.mark.parametrize("stage", [Stage.REFLECTION, Stage.WINDOW])
def test_a_full_round_takes_no_more_words_and_a_repeat_is_still_saved(
    round_: Round, alice: User, monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    monkeypatch.setattr("rounds.ceiling.MOST", 5)
    other = factories.round_(stage=Stage.REFLECTION)
    fill(other, 5)
    fill(round_, 5)
    if stage == Stage.REFLECTION:
        reactions.release(round=round_, by=alice)  # shown, they are as many as before
    to(round_, stage)
    post(round_, "n4")
    with pytest.raises(Refused, match=r"This round is full.*What you typed is still here") as full:
        post(round_, "one more")
    with pytest.raises(Refused, match=str(full.value)):
        post(other, "one more")
    monkeypatch.setattr("rounds.ceiling.MOST", 6)
    post(round_, "one more")


def test_nobody_who_fills_a_round_learns_how_many_others_wrote(round_: Round) -> None:
    assert 100_000 <= ceiling._full_at(round_) < 110_000
    others = [factories.round_(stage=Stage.REFLECTION) for _ in range(5)]
    assert len({ceiling._full_at(one) for one in others}) > 1  # by chance all alike: once in 10¹²


def test_writing_rings_for_the_gathered_line_only(round_: Round) -> None:
    post(round_)
    assert dict(RoundTopic.objects.filter(round=round_).values_list("topic", "revision")) == {"gathered": 1}


def test_a_sealed_rounds_key_is_gone(round_: Round) -> None:
    keys.destroy(round_)
    with pytest.raises(keys.KeyGone):
        post(round_)


# --- releasing


def test_fewer_than_the_floor_are_not_shown(round_: Round, alice: User) -> None:
    fill(round_, 4)
    with pytest.raises(Refused, match="Too few"):
        reactions.release(round=round_, by=alice)
    assert not Reaction.objects.exists()
    assert waiting(round_) == 4


def test_what_is_shown_has_nothing_but_words_feelings_prompt_state_and_why_it_is_held(
    round_: Round, alice: User
) -> None:
    fill(round_, 5)
    assert reactions.release(round=round_, by=alice) == 5
    assert {field.name for field in Reaction._meta.concrete_fields} == {
        "id",
        "prompt",
        "text",
        "feelings",
        "state",
        "held_for",
    }
    assert {reaction.text for reaction in Reaction.objects.all()} == {f"words {index}" for index in range(5)}
    assert {reaction.state for reaction in Reaction.objects.all()} == {State.RELEASED}
    assert not SealedPost.objects.exists()


def test_rows_are_not_in_the_order_of_writing(round_: Round, alice: User) -> None:
    fill(round_, 30)
    reactions.release(round=round_, by=alice)
    stored = list(Reaction.objects.order_by().values_list("text", flat=True))
    assert stored != [f"words {index}" for index in range(30)]


def test_a_release_is_noted_without_a_word_of_it(round_: Round, alice: User) -> None:
    fill(round_, 5)
    reactions.release(round=round_, by=alice)
    act = StaffAct.objects.get()
    assert (act.who, act.what) == (alice, "showed what was gathered")


@pytest.mark.parametrize("stage", [Stage.STORY, Stage.SILENCE, Stage.CIRCLE, Stage.CLOSING, Stage.CLOSED])
def test_nothing_is_released_in_other_stages(round_: Round, alice: User, stage: Stage) -> None:
    fill(round_, 5)
    to(round_, stage)
    with pytest.raises(StageMovedOn):
        reactions.release(round=round_, by=alice)
    assert not Reaction.objects.exists()


def test_a_flowing_prompt_shows_by_itself_from_the_floor_on(round_: Round) -> None:
    Prompt.objects.update(policy=ReleasePolicy.FLOWING)
    round_.refresh_from_db()
    fill(round_, 4)
    reactions.release_due(round=round_)
    assert not Reaction.objects.exists()
    fill(round_, 1, start=4)
    reactions.release_due(round=round_)
    assert Reaction.objects.count() == 5


def test_two_flowing_batches_have_a_pause_between_them(round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    Prompt.objects.update(policy=ReleasePolicy.FLOWING)
    round_.refresh_from_db()
    now = [1000.0]
    monkeypatch.setattr("rounds.flowing.time.monotonic", lambda: now[0])
    fill(round_, 5)
    reactions.release_due(round=round_)
    fill(round_, 5, start=5)
    reactions.release_due(round=round_)
    assert Reaction.objects.count() == 5
    now[0] += flowing.PAUSE_SECONDS
    reactions.release_due(round=round_)
    assert Reaction.objects.count() == 10


def test_a_prompt_that_gathers_together_never_shows_by_itself(round_: Round) -> None:
    fill(round_, 12)
    reactions.release_due(round=round_)
    assert not Reaction.objects.exists()


def test_the_rest_is_shown_when_the_reflection_ends(round_: Round, alice: User) -> None:
    fill(round_, 5)
    reactions.release(round=round_, by=alice)
    fill(round_, 1, start=5)
    stages.move(round=round_, seen=Stage.REFLECTION, to=Stage.THREADS, by=alice)
    assert Reaction.objects.count() == 6


def test_a_prompt_with_fewer_than_three_is_never_opened(round_: Round, alice: User) -> None:
    fill(round_, 2)
    stages.move(round=round_, seen=Stage.REFLECTION, to=Stage.CLOSING, by=alice)
    assert not Reaction.objects.exists()
    assert SealedPost.objects.count() == 2


def test_a_new_question_keeps_the_answers_to_the_old_one_with_it(round_: Round, alice: User) -> None:
    first = prompt_of(round_)
    second = Prompt.objects.create(round=round_, text="And now?", position=1)
    fill(round_, 3)
    stages.ask(round=round_, prompt=second, by=alice)
    assert first.reactions.count() == 3
    assert second.reactions.count() == 0


def test_a_round_without_a_single_reaction_closes_normally(round_: Round, alice: User) -> None:
    stages.move(round=round_, seen=Stage.REFLECTION, to=Stage.CLOSING, by=alice)
    moved = stages.move(round=round_, seen=Stage.CLOSING, to=Stage.CLOSED, by=alice)
    assert moved.stage == Stage.CLOSED


# --- what a facilitator does with one


def test_one_at_most_is_brought_forward(round_: Round, alice: User) -> None:
    first, second = factories.reaction(round_, "one"), factories.reaction(round_, "two")
    for reaction in (first, second):
        reactions.move(round=round_, reaction=reaction.pk, to=State.FORWARD, by=alice)
    assert set(Reaction.objects.values_list("text", "state")) == {("one", State.RELEASED), ("two", State.FORWARD)}


@pytest.mark.parametrize("state", [State.HELD, State.ASIDE])
def test_what_is_held_or_set_aside_is_not_shown_until_it_is_given_back(
    round_: Round, alice: User, state: Reaction.State
) -> None:
    reaction = factories.reaction(round_)
    reactions.move(round=round_, reaction=reaction.pk, to=state, by=alice)
    assert not Reaction.objects.of(round_).shown().exists()
    reactions.move(round=round_, reaction=reaction.pk, to=State.RELEASED, by=alice)
    assert Reaction.objects.of(round_).shown().count() == 1


def test_another_rounds_reaction_is_not_there(round_: Round, alice: User) -> None:
    stranger = factories.round_(factories.programme("Hillside"), stage=Stage.REFLECTION)
    theirs = factories.reaction(stranger)
    with pytest.raises(Refused, match="not here any more"):
        reactions.move(round=round_, reaction=theirs.pk, to=State.HELD, by=alice)
    theirs.refresh_from_db()
    assert theirs.state == State.RELEASED


def test_a_closed_rounds_reactions_stay_as_they_are(round_: Round, alice: User) -> None:
    reaction = factories.reaction(round_)
    to(round_, Stage.CLOSED)
    with pytest.raises(StageMovedOn, match="over"):
        reactions.move(round=round_, reaction=reaction.pk, to=State.HELD, by=alice)
