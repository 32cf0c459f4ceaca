"""The circle: nothing before the threshold, barriers and proposals in company, another day, and the seal."""

from __future__ import annotations

import re

import pytest

from facilitation import barriers, circle
from facilitation.models import Offer, Proposal
from rounds import flowing, gathering, keys, reactions, sealing, stages, voices
from rounds.live import messages
from rounds.live.messages import Sender
from rounds.models import Programme, ReleasePolicy, Round, Stage, Tally, User
from rounds.refusals import Refused, StageMovedOn
from tests import factories
from tests.facilitation.circling import choose, propose
from tests.facilitation.seen import revision, shown

pytestmark = pytest.mark.django_db
S = Stage


@pytest.fixture(autouse=True)
def no_pause() -> None:
    flowing._last.clear()


@pytest.fixture
def round(programme: Programme) -> Round:
    return factories.round_(programme, stage=S.CIRCLE)


def waiting(round: Round) -> int:
    return gathering.waiting(round=round, basket=circle.PROPOSALS)


@pytest.mark.parametrize("stage", [S.ARRIVAL, S.STORY, S.SILENCE, S.REFLECTION, S.THREADS, S.THRESHOLD])
def test_nothing_is_proposed_before_the_threshold(alice: User, round: Round, stage: str) -> None:
    Round.objects.filter(pk=round.pk).update(stage=stage, crossed_threshold=False)
    theme = factories.theme(round)
    with pytest.raises(Refused, match="Until the threshold nothing has to be solved"):
        propose(round)
    with pytest.raises(Refused, match="Until the threshold"):
        choose(round, theme, "a", "unheard")
    with pytest.raises(Refused, match="Until the threshold"):
        barriers.fix(round=round, theme=theme.public_id, barriers=["unheard"], by=alice)
    with pytest.raises(Refused, match="Until the threshold"):
        circle.release(round=round, by=alice)
    assert waiting(round) == 0


def test_when_the_circle_has_ended_what_was_typed_is_kept_and_a_repeat_is_saved(round: Round) -> None:
    nonce = propose(round)
    Round.objects.filter(pk=round.pk).update(stage=S.CLOSING)
    assert propose(round, nonce=nonce) == nonce
    with pytest.raises(StageMovedOn, match="still here"):
        propose(round)


def test_a_barrier_is_shown_in_words_from_three_on_and_screens_change_only_then(round: Round) -> None:
    theme = factories.theme(round, "Time")
    choose(round, theme, "a", "unheard", "paperwork")
    choose(round, theme, "b", "unheard")
    choose(round, theme, "b", "unheard")
    assert revision(round, "circle") == 0
    assert "Several of us" not in shown("room", "chosen", round)
    choose(round, theme, "c", "unheard")
    assert revision(round, "circle") > 0
    for audience, name in (("room", "chosen"), ("wall", "circle"), ("console", "circle_themes")):
        html = shown(audience, name, round)  # type: ignore[arg-type]
        assert "Said it and nothing happened" in html
        assert "The form got the time" not in html
        assert not re.search(r">\s*\d+\s*<", html)


def test_barriers_stand_in_the_order_of_the_list_whatever_was_chosen_most(round: Round) -> None:
    theme = factories.theme(round)
    for voice in "abc":
        choose(round, theme, voice, "rules_from_outside")
    for voice in "abcdefgh":
        choose(round, theme, voice, "no_care_after", "targets_first")
    assert barriers.chosen(round=round, theme=theme) == ["targets_first", "no_care_after", "rules_from_outside"]


def test_another_rounds_theme_is_not_here(round: Round) -> None:
    elsewhere = factories.theme(factories.round_(stage=S.CIRCLE))
    with pytest.raises(Refused, match="not here any more"):
        choose(round, elsewhere, "a", "unheard")
    with pytest.raises(Refused, match="not here any more"):
        propose(round, theme=elsewhere.public_id)


def test_a_facilitator_writes_down_barriers_in_the_order_of_the_list(alice: User, round: Round) -> None:
    theme = factories.theme(round)
    barriers.fix(round=round, theme=theme.public_id, barriers=["unheard", "targets_first"], by=alice)
    theme.refresh_from_db()
    assert theme.barriers == ["targets_first", "unheard"]
    with pytest.raises(Refused, match="not on the list"):
        barriers.fix(round=round, theme=theme.public_id, barriers=["made_up"], by=alice)
    barriers.fix(round=round, theme=theme.public_id, barriers=[], by=alice)
    theme.refresh_from_db()
    assert theme.barriers == []


def test_proposals_wait_sealed_until_there_are_enough_and_then_come_together(alice: User, round: Round) -> None:
    theme = factories.theme(round, "Time")
    for number in range(4):
        propose(round, f"proposal {number}", theme=theme.public_id)
    assert (waiting(round), Proposal.objects.count()) == (4, 0)
    with pytest.raises(Refused, match="Too few are waiting"):
        circle.release(round=round, by=alice)
    propose(round, "when it was possible", offer=Offer.POSSIBLE)
    assert circle.release(round=round, by=alice) == 5
    assert waiting(round) == 0
    assert set(Proposal.objects.filter(offer=Offer.CHANGE).values_list("theme_id", flat=True)) == {theme.pk}
    assert Proposal.objects.get(offer=Offer.POSSIBLE).theme is None
    assert "proposal 3" in shown("room", "proposals", round)
    assert "when it was possible" in shown("room", "possible", round)
    assert "help" not in shown("room", "possible", round)


def test_the_same_proposal_sent_five_times_is_one(round: Round) -> None:
    nonce = propose(round)
    for _ in range(4):
        propose(round, nonce=nonce)
    assert waiting(round) == 1


def test_a_full_circle_takes_no_more_proposals_and_a_repeat_is_still_saved(
    round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rounds.ceiling.MOST", 3)
    factories.proposal(round)
    factories.proposal(factories.round_(round.programme, stage=S.CIRCLE))  # of another round: it fills that one
    sent = [propose(round) for _ in range(2)]
    with pytest.raises(Refused, match="This round is full"):
        propose(round)
    propose(round, nonce=sent[-1])
    assert waiting(round) == 2


def test_an_empty_proposal_and_a_room_too_small_are_refused(round: Round) -> None:
    with pytest.raises(Refused, match="nothing in it"):
        propose(round, "")
    Round.objects.filter(pk=round.pk).update(room_was_big_enough=False)
    with pytest.raises(Refused, match="a few more people"):
        propose(round)
    assert "a few more people" in shown("room", "propose", round)


def test_a_proposal_of_2000_characters_fits_and_one_more_is_refused_by_the_form(alice: User, round: Round) -> None:
    message = messages.named("propose")
    assert message is not None
    assert not message.form({"offer": "change", "text": "x" * 2001}).is_valid()
    assert not message.form({"offer": "made up", "text": "x"}).is_valid()
    for _ in range(5):
        propose(round, "\N{GRINNING FACE}" * 2000)
    circle.release(round=round, by=alice)
    assert Proposal.objects.filter(text="\N{GRINNING FACE}" * 2000).count() == 5


def test_proposals_of_a_flowing_room_come_by_themselves_and_not_one_by_one(round: Round) -> None:
    assert round.current_prompt is not None
    for _ in range(5):
        propose(round)
    reactions.release_due(round=round)
    assert Proposal.objects.count() == 0  # together: it waits for the word
    round.current_prompt.policy = ReleasePolicy.FLOWING
    round.current_prompt.save()
    reactions.release_due(round=round)
    assert Proposal.objects.count() == 5
    for _ in range(5):
        propose(round)
    reactions.release_due(round=round)
    assert Proposal.objects.count() == 5  # the last batch was a moment ago


@pytest.mark.parametrize(("written", "seen"), [(2, 0), (3, 3), (4, 4)])
def test_the_rest_comes_at_the_end_of_the_circle_unless_fewer_than_three_wrote(
    alice: User, round: Round, written: int, seen: int
) -> None:
    for _ in range(written):
        propose(round)
    stages.move(round=round, seen=S.CIRCLE, to=S.CLOSING, by=alice)
    assert Proposal.objects.count() == seen


def test_a_proposal_about_a_theme_that_was_merged_meanwhile_is_kept(alice: User, round: Round) -> None:
    theme = factories.theme(round)
    for _ in range(5):
        propose(round, theme=theme.public_id)
    theme.delete()
    circle.release(round=round, by=alice)
    assert Proposal.objects.filter(theme=None).count() == 5


def test_i_would_help_is_words_for_facilitators_and_company_for_the_room(round: Round) -> None:
    proposal = factories.proposal(round)

    def help_(voice: str) -> int:
        circle.offer_help(sender=Sender(round=round, voice=voice), nonce="n", proposal=proposal.pk)
        return revision(round, "circle")

    assert [help_(voice) for voice in "aab"] == [0, 0, 0]
    assert "would help too" not in shown("room", "proposals", round)
    reached = help_("c")
    assert reached > 0
    assert "Others would help too" in shown("room", "proposals", round)
    assert "A few would help" in shown("console", "proposals", round)
    assert help_("d") == reached
    assert [circle.help_band(count) for count in (0, 2, 3, 5, 6, 12)] == [
        "",
        "",
        "a few would help",
        "a few would help",
        "several would help",
        "many would help",
    ]


def test_what_is_set_aside_leaves_the_room_and_can_come_back(alice: User, round: Round) -> None:
    proposal = factories.proposal(round, "Set me aside")
    circle.set_aside(round=round, proposal=proposal.pk, aside=True, by=alice)
    assert shown("room", "proposals", round) == shown("console", "proposals", round) == ""
    assert "Set me aside" in shown("console", "proposals_aside", round)
    with pytest.raises(Refused, match="not here any more"):
        circle.offer_help(sender=Sender(round=round, voice="a"), nonce="n", proposal=proposal.pk)
    circle.set_aside(round=round, proposal=proposal.pk, aside=False, by=alice)
    assert "Set me aside" in shown("room", "proposals", round)


def test_the_seal_rewrites_proposals_and_actions_and_help_follow(alice: User, round: Round) -> None:
    theme = factories.theme(round)
    kept = {f"p{number}": factories.proposal(round, f"p{number}", theme=theme) for number in range(4)}
    action = factories.action(round, by=alice)
    type(action).objects.filter(pk=action.pk).update(from_proposal=kept["p2"])
    for voice in "abc":
        circle.offer_help(sender=Sender(round=round, voice=voice), nonce="n", proposal=kept["p1"].pk)
    propose(round, "never shown")
    Round.objects.filter(pk=round.pk).update(stage=S.CLOSED)
    sealing.seal(round=round)
    after = {proposal.text: proposal for proposal in Proposal.objects.all()}
    assert set(after) == set(kept)
    assert not {p.pk for p in after.values()} & {p.pk for p in kept.values()}
    assert all(p.theme == theme for p in after.values())
    action.refresh_from_db()
    assert action.from_proposal == after["p2"]
    assert Tally.objects.get(kind="help").target == after["p1"].pk
    assert voices.counts(round=Round.objects.get(), kind="help") == {after["p1"].pk: 3}
    assert waiting(round) == 0
    with pytest.raises(keys.KeyGone):
        keys.derived(round.public_id, "post")
