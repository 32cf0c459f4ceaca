"""Steps of the weaving that can be taken back: whose, how far, and never over somebody else's head."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from facilitation import groups, themes
from facilitation.models import ActionTheme, Placement, ProposedGroup, Theme, Weaving, WeavingStep
from facilitation.weaving import board, history
from rounds import reactions, sealing, voices
from rounds.models import Programme, Reaction, Round, StaffAct, Stage, User
from rounds.refusals import Refused
from tests import factories
from tests.facilitation.seen import press, revision, shown

pytestmark = pytest.mark.django_db
S = Stage


@pytest.fixture
def round(programme: Programme) -> Round:
    return factories.round_(programme, stage=S.THREADS)


@pytest.fixture
def bob(round: Round) -> User:
    return factories.facilitator("bob", of=round.programme)


def pinned(round: Round) -> tuple[Theme, Theme, list[Reaction]]:
    """Two themes with two sentences each, and two loose ones."""
    made = [factories.reaction(round, f"sentence {word}") for word in ("a", "b", "c", "d", "e", "f")]
    first = factories.lay(factories.theme(round, "First", position=1), *made[:2])
    second = factories.lay(factories.theme(round, "Second", position=2), *made[2:4])
    return first, second, made


Act = Callable[[Round, User, Theme, Theme, list[Reaction]], object]
ACTS: dict[str, Act] = {
    "make": lambda r, a, f, s, m: themes.make(round=r, title="New", by=a, reactions=[m[0].pk, m[4].pk]),
    "rename": lambda r, a, f, s, m: themes.rename(round=r, theme=f.public_id, title="Other", by=a),
    "merge": lambda r, a, f, s, m: themes.merge(round=r, theme=f.public_id, into=s.public_id, by=a),
    "split": lambda r, a, f, s, m: themes.split(round=r, theme=f.public_id, reactions=[m[0].pk], title="Own", by=a),
    "place": lambda r, a, f, s, m: themes.place(round=r, reactions=[m[0].pk, m[4].pk], theme=s.public_id, by=a),
    "loosen": lambda r, a, f, s, m: themes.place(round=r, reactions=[m[0].pk], theme="", by=a),
    "leave out": lambda r, a, f, s, m: themes.leave_out(round=r, reactions=[m[0].pk, m[5].pk], by=a),
    "set aside": lambda r, a, f, s, m: themes.set_aside(round=r, reactions=[m[0].pk, m[5].pk], by=a),
    "up": lambda r, a, f, s, m: themes.move_up(round=r, theme=s.public_id, by=a),
    "remove": lambda r, a, f, s, m: themes.remove(round=r, theme=f.public_id, by=a),
    "hold": lambda r, a, f, s, m: themes.hold_not_fix(round=r, theme=f.public_id, held=True, by=a),
    "dismiss": lambda r, a, f, s, m: groups.dismiss(round=r, group=_group(r, m), by=a),
    "take": lambda r, a, f, s, m: groups.take(round=r, group=_group(r, m), title="Taken", by=a),
    "into a group": lambda r, a, f, s, m: themes.place(round=r, reactions=[m[0].pk], theme=_group(r, m), by=a),
}


def _group(round: Round, made: list[Reaction]) -> str:
    ids = [one.pk for one in made[4:]]
    return ProposedGroup.objects.get_or_create(round=round, reaction_ids=ids)[0].public_id


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_everything_can_be_taken_back_and_done_again(alice: User, round: Round, act: Act) -> None:
    first, second, made = pinned(round)
    _group(round, made)
    before = board.read(round)
    act(round, alice, first, second, made)
    after = board.read(round)
    assert before != after
    for _ in range(2):
        themes.undo(round=round, by=alice)
        assert board.read(round) == before
        themes.redo(round=round, by=alice)
        assert board.read(round) == after


def test_steps_go_back_one_by_one_and_a_new_one_ends_what_could_be_done_again(alice: User, round: Round) -> None:
    states = []
    for title in ("a", "b", "c"):
        states.append(board.read(round))
        themes.make(round=round, title=title, by=alice)
    for state in reversed(states[1:]):
        assert themes.undo(round=round, by=alice) == "made a theme"
        assert board.read(round) == state
    themes.make(round=round, title="other", by=alice)
    with pytest.raises(Refused, match="nothing to do again"):
        themes.redo(round=round, by=alice)
    themes.undo(round=round, by=alice)
    themes.undo(round=round, by=alice)
    with pytest.raises(Refused, match="nothing of yours to take back"):
        themes.undo(round=round, by=alice)


def test_each_takes_back_their_own_and_leaves_the_others_alone(alice: User, bob: User, round: Round) -> None:
    first, second, made = pinned(round)
    themes.place(round=round, reactions=[made[4].pk], theme=first.public_id, by=alice)
    themes.place(round=round, reactions=[made[5].pk], theme=second.public_id, by=bob)
    themes.undo(round=round, by=alice)
    lying = board.lying(round)
    assert made[4].pk not in lying
    assert lying[made[5].pk] == second.pk


def test_what_a_colleague_moved_on_is_not_taken_back(alice: User, bob: User, round: Round) -> None:
    first, second, made = pinned(round)
    themes.place(round=round, reactions=[made[4].pk], theme=first.public_id, by=alice)
    themes.place(round=round, reactions=[made[4].pk], theme=second.public_id, by=bob)
    with pytest.raises(Refused, match="Somebody has moved on from there"):
        themes.undo(round=round, by=alice)
    assert board.lying(round)[made[4].pk] == second.pk


def test_a_theme_a_colleague_has_filled_does_not_vanish_under_their_hands(alice: User, bob: User, round: Round) -> None:
    _, _, made = pinned(round)
    theme = themes.make(round=round, title="New", by=alice)
    themes.place(round=round, reactions=[made[4].pk], theme=theme.public_id, by=bob)
    with pytest.raises(Refused, match="Somebody has moved on from there"):
        themes.undo(round=round, by=alice)
    assert Theme.objects.filter(pk=theme.pk).exists()


def test_any_of_the_last_steps_can_be_taken_back_by_either(alice: User, bob: User, round: Round) -> None:
    first, _, _ = pinned(round)
    themes.rename(round=round, theme=first.public_id, title="Bob’s", by=bob)
    step = WeavingStep.objects.get()
    assert f'"step": "{step.public_id}"' in shown("console", "weave_steps", round)
    assert "Bob renamed a theme" in shown("console", "weave_steps", round)
    themes.undo(round=round, by=alice, step=step.public_id)
    assert Theme.objects.get(pk=first.pk).title == "First"
    with pytest.raises(Refused, match="Somebody has moved on"):
        themes.undo(round=round, by=alice, step=step.public_id)


def test_a_merge_taken_back_brings_proposals_actions_barriers_and_voices_with_it(alice: User, round: Round) -> None:
    Round.objects.filter(pk=round.pk).update(stage=S.CIRCLE, crossed_threshold=True)
    gone, kept = factories.theme(round, barriers=["unheard"]), factories.theme(round, "Kept", barriers=["paperwork"])
    proposal, action = factories.proposal(round, theme=gone), factories.action(round, by=alice)
    ActionTheme.objects.create(action=action, theme=gone)
    for voice in "abc":
        voices.say(round=round, kind="rings_true", target=gone.public_id, voice=voice)
    themes.merge(round=round, theme=gone.public_id, into=kept.public_id, by=alice)
    themes.undo(round=round, by=alice)
    back = Theme.objects.get(public_id=gone.public_id)
    proposal.refresh_from_db()
    kept.refresh_from_db()
    assert (proposal.theme, list(action.themes.all())) == (back, [back])
    assert (back.barriers, kept.barriers) == (["unheard"], ["paperwork"])
    assert voices.in_company(round=round, kind="rings_true") == {back.public_id}
    assert back.made_by == gone.made_by


def test_a_colleague_who_holds_a_sentence_is_not_undone(alice: User, bob: User, round: Round) -> None:
    _, _, made = pinned(round)
    themes.set_aside(round=round, reactions=[made[0].pk], by=alice)
    reactions.move(round=round, reaction=made[0].pk, to=Reaction.State.HELD, by=bob)
    with pytest.raises(Refused, match="Somebody has moved on"):
        themes.undo(round=round, by=alice)
    assert Reaction.objects.get(pk=made[0].pk).state == Reaction.State.HELD


def test_steps_are_bounded_and_hold_no_sentence_and_no_time(alice: User, round: Round) -> None:
    first, second, made = pinned(round)
    for number in range(history.KEPT + 5):
        to = (first, second)[number % 2]
        themes.place(round=round, reactions=[made[4].pk], theme=to.public_id, by=alice)
    steps = WeavingStep.objects.filter(round=round)
    assert steps.count() == history.KEPT
    kept = json.dumps(list(steps.values("what", "changes")))
    assert not any(one.text in kept for one in made)
    fields = {field.name for field in WeavingStep._meta.get_fields()}
    assert fields == {"id", "public_id", "round", "who", "what", "changes", "known", "undone"}


def test_no_step_outlives_what_was_shown_after_it(alice: User, round: Round) -> None:
    """A step that named some sentences and not others would tell which came first."""
    first, _, made = pinned(round)
    themes.place(round=round, reactions=[made[4].pk], theme=first.public_id, by=alice)
    later = factories.reaction(round, "shown later")
    with pytest.raises(Refused, match="nothing of yours"):
        themes.undo(round=round, by=alice)
    themes.place(round=round, reactions=[later.pk], theme=first.public_id, by=alice)
    assert WeavingStep.objects.count() == 1
    themes.undo(round=round, by=alice)
    assert set(board.lying(round)) == {one.pk for one in made[:5]}


def test_the_seal_drops_the_steps_and_carries_what_was_decided_by_hand(alice: User, round: Round) -> None:
    first, _, made = pinned(round)
    themes.place(round=round, reactions=[made[0].pk], theme="", by=alice)
    themes.leave_out(round=round, reactions=[made[5].pk], by=alice)
    Round.objects.filter(pk=round.pk).update(stage=S.CLOSED)
    sealing.seal(round=round)
    assert not WeavingStep.objects.exists()
    ids = dict(Reaction.objects.of(round).values_list("text", "pk"))
    kept = Weaving.objects.get(round=round)
    assert kept.left_out == [ids["sentence f"]]
    assert kept.kept_out == {first.public_id: [ids["sentence a"]]}
    assert {one.pk for one in made}.isdisjoint(ids.values())


def test_taking_back_is_told_to_every_screen_and_written_down(alice: User, round: Round) -> None:
    first, _, _ = pinned(round)
    themes.rename(round=round, theme=first.public_id, title="Other", by=alice)
    told = revision(round, "themes")
    themes.undo(round=round, by=alice)
    assert revision(round, "themes") > told
    assert StaffAct.objects.filter(round=round, who=alice, what="took back: renamed a theme").count() == 1


def test_the_presses_take_back_and_do_again_in_words(alice: User, round: Round) -> None:
    desk = Client()
    desk.force_login(alice)
    first, _, _ = pinned(round)
    assert press(desk, "theme-undo", round) == (409, "There is nothing of yours to take back here.")
    assert press(desk, "theme-rename", round, first.public_id, title="Other")[0] == 200
    assert press(desk, "theme-undo", round) == (200, "Taken back: renamed a theme.")
    assert press(desk, "theme-redo", round) == (200, "Done again: renamed a theme.")
    assert press(desk, "theme-undo", round, step="x" * 22)[0] == 409
    assert Theme.objects.get(pk=first.pk).title == "Other"


def test_another_rounds_step_looks_like_one_that_is_gone(alice: User, round: Round) -> None:
    other = factories.round_(stage=S.THREADS)
    carol = factories.facilitator("carol", of=other.programme)
    themes.make(round=other, title="Theirs", by=carol)
    with pytest.raises(Refused, match="Somebody has moved on"):
        themes.undo(round=round, by=alice, step=WeavingStep.objects.get().public_id)
    assert Theme.objects.filter(round=other).exists()


def test_placements_are_written_anew_when_a_step_is_taken_back(alice: User, round: Round) -> None:
    first, _, made = pinned(round)
    themes.place(round=round, reactions=[made[4].pk], theme=first.public_id, by=alice)
    before = set(Placement.objects.values_list("pk", flat=True))
    themes.undo(round=round, by=alice)
    assert before.isdisjoint(Placement.objects.values_list("pk", flat=True))
