"""Groups the machine proposes: to facilitators only, of loose sentences only, and never a theme by themselves."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from facilitation import groups, themes
from facilitation.models import ProposedGroup, Theme
from rounds import sealing
from rounds.live import regions
from rounds.models import Programme, Reaction, Round, Stage, User
from rounds.refusals import Refused, StageMovedOn
from tests import factories
from tests.facilitation.seen import shown

pytestmark = pytest.mark.django_db
TIME = ["No time to sit down", "Never any time to sit", "There was no time to sit with her", "Time to sit, never"]
FORM = ["The form had eleven pages", "A form, and another form", "Pages of the form", "The long form took over"]


@pytest.fixture
def round(alice: User) -> Round:
    made = factories.round_(alice.memberships.get().programme, stage=Stage.THREADS)
    for text in TIME + FORM:
        factories.reaction(made, text)
    return made


def html(round: Round, name: str = "weave") -> str:
    return shown("console", name, round)


def test_the_machine_proposes_groups_with_titles_from_peoples_words(alice: User, round: Round) -> None:
    assert groups.propose_groups(round=round, by=alice) >= 1
    said = [reaction.text for reaction in Reaction.objects.all()]
    for group in ProposedGroup.objects.all():
        assert all(any(title in text for text in said) for title in group.titles)
    assert not Theme.objects.exists()


def test_no_title_is_offered_that_names_a_person(alice: User) -> None:
    round = factories.round_(alice.memberships.get().programme, stage=Stage.THREADS)
    for text in [
        *TIME,
        "Mr Okonkwo waited",
        "Mr Okonkwo waited again",
        "We all let Mr Okonkwo wait",
        "Mr Okonkwo left",
    ]:
        factories.reaction(round, text)
    groups.propose_groups(round=round, by=alice)
    offered = [title for group in ProposedGroup.objects.all() for title in group.titles]
    assert offered
    assert not any("Mr Okonkwo" in title for title in offered)


def test_what_the_machine_proposes_stands_on_the_console_alone(alice: User, round: Round) -> None:
    groups.propose_groups(round=round, by=alice)
    assert "Make it a theme" in html(round)
    for audience in ("room", "wall"):
        assert all("Make it a theme" not in shown(audience, r.name, round) for r in regions.of(audience))


def test_switched_off_there_is_no_control_and_no_proposal(alice: User, round: Round) -> None:
    groups.propose_groups(round=round, by=alice)
    assert "Make it a theme" in html(round)
    Programme.objects.update(machine_on=False)
    assert "Propose groups" not in html(round, "weave_head")
    assert "Make it a theme" not in html(round)
    for ask in (groups.propose_groups, groups.look_again):
        with pytest.raises(Refused, match="switched off"):
            ask(round=round, by=alice)
    assert themes.make(round=round, title="By hand", by=alice).pk


def test_taking_a_group_makes_a_theme_of_its_taker(alice: User, round: Round) -> None:
    groups.propose_groups(round=round, by=alice)
    group = ProposedGroup.objects.all()[0]
    placed, *rest = group.reaction_ids
    other = themes.make(round=round, title="By hand", by=alice, reactions=[placed])
    theme = groups.take(round=round, group=group.public_id, title="Time to sit", by=alice)
    assert (theme.made_by, theme.title) == (alice, "Time to sit")
    assert set(theme.placements.values_list("reaction_id", flat=True)) == set(rest)
    assert list(other.placements.values_list("reaction_id", flat=True)) == [placed]
    with pytest.raises(Refused, match="That group is not here any more"):
        groups.take(round=round, group=group.public_id, title="Again", by=alice)


def test_sentences_taken_out_of_a_group_stay_loose(alice: User, round: Round) -> None:
    groups.propose_groups(round=round, by=alice)
    group = ProposedGroup.objects.all()[0]
    out, *kept = group.reaction_ids
    assert f'id="tick-{out}"' not in html(round, "loose")
    themes.place(round=round, reactions=[out], theme="", by=alice)
    assert f'id="tick-{out}"' in html(round, "loose")
    theme = groups.take(round=round, group=group.public_id, title="Time to sit", by=alice)
    assert set(theme.placements.values_list("reaction_id", flat=True)) == set(kept)
    assert out in {reaction.pk for reaction in groups.loose_reactions(round)}


def test_placed_sentences_are_not_proposed_again(alice: User, round: Round) -> None:
    groups.propose_groups(round=round, by=alice)
    taken = groups.take(round=round, group=ProposedGroup.objects.all()[0].public_id, title="Taken", by=alice)
    placed = set(taken.placements.values_list("reaction_id", flat=True))
    for text in TIME:
        factories.reaction(round, f"{text} again")
    groups.look_again(round=round, by=alice)
    assert not any(placed & set(group.reaction_ids) for group in ProposedGroup.objects.exclude(state="taken"))


def test_a_dismissed_group_is_not_proposed_again(alice: User, round: Round) -> None:
    groups.propose_groups(round=round, by=alice)
    group = ProposedGroup.objects.all()[0]
    groups.dismiss(round=round, group=group.public_id, by=alice)
    groups.look_again(round=round, by=alice)
    groups.choose(round=round, new=True, by=alice)
    assert not any(set(g.reaction_ids) & set(group.reaction_ids) for g in ProposedGroup.objects.filter(state="waiting"))


def test_nothing_in_a_standing_group_moves_when_more_is_proposed(alice: User, round: Round) -> None:
    groups.propose_groups(round=round, by=alice)
    before = {group.public_id: set(group.reaction_ids) for group in ProposedGroup.objects.all()}
    with pytest.raises(Refused, match="Nothing new"):
        groups.propose_groups(round=round, by=alice)
    new = factories.reaction(round, TIME[0])
    assert groups.propose_groups(round=round, by=alice) >= 1
    after = {group.public_id: set(group.reaction_ids) for group in ProposedGroup.objects.all()}
    assert all(members <= after[group] for group, members in before.items())
    assert any(new.pk in members for members in after.values())


def test_too_few_words_are_refused_in_words(alice: User) -> None:
    round = factories.round_(alice.memberships.get().programme, stage=Stage.THREADS)
    factories.reaction(round, "One.")
    with pytest.raises(Refused, match="too few"):
        groups.propose_groups(round=round, by=alice)


def test_nothing_is_proposed_while_the_room_reflects(alice: User, round: Round) -> None:
    Round.objects.filter(pk=round.pk).update(stage=Stage.REFLECTION)
    with pytest.raises(StageMovedOn):
        groups.propose_groups(round=round, by=alice)


def test_a_sentence_that_was_held_meanwhile_leaves_its_group(alice: User, round: Round) -> None:
    groups.propose_groups(round=round, by=alice)
    group = ProposedGroup.objects.all()[0]
    held = Reaction.objects.get(pk=group.reaction_ids[0])
    Reaction.objects.filter(pk=held.pk).update(state=Reaction.State.HELD, text="held back")
    assert "held back" not in html(round)
    theme = groups.take(round=round, group=group.public_id, title="Without it", by=alice)
    assert not theme.placements.filter(reaction=held).exists()


def test_a_title_from_a_sentence_that_was_held_is_neither_offered_nor_taken(alice: User, round: Round) -> None:
    held, *others = Reaction.objects.all()[:4]
    Reaction.objects.filter(pk=held.pk).update(text="Sister  Brigid looked\naway")
    group = ProposedGroup.objects.create(
        round=round, reaction_ids=[held.pk, *(one.pk for one in others)], titles=["Brigid looked away", others[0].text]
    )
    assert "Brigid looked away" in html(round)
    Reaction.objects.filter(pk=held.pk).update(state=Reaction.State.HELD)
    assert "Brigid" not in html(round)
    assert f">{others[0].text}</button>" in html(round)
    for title in ("Brigid looked away", "  brigid LOOKED  away "):
        with pytest.raises(Refused, match="a sentence that is not shown any more"):
            groups.take(round=round, group=group.public_id, title=title, by=alice)
    assert not Theme.objects.exists()
    assert groups.take(round=round, group=group.public_id, title=others[0].text, by=alice).title == others[0].text


def test_the_seal_drops_what_the_machine_proposed(alice: User, round: Round) -> None:
    groups.propose_groups(round=round, by=alice)
    Round.objects.filter(pk=round.pk).update(stage=Stage.CLOSED)
    sealing.seal(round=round)
    assert not ProposedGroup.objects.exists()
    assert groups.propose_groups(round=round, by=alice) >= 1


def test_the_presses_take_a_chosen_or_an_own_title(alice: User, round: Round) -> None:
    desk = Client()
    desk.force_login(alice)

    def press(name: str, *ids: str, **said: object) -> tuple[int, str]:
        answer = desk.post(reverse(name, args=[round.public_id, *ids]), said)
        return answer.status_code, answer.content.decode()

    assert press("theme-propose") == (200, "The machine proposes these. Only facilitators see them.")
    found = ProposedGroup.objects.all()[0]
    group = found.public_id
    assert press("theme-take", group) == (409, "Choose a title, or write your own.")
    assert press("theme-take", group, title="Chosen", own_title="Own") == (200, "“Own” is a theme now.")
    assert set(Theme.objects.get().placements.values_list("reaction_id", flat=True)) == set(found.reaction_ids)
    assert press("theme-dismiss", group)[0] == 409
    if left := ProposedGroup.objects.filter(state="waiting").first():
        assert press("theme-dismiss", left.public_id) == (200, "Put away. The sentences stay as they are.")


def test_another_rounds_group_looks_like_one_that_is_gone(alice: User, round: Round) -> None:
    other = factories.round_(stage=Stage.THREADS)
    theirs = ProposedGroup.objects.create(round=other, reaction_ids=[], titles=["x"])
    for verb in (groups.dismiss, lambda **k: groups.take(title="x", **k)):
        with pytest.raises(Refused, match="not here any more"):
            verb(round=round, group=theirs.public_id, by=alice)
