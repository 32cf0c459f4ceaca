"""The machine beside the hand: what stands does not move, what a person decided is never turned back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

from facilitation import clustering, groups, sorting, themes
from facilitation.clustering import Proposal, Sentence
from facilitation.clustering.sorting import PairEvidence
from facilitation.models import ProposedGroup, Theme
from facilitation.weaving import board
from rounds import voices
from rounds.models import Reaction, Round, Stage, User
from rounds.reactions import MINE_TOO
from rounds.refusals import Refused
from tests import factories
from tests.facilitation.seen import shown

pytestmark = pytest.mark.django_db
TIME = ["No time to sit down", "Never any time to sit", "There was no time to sit with her", "Time to sit, never"]
FORM = ["The form had eleven pages", "A form, and another form", "Pages of the form", "The long form took over"]
State = ProposedGroup.State


@pytest.fixture
def round(alice: User) -> Round:
    made = factories.round_(alice.memberships.get().programme, stage=Stage.THREADS)
    for text in TIME + FORM:
        factories.reaction(made, text)
    return made


def said(round: Round, *texts: str) -> list[str]:
    ids = dict(Reaction.objects.of(round).values_list("text", "pk"))
    return [ids[text] for text in texts]


def a_group(round: Round, *texts: str, **fields: Any) -> ProposedGroup:
    return ProposedGroup.objects.create(round=round, reaction_ids=said(round, *texts), **fields)


def machine(monkeypatch: pytest.MonkeyPatch, *found: Sequence[str]) -> list[dict[str, Any]]:
    """Let the machine find these groups whatever it is told; returns what it was told."""
    told: list[dict[str, Any]] = []

    def propose(sentences: Sequence[Sentence], **how: Any) -> Proposal:
        told.append({"sentences": list(sentences), "atomic": connection.in_atomic_block, **how})
        made = tuple(clustering.Group(tuple(ids), (), tuple(ids)) for ids in found)
        return Proposal(made, ())

    monkeypatch.setattr(clustering, "propose", propose)
    return told


def test_a_sentence_taken_out_of_a_group_never_comes_back_to_it(
    alice: User, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = a_group(round, *TIME)
    out = said(round, TIME[0])
    themes.place(round=round, reactions=out, theme="", by=alice)
    everywhere = {group.public_id: set(out)}
    monkeypatch.setattr(clustering, "place", lambda new, groups: {one.id: group.public_id for one in new})
    told = machine(monkeypatch)
    groups.propose_groups(round=round, by=alice)
    group.refresh_from_db()
    assert everywhere[group.public_id].isdisjoint(group.reaction_ids)
    apart = {frozenset(pair) for pair in told[-1]["pinned"].apart}
    assert {frozenset((out[0], other)) for other in group.reaction_ids[:3]} <= apart


def test_a_sentence_moved_out_of_a_theme_is_never_proposed_for_it(
    alice: User, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme = themes.make(round=round, title="Time", by=alice, reactions=said(round, *TIME))
    out = said(round, TIME[0])
    themes.place(round=round, reactions=out, theme="", by=alice)
    machine(monkeypatch, [*said(round, *TIME), *said(round, FORM[0])])
    groups.propose_groups(round=round, by=alice)
    perhaps = ProposedGroup.objects.get(for_theme=theme.public_id)
    assert perhaps.reaction_ids == said(round, FORM[0])
    themes.place(round=round, reactions=out, theme=theme.public_id, by=alice)
    assert board.decided(round).kept_out == {}


def test_what_may_belong_to_a_theme_stands_with_it_until_a_person_says_so(
    alice: User, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme = themes.make(round=round, title="Time", by=alice, reactions=said(round, *TIME[:3]))
    machine(monkeypatch, said(round, *TIME))
    groups.propose_groups(round=round, by=alice)
    html = shown("console", "weave", round)
    assert "Perhaps also: one sentence" in html
    assert TIME[3] in html
    assert TIME[3] not in shown("wall", "themes", round)
    assert TIME[3] not in shown("console", "loose", round)
    perhaps = ProposedGroup.objects.get(for_theme=theme.public_id)
    assert groups.take(round=round, group=perhaps.public_id, title="", by=alice) == theme
    assert board.lying(round)[said(round, TIME[3])[0]] == theme.pk
    themes.undo(round=round, by=alice)
    groups.dismiss(round=round, group=perhaps.public_id, by=alice)
    with pytest.raises(Refused, match="not here any more"):
        groups.take(round=round, group=perhaps.public_id, title="", by=alice)
    groups.propose_groups(round=round, by=alice)
    assert not ProposedGroup.objects.filter(for_theme=theme.public_id, state=State.WAITING).exists()


def test_the_machine_is_told_what_people_decided_sorted_and_kept_company(
    alice: User, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = themes.make(round=round, title="Time", by=alice, reactions=said(round, *TIME[:2]))
    second = themes.make(round=round, title="Form", by=alice, reactions=said(round, *FORM[:2]))
    out, alone, *few = said(round, *TIME[2:], *FORM[2:])
    themes.leave_out(round=round, reactions=[out], by=alice)
    evidence = PairEvidence({(alone, few[0]): (3, 4)})
    monkeypatch.setattr(sorting, "evidence", lambda origin: evidence)
    for target, count in ((alone, 4), (few[0], 5), (few[1], 12)):
        for voice in range(count):
            voices.say(round=round, kind=MINE_TOO, target=target, voice=f"{voice}")
    told = machine(monkeypatch)
    groups.propose_groups(round=round, by=alice)
    assert told[0]["sorted"] is evidence
    assert {one.id: one.company for one in told[0]["sentences"]} == {
        **dict.fromkeys(said(round, *TIME[:2], *FORM[:2]), 0), alone: 0, few[0]: 5, few[1]: 10,
    }  # fmt: skip
    themed = {frozenset(first.placements.values_list("reaction_id", flat=True))}
    themed |= {frozenset(second.placements.values_list("reaction_id", flat=True))}
    assert set(told[0]["pinned"].together) == themed


@pytest.mark.django_db(transaction=True)
def test_the_machine_looks_outside_every_transaction(
    alice: User, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = machine(monkeypatch, said(round, *TIME))
    groups.propose_groups(round=round, by=alice)
    groups.look_again(round=round, by=alice)
    assert [one["atomic"] for one in told] == [False, False]


def test_looking_again_moves_nothing_until_somebody_chooses_it(
    alice: User, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme = themes.make(round=round, title="By hand", by=alice, reactions=said(round, TIME[0]))
    today = a_group(round, *TIME[1:])
    machine(monkeypatch, said(round, *TIME[2:], FORM[0]), said(round, *FORM[1:]))
    before = shown("console", "weave", round)
    assert groups.look_again(round=round, by=alice) == 2
    assert shown("console", "weave", round) == before
    preview = shown("console", "weave_preview", round)
    assert "Another way to group" in preview
    assert "2 of a group today, 1 from elsewhere" in preview
    assert "a new group" in preview
    groups.choose(round=round, new=True, by=alice)
    assert shown("console", "weave_preview", round) == ""
    now = {tuple(one.reaction_ids) for one in ProposedGroup.objects.filter(state=State.WAITING)}
    assert now == {tuple(said(round, *TIME[2:], FORM[0])), tuple(said(round, *FORM[1:]))}
    assert board.lying(round) == {said(round, TIME[0])[0]: theme.pk}
    themes.undo(round=round, by=alice)
    assert ProposedGroup.objects.get(state=State.WAITING) == today
    groups.choose(round=round, new=False, by=alice)
    assert ProposedGroup.objects.get(state=State.WAITING) == today
    with pytest.raises(Refused, match="nothing to compare"):
        groups.choose(round=round, new=True, by=alice)


def test_the_same_groups_as_today_are_said_to_be_the_same(
    alice: User, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_group(round, *TIME)
    machine(monkeypatch, said(round, *TIME))
    groups.look_again(round=round, by=alice)
    html = shown("console", "weave_preview", round)
    assert "the same groups as today" in html
    assert "Use these instead" not in html


def test_what_is_left_out_is_read_and_not_proposed(alice: User, round: Round) -> None:
    out = said(round, *FORM)
    themes.leave_out(round=round, reactions=out, by=alice)
    assert FORM[0] in shown("console", "left_out", round)
    assert FORM[0] not in shown("console", "loose", round)
    with pytest.raises(Refused, match="too few"):
        groups.propose_groups(round=round, by=alice)
    themes.place(round=round, reactions=out[:1], theme="", by=alice)
    assert FORM[0] in shown("console", "loose", round)


def test_a_group_that_was_put_away_does_not_come_back_with_one_sentence_more(
    alice: User, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups.dismiss(round=round, group=a_group(round, *TIME).public_id, by=alice)
    machine(monkeypatch, said(round, *TIME, FORM[0]), said(round, *FORM))
    groups.propose_groups(round=round, by=alice)
    assert ProposedGroup.objects.get(state=State.WAITING).reaction_ids == said(round, *FORM)


def test_a_title_from_a_sentence_that_is_held_leaves_the_wall_and_the_phones(alice: User, round: Round) -> None:
    theme = themes.make(round=round, title="never any  TIME", by=alice, reactions=said(round, *TIME[1:]))
    held = Reaction.objects.filter(pk=said(round, TIME[1])[0])
    screens = (("wall", "themes"), ("room", "themes"))
    held.update(state=Reaction.State.HELD)
    for audience, name in screens:
        html = shown(audience, name, round)  # type: ignore[arg-type]
        assert "never any TIME" not in html
        assert "Being named again" in html
    console = shown("console", "weave", round)
    assert "These words come from a sentence that is not shown any more" in console
    assert "never any TIME" in console
    held.update(state=Reaction.State.RELEASED)
    assert "never any TIME" in shown("wall", "themes", round)
    held.update(state=Reaction.State.HELD)
    themes.rename(round=round, theme=theme.public_id, title="Sitting down", by=alice)
    assert "Sitting down" in shown("wall", "themes", round)
    assert "not shown any more" not in shown("console", "weave", round)


def test_a_title_of_peoples_own_making_stays_whatever_is_held(alice: User, round: Round) -> None:
    theme = themes.make(round=round, title="Eleven", by=alice, reactions=said(round, FORM[1]))
    Theme.objects.filter(pk=theme.pk).update(from_sentence=False)
    Reaction.objects.filter(pk=said(round, FORM[0])[0]).update(state=Reaction.State.HELD)
    assert "Eleven" in shown("wall", "themes", round)


def test_a_withdrawn_title_is_not_read_under_a_proposal_either(alice: User, round: Round) -> None:
    theme = themes.make(round=round, title=TIME[1], by=alice, reactions=said(round, *TIME))
    Round.objects.filter(pk=round.pk).update(stage=Stage.CIRCLE, crossed_threshold=True)
    factories.proposal(round, theme=theme)
    assert TIME[1] in shown("room", "proposals", round)
    Reaction.objects.filter(pk=said(round, TIME[1])[0]).update(state=Reaction.State.HELD)
    assert TIME[1] not in shown("room", "proposals", round)
    assert "Being named again" in shown("room", "proposals", round)
