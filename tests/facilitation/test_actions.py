"""Shaping, changing and agreeing actions. alice runs the round, bob leads, charlie belongs elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from facilitation import actions, taxonomies
from facilitation.models import Action, Domain, Level, State, Strength
from rounds.models import Round, Stage, User
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db


def changed(action: Action, by: User, **fields: Any) -> Action:
    return actions.change(action=action, version=action.version, by=by, fields=fields)


def test_the_lists_have_one_source() -> None:
    assert Level.choices == taxonomies.choices(taxonomies.LEVELS)
    assert Domain.choices == taxonomies.choices(taxonomies.DOMAINS)
    assert Strength.choices == taxonomies.choices(taxonomies.STRENGTHS)


@pytest.mark.parametrize("stage", [Stage.PLANNED, Stage.REFLECTION, Stage.THREADS, Stage.THRESHOLD])
def test_no_action_exists_before_the_threshold(stage: str) -> None:
    early = factories.round_(stage=stage)
    alice = factories.facilitator(of=early.programme)
    with pytest.raises(Refused, match="Until the threshold nothing has to be solved"):
        actions.shape(round=early, by=alice, fields={"statement": "put chairs out"}, themes=[])
    assert not Action.objects.exists()


def test_shaping_keeps_four_fields_where_it_came_from_and_a_day_to_look_again(circle: Round, alice: User) -> None:
    theme, proposal = factories.theme(circle), factories.proposal(circle)
    fields = {
        "statement": "We will put chairs out.",
        "barriers": ["space_and_kit"],
        "level": "team",
        "first_step": "Two",
    }
    made = actions.shape(round=circle, by=alice, fields=fields, themes=[theme], proposal=proposal)
    assert (made.statement, made.barriers, made.level, made.first_step) == (
        "put chairs out",
        ["space_and_kit"],
        "team",
        "Two",
    )
    assert (list(made.themes.all()), made.from_proposal, made.state) == ([theme], proposal, State.PROPOSED)
    assert made.review_on == timezone.localdate() + timedelta(weeks=12)
    event = made.events.get()
    assert (event.who, event.what, event.from_state, event.to_state) == (alice, "shaped in the round", "", "proposed")


def test_the_same_shaped_twice_is_one_action_and_anything_else_is_another(circle: Round, alice: User) -> None:
    fields = {"statement": "put chairs out", "barriers": ["space_and_kit"], "level": "team"}
    first = actions.shape(round=circle, by=alice, fields=fields, themes=[])
    assert actions.shape(round=circle, by=alice, fields=fields, themes=[]) == first
    assert actions.shape(round=circle, by=alice, fields={**fields, "level": "organisation"}, themes=[]) != first
    assert actions.shape(round=circle, by=alice, fields=fields, themes=[], proposal=factories.proposal(circle)) != first
    assert first.events.count() == 1


def test_another_rounds_theme_or_proposal_is_not_taken(circle: Round, alice: User) -> None:
    elsewhere = factories.round_(stage=Stage.CIRCLE)
    for wrong in ({"themes": [factories.theme(elsewhere)]}, {"themes": [], "proposal": factories.proposal(elsewhere)}):
        with pytest.raises(Refused, match="not here any more"):
            actions.shape(round=circle, by=alice, fields={"statement": "put chairs out"}, **wrong)
    assert not Action.objects.exists()


def test_a_circle_on_another_day_shapes_the_first_rounds_themes(circle: Round, alice: User) -> None:
    later = factories.round_(circle.programme, stage=Stage.CIRCLE, continues=circle)
    theme = factories.theme(circle)
    made = actions.shape(round=later, by=alice, fields={"statement": "put chairs out"}, themes=[theme])
    assert list(made.themes.all()) == [theme]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("We will put chairs out.", "put chairs out"),
        ("we’ll put chairs out", "put chairs out"),
        ("Put chairs out", "put chairs out"),
        ("NHS rules go", "NHS rules go"),
        ("we wilt", "we wilt"),
        ("a chair", "a chair"),
    ],
)
def test_the_sentence_goes_on_from_we_will(typed: str, kept: str) -> None:
    assert actions.plain_statement(typed) == kept


@pytest.mark.parametrize("typed", ["", "We will", "we will …", "."])
def test_an_action_without_its_sentence_is_refused(circle: Round, alice: User, typed: str) -> None:
    with pytest.raises(Refused, match="needs its sentence"):
        actions.shape(round=circle, by=alice, fields={"statement": typed}, themes=[])


@pytest.mark.parametrize(
    "fields",
    [
        {"statement": "have Dr Ashdown trained"},
        {"first_step": "ring Sister Ann"},
        {"holder": "Priya Lund"},
        {"learn_from": "Nurse Jones"},
        {"learn_by": "asking Nurse Jones"},
        {"for_the_person": "nobody is seen by Dr Ashdown twice"},
    ],
)
def test_words_that_name_a_person_must_be_others_and_it_says_why(
    circle: Round, alice: User, fields: dict[str, Any]
) -> None:
    made = factories.action(circle, by=alice)
    with pytest.raises(Refused, match=r"reads like a person’s name.*nobody is blamed.*say a role or a group"):
        changed(made, alice, **fields)
    made.refresh_from_db()
    assert (made.version, made.holder) == (0, factories.COMPLETE["holder"])


@pytest.mark.parametrize("holder", ["staff", "Everyone", "all of us"])
def test_everyone_cannot_hold_an_action(circle: Round, alice: User, holder: str) -> None:
    with pytest.raises(Refused, match=f"“{holder}” is everyone"):
        changed(factories.action(circle, by=alice), alice, holder=holder)


def test_a_change_raises_the_version_and_says_what_was_changed(circle: Round, alice: User) -> None:
    made = changed(factories.action(circle, by=alice), alice, first_step="Ask the porters", level="organisation")
    assert (made.version, made.first_step) == (1, "Ask the porters")
    assert made.events.last().words == "a first small step, where the change happens"  # type: ignore[union-attr]


def test_saving_what_is_there_already_is_no_change(circle: Round, alice: User) -> None:
    made = changed(factories.action(circle, by=alice), alice, level="team")
    assert (made.version, made.events.count()) == (0, 1)


def test_a_stale_change_is_refused_with_what_happened_since(circle: Round, alice: User) -> None:
    made = factories.action(circle, by=alice)
    bob = factories.clinical_lead(of=circle.programme)
    changed(made, bob, first_step="One step")
    with pytest.raises(actions.SomebodyElseChangedIt) as refused:
        changed(made, alice, first_step="Another step")
    assert refused.value.action.first_step == "One step"
    assert [(event.who, event.words) for event in refused.value.since] == [(bob, "a first small step")]
    assert Action.objects.get().first_step == "One step"


def test_only_an_actions_own_fields_can_be_changed(circle: Round, alice: User) -> None:
    with pytest.raises(ValueError, match="state"):
        changed(factories.action(circle, by=alice), alice, state=State.DONE)


def test_the_strength_question_is_asked_once_and_never_blocks(circle: Round, alice: User) -> None:
    made = factories.action(circle, by=alice)
    assert not made.easier_asked
    made = changed(made, alice, strength_kind="training")
    assert (made.strength, made.easier_asked, made.easier) == ("weaker", True, "")
    made = changed(made, alice, strength_kind="policy")
    assert (made.strength_kind, actions.asks_easier(made)) == ("policy", False)
    assert actions.agree(action=made, version=made.version, by=alice).state == State.AGREED


def test_a_stronger_kind_asks_nothing(circle: Round, alice: User) -> None:
    made = changed(factories.action(circle, by=alice), alice, strength_kind="simplify")
    assert (made.strength, made.easier_asked) == ("stronger", False)


def test_all_at_individual_level_asks_individuals_to_cope_until_one_is_not(circle: Round, alice: User) -> None:
    assert not copes(circle)
    for _ in range(3):
        factories.agreed(circle, by=alice, level="individual")
    assert copes(circle)
    factories.action(circle, by=alice, level="team")
    assert not copes(circle)
    assert copes(circle, over=True)  # shaped and never agreed on is nothing that was agreed
    factories.agreed(circle, by=alice, level="team")
    assert not copes(circle, over=True)


def test_while_one_level_is_open_nobody_says_that_individuals_must_cope(circle: Round, alice: User) -> None:
    factories.action(circle, by=alice, level="individual")
    factories.action(circle, by=alice, level="")
    assert not copes(circle)


def copes(circle: Round, *, over: bool = False) -> bool:
    return actions.asks_individuals_to_cope(circle.actions.all(), over=over)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        ({"level": ""}, "where the change happens"),
        ({"barriers": []}, "which barrier it removes"),
        ({"holder": ""}, "who holds it, a role or a group"),
        ({"holder_level": ""}, "how far the say of that role or group reaches"),
        ({"patient_voice": ""}, "whether patients and families have a voice in it"),
        ({"patient_voice": "not_yet"}, "why patients and families do not have a voice in it yet"),
        ({"review_on": None}, "when we look at it again"),
    ],
)
def test_what_is_missing_is_said_before_it_can_be_agreed(
    circle: Round, alice: User, gap: dict[str, Any], words: str
) -> None:
    made = factories.action(circle, by=alice, **gap)
    assert list(actions.missing(made).values()) == [words]
    with pytest.raises(Refused, match=f"Before it can be agreed: {words}"):
        actions.agree(action=made, version=0, by=alice)
    assert Action.objects.get().state == State.PROPOSED


def test_agreeing_sends_it_to_the_leads_once(circle: Round, alice: User) -> None:
    made = actions.agree(action=(shaped := factories.action(circle, by=alice)), version=0, by=alice)
    assert (made.state, made.version) == (State.AGREED, 1)
    with pytest.raises(Refused, match="agreed already"):
        actions.agree(action=shaped, version=1, by=alice)


@pytest.mark.parametrize(
    ("level", "holder_level", "waits"),
    [
        ("organisation", "team", True),
        ("organisation", "individual", True),
        ("wider_system", "team", True),
        ("organisation", "organisation", False),
        ("team", "team", False),
        ("individual", "individual", False),
    ],
)
def test_an_organisations_change_held_by_a_team_waits_for_a_sponsor(
    circle: Round, alice: User, level: str, holder_level: str, *, waits: bool
) -> None:
    made = factories.action(circle, by=alice, level=level, holder_level=holder_level)
    agreed = actions.agree(action=made, version=0, by=alice)
    assert agreed.state == (State.WAITING if waits else State.AGREED)


def test_an_accepted_action_that_grows_beyond_its_team_waits_for_a_sponsor(circle: Round, alice: User) -> None:
    made = changed(factories.agreed(circle, by=alice, state=State.ACCEPTED), alice, level="organisation")
    assert made.state == State.WAITING
    last = made.events.last()
    assert last is not None
    assert (last.from_state, last.to_state) == ("accepted", "waiting")


def test_what_it_was_agreed_with_cannot_be_emptied(circle: Round, alice: User) -> None:
    made = factories.agreed(circle, by=alice)
    with pytest.raises(Refused, match="cannot be empty now: whether patients and families"):
        changed(made, alice, patient_voice="")


@pytest.mark.parametrize("state", [State.DONE, State.COULD_NOT])
def test_an_ended_action_stays_as_it_was(circle: Round, alice: User, state: str) -> None:
    with pytest.raises(Refused, match="has ended"):
        changed(factories.agreed(circle, by=alice, state=state), alice, first_step="Another")


def test_every_step_rings_the_programmes_open_rounds_and_no_others(circle: Round, alice: User) -> None:
    following = factories.round_(circle.programme, stage=Stage.ARRIVAL)
    elsewhere = factories.round_(stage=Stage.ARRIVAL)
    factories.agreed(circle, by=alice)
    for ringing in (circle, following):
        assert ringing.topics.filter(topic="actions").exists()
    assert not elsewhere.topics.exists()
