"""Themes: made, filled, merged and split by people, shown to everyone, carried through the seal."""

from __future__ import annotations

from functools import partial

import pytest

from facilitation import themes
from facilitation.models import Action, ActionTheme, Placement, Theme
from facilitation.weaving import history
from rounds import sealing, voices
from rounds.live.messages import Sender
from rounds.models import Programme, Reaction, Round, StaffAct, Stage, Tally, User
from rounds.refusals import Refused, StageMovedOn
from tests import factories
from tests.facilitation.seen import revision, shown

pytestmark = pytest.mark.django_db
S = Stage


@pytest.fixture
def round(programme: Programme) -> Round:
    return factories.round_(programme, stage=S.THREADS)


def lying(theme: Theme) -> set[str]:
    return set(theme.placements.values_list("reaction_id", flat=True))


def test_a_theme_takes_its_reactions_from_wherever_they_lay(alice: User, round: Round) -> None:
    one, two = factories.reaction(round), factories.reaction(round)
    first = themes.make(round=round, title="  No   time ", by=alice, reactions=[one.pk, two.pk])
    second = themes.make(round=round, title="The corridor", by=alice, reactions=[two.pk])
    assert (first.title, first.made_by, lying(first), lying(second)) == ("No time", alice, {one.pk}, {two.pk})
    assert (first.position, second.position) == (1, 2)
    assert revision(round, "themes") > 0
    assert StaffAct.objects.filter(round=round, who=alice, what="made a theme").count() == 2


@pytest.mark.parametrize("title", ["", "   ", "\n\t "])
def test_a_theme_without_a_title_is_refused(alice: User, round: Round, title: str) -> None:
    with pytest.raises(Refused, match="needs a title"):
        themes.make(round=round, title=title, by=alice)
    assert not Theme.objects.exists()


def test_a_title_of_121_characters_is_refused_and_one_of_120_is_not(alice: User, round: Round) -> None:
    assert themes.make(round=round, title="x" * 120, by=alice).title == "x" * 120
    with pytest.raises(Refused, match="under 120"):
        themes.make(round=round, title="x" * 121, by=alice)


@pytest.mark.parametrize("stage", [S.ARRIVAL, S.STORY, S.SILENCE, S.REFLECTION])
def test_no_theme_is_made_while_the_room_still_reflects(alice: User, round: Round, stage: str) -> None:
    Round.objects.filter(pk=round.pk).update(stage=stage)
    with pytest.raises(StageMovedOn):
        themes.make(round=round, title="Too soon", by=alice)


@pytest.mark.parametrize("stage", [S.THRESHOLD, S.CIRCLE, S.CLOSING, S.CLOSED])
def test_themes_stay_open_for_the_write_up(alice: User, round: Round, stage: str) -> None:
    Round.objects.filter(pk=round.pk).update(stage=stage)
    assert themes.make(round=round, title="Later", by=alice).pk


@pytest.mark.parametrize("state", [Reaction.State.HELD, Reaction.State.ASIDE])
def test_what_the_room_may_not_see_cannot_be_placed(alice: User, round: Round, state: Reaction.State) -> None:
    hidden = factories.reaction(round, state=state)
    with pytest.raises(Refused, match="not on the screens"):
        themes.make(round=round, title="Hidden", by=alice, reactions=[hidden.pk])
    assert not Theme.objects.exists()


def test_another_rounds_reaction_cannot_be_placed(alice: User, round: Round) -> None:
    elsewhere = factories.reaction(factories.round_(stage=S.THREADS))
    with pytest.raises(Refused, match="not on the screens"):
        themes.place(round=round, reactions=[elsewhere.pk], theme=factories.theme(round).public_id, by=alice)


def test_another_rounds_theme_looks_like_one_that_is_gone(alice: User, round: Round) -> None:
    elsewhere = factories.theme(factories.round_(stage=S.THREADS), "Theirs")
    with pytest.raises(Refused, match="not here any more"):
        themes.rename(round=round, theme=elsewhere.public_id, title="Ours", by=alice)
    elsewhere.refresh_from_db()
    assert elsewhere.title == "Theirs"


def test_a_title_somebody_has_just_given_is_not_written_over_unseen(alice: User, round: Round) -> None:
    theme = factories.theme(round, "Eleven minutes")
    rename = partial(themes.rename, round=round, theme=theme.public_id, by=alice)
    rename(title="Time is a judgement", seen="Eleven minutes")
    with pytest.raises(Refused, match="just called it “Time is a judgement”"):
        rename(title="Time", seen="Eleven minutes")
    assert rename(title="Time", seen="Time is a judgement").title == "Time"


def test_reactions_move_between_themes_and_back_to_loose(alice: User, round: Round) -> None:
    one, two = factories.reaction(round), factories.reaction(round)
    first, second = factories.lay(factories.theme(round), one, two), factories.theme(round, position=2)
    assert themes.place(round=round, reactions=[one.pk], theme=second.public_id, by=alice) == second
    assert (lying(first), lying(second)) == ({two.pk}, {one.pk})
    assert themes.place(round=round, reactions=[one.pk], theme="", by=alice) is None
    assert (lying(first), lying(second)) == ({two.pk}, set())
    with pytest.raises(Refused, match="Tick one sentence"):
        themes.place(round=round, reactions=[], theme="", by=alice)


def test_placements_are_rewritten_as_a_whole(alice: User, round: Round) -> None:
    factories.lay(factories.theme(round), *(factories.reaction(round) for _ in range(6)))
    before = set(Placement.objects.values_list("pk", flat=True))
    themes.make(round=round, title="Another", by=alice, reactions=[factories.reaction(round).pk])
    assert not before & set(Placement.objects.values_list("pk", flat=True))
    assert Placement.objects.count() == 7


def test_merging_keeps_sentences_barriers_proposals_and_actions(alice: User, round: Round) -> None:
    Round.objects.filter(pk=round.pk).update(stage=S.CIRCLE, crossed_threshold=True)
    one, two = factories.reaction(round), factories.reaction(round)
    gone = factories.lay(factories.theme(round, barriers=["paperwork", "unheard"]), one)
    kept = factories.lay(factories.theme(round, "Kept", barriers=["unheard"]), two)
    proposal = factories.proposal(round, theme=gone)
    shaped = factories.action(round, by=alice)
    both = factories.action(round, by=alice)
    links = [(shaped, gone), (both, gone), (both, kept)]
    ActionTheme.objects.bulk_create(ActionTheme(action=action, theme=theme) for action, theme in links)
    themes.merge(round=round, theme=gone.public_id, into=kept.public_id, by=alice)
    kept.refresh_from_db()
    proposal.refresh_from_db()
    assert lying(kept) == {one.pk, two.pk}
    assert kept.barriers == ["unheard", "paperwork"]
    assert proposal.theme == kept
    assert list(shaped.themes.all()) == list(both.themes.all()) == [kept]
    assert not Theme.objects.filter(pk=gone.pk).exists()
    with pytest.raises(Refused, match="not here any more"):
        themes.merge(round=round, theme=gone.public_id, into=kept.public_id, by=alice)
    with pytest.raises(Refused, match="another theme"):
        themes.merge(round=round, theme=kept.public_id, into=kept.public_id, by=alice)


def test_a_theme_that_goes_takes_what_was_said_of_it_along(alice: User, round: Round) -> None:
    gone, kept = factories.theme(round), factories.theme(round)
    for theme in (gone, kept):
        voices.say(round=round, kind="rings_true", target=theme.public_id, voice="v")
        voices.say(round=round, kind="barrier", target=f"{theme.public_id}:unheard", voice="v")
    themes.remove(round=round, theme=gone.public_id, by=alice)
    for _ in range(history.KEPT):  # as long as the step can be taken back, what was said waits for it
        assert voices.counts(round=round, kind="rings_true")[gone.public_id] == 1
        themes.hold_not_fix(round=round, theme=kept.public_id, held=not kept.to_be_held, by=alice)
        kept.refresh_from_db()
    assert voices.counts(round=round, kind="rings_true") == {kept.public_id: 1}
    assert voices.counts(round=round, kind="barrier") == {f"{kept.public_id}:unheard": 1}


def test_some_sentences_split_off_into_a_theme_of_their_own(alice: User, round: Round) -> None:
    one, two, loose = (factories.reaction(round) for _ in range(3))
    theme = factories.lay(factories.theme(round), one, two)
    made = themes.split(round=round, theme=theme.public_id, reactions=[two.pk], title="Its own", by=alice)
    assert (lying(theme), lying(made)) == ({one.pk}, {two.pk})
    for chosen in ([], [one.pk, loose.pk]):
        with pytest.raises(Refused, match="Tick the sentences"):
            themes.split(round=round, theme=theme.public_id, reactions=chosen, title="No", by=alice)
    with pytest.raises(Refused, match="leave the theme empty"):
        themes.split(round=round, theme=theme.public_id, reactions=[one.pk], title="No", by=alice)


def test_themes_change_places_one_step_at_a_time(alice: User, round: Round) -> None:
    first, second, third = (themes.make(round=round, title=title, by=alice) for title in "abc")

    def order() -> str:
        return "".join(Theme.objects.filter(round=round).values_list("title", flat=True))

    themes.move_up(round=round, theme=third.public_id, by=alice)
    assert order() == "acb"
    themes.move_down(round=round, theme=first.public_id, by=alice)
    assert order() == "cab"
    themes.move_up(round=round, theme=third.public_id, by=alice)
    themes.move_down(round=round, theme=second.public_id, by=alice)
    assert order() == "cab"


def test_a_removed_theme_leaves_its_sentences_loose(alice: User, round: Round) -> None:
    one = factories.reaction(round)
    theme = factories.lay(factories.theme(round), one)
    themes.remove(round=round, theme=theme.public_id, by=alice)
    assert not Placement.objects.exists()
    assert Reaction.objects.filter(pk=one.pk).exists()


def test_a_theme_an_action_came_from_cannot_be_taken_away(alice: User, round: Round) -> None:
    Round.objects.filter(pk=round.pk).update(crossed_threshold=True)
    theme = factories.theme(round)
    ActionTheme.objects.create(action=factories.action(round, by=alice), theme=theme)
    with pytest.raises(Refused, match="An action came from this theme"):
        themes.remove(round=round, theme=theme.public_id, by=alice)
    assert Action.objects.get().themes.get() == theme


def test_to_be_held_pressed_twice_stays_held(alice: User, round: Round) -> None:
    theme = factories.theme(round)
    for _ in range(2):
        themes.hold_not_fix(round=round, theme=theme.public_id, held=True, by=alice)
    theme.refresh_from_db()
    assert theme.to_be_held
    assert not themes.hold_not_fix(round=round, theme=theme.public_id, held=False, by=alice).to_be_held


def test_it_rings_true_for_others_too_from_three_on_and_the_screens_change_only_then(round: Round) -> None:
    theme = factories.theme(round)

    def say(voice: str) -> int:
        themes.rings_true(sender=Sender(round=round, voice=voice), nonce="n", theme=theme.public_id)
        return revision(round, "themes")

    assert [say("a"), say("a"), say("b")] == [0, 0, 0]
    assert "Others too" not in shown("room", "themes", round)
    reached = say("c")
    assert reached > 0
    assert "Others too" in shown("room", "themes", round)
    assert say("d") == reached


def test_a_repeat_is_answered_as_saved_after_the_stage_moved_on(round: Round) -> None:
    theme = factories.theme(round)
    themes.rings_true(sender=Sender(round=round, voice="a"), nonce="n", theme=theme.public_id)
    Round.objects.filter(pk=round.pk).update(stage=S.THRESHOLD)
    themes.rings_true(sender=Sender(round=round, voice="a"), nonce="n", theme=theme.public_id)
    with pytest.raises(StageMovedOn):
        themes.rings_true(sender=Sender(round=round, voice="b"), nonce="n", theme=theme.public_id)


def test_the_seal_carries_sentences_to_their_new_ids(alice: User, round: Round) -> None:
    one, two = factories.reaction(round, "one"), factories.reaction(round, "two")
    theme = factories.lay(factories.theme(round), one, two)
    for voice in "abc":
        voices.say(round=round, kind="rings_true", target=theme.public_id, voice=voice)
    Round.objects.filter(pk=round.pk).update(stage=S.CLOSED)
    sealing.seal(round=round)
    assert sorted(theme.placements.values_list("reaction__text", flat=True)) == ["one", "two"]
    assert not {one.pk, two.pk} & lying(theme)
    assert Tally.objects.get(kind="rings_true", target=theme.public_id).count == 3
    themes.make(round=round, title="Seen later", by=alice, reactions=[next(iter(lying(theme)))])
    assert Placement.objects.count() == 2


def test_a_later_circle_works_on_the_themes_of_its_round_and_both_hear_of_it(alice: User, round: Round) -> None:
    Round.objects.filter(pk=round.pk).update(stage=S.CLOSED)
    circle = factories.round_(round.programme, stage=S.CIRCLE, continues=round)
    theme = factories.theme(round)
    themes.rename(round=circle, theme=theme.public_id, title="As the circle says", by=alice)
    theme.refresh_from_db()
    assert theme.title == "As the circle says"
    assert revision(round, "themes") > 0
    assert revision(circle, "themes") > 0
