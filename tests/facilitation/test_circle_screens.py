"""The circle on the screens and its presses; who may press."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from facilitation import actions, barriers
from facilitation.models import Action, Theme
from facilitation.regions.circle import LABELS
from facilitation.regions.wall_fit import fit, list_height
from rounds.live import messages, regions
from rounds.live.regions import Audience, ListRegion
from rounds.models import Programme, Round, Stage, User
from tests import factories
from tests.facilitation.circling import choose, propose
from tests.facilitation.seen import press, shown

pytestmark = pytest.mark.django_db
S = Stage


@pytest.fixture
def round(programme: Programme) -> Round:
    return factories.round_(programme, stage=S.CIRCLE)


def test_four_barriers_at_once_are_refused_by_the_form() -> None:
    message = messages.named("barrier")
    assert message is not None
    three = ["targets_first", "unheard", "paperwork"]
    assert message.form({"theme": "t", "barrier": three}).is_valid()
    assert message.form({"theme": "t", "barrier": "unheard"}).is_valid()
    four = message.form({"theme": "t", "barrier": [*three, "exhaustion"]})
    assert four.errors["barrier"] == ["Please choose three at most: those that weigh most."]
    assert not message.form({"theme": "t", "barrier": ["made_up"]}).is_valid()
    assert not message.form({"theme": "t"}).is_valid()


def test_the_nineteen_barriers_are_on_the_phone_for_each_theme(round: Round) -> None:
    factories.theme(round, "Open")
    factories.theme(round, "Held", to_be_held=True)
    html = shown("room", "barriers", round)
    assert html.count('name="barrier"') == 19
    assert html.count('data-say="barrier"') == 1


def test_the_question_is_verbatim_on_every_screen(round: Round) -> None:
    asked = "What, in the way things are set up here, gets in the way of the compassion people already have?"
    for audience in regions.AUDIENCES:
        assert asked in shown(audience, "circle", round)


def test_words_people_wrote_stay_words(round: Round) -> None:
    factories.proposal(round, "<script>alert(1)</script>")
    for audience in ("room", "console"):
        assert "<script>" not in shown(audience, "proposals", round)


@pytest.mark.parametrize(("audience", "questions"), [("room", 5), ("console", 5)])
@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_ask_as_often_for_one_as_for_three(
    round: Round, audience: Audience, questions: int, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        factories.proposal(round, theme=factories.theme(round))
    region = next(r for r in regions.of(audience) if r.name == "proposals")
    assert isinstance(region, ListRegion)
    with django_assert_num_queries(questions):
        assert len(region.current(round)) == count


def test_every_press_of_the_circle_reaches_its_verb(desk: Client, round: Round) -> None:
    theme, proposal = factories.theme(round, "Time"), factories.proposal(round)
    assert press(desk, "circle-release", round)[0] == 409
    assert press(desk, "circle-set-aside", round, proposal=proposal.pk, aside="on") == (200, "It is set aside.")
    assert press(desk, "circle-set-aside", round, proposal=proposal.pk) == (200, "It is with the others again.")
    said = press(desk, "circle-fix", round, theme.public_id, barriers=["unheard", "paperwork"])
    assert said == (200, "Written down for “Time”.")
    assert press(desk, "circle-fix", round, theme.public_id, barriers=["made_up"]) == (409, "That is not on the list.")
    for _ in range(5):
        propose(round)
    assert press(desk, "circle-release", round) == (200, "The proposals are on the phones now, shuffled.")


def test_the_list_to_tick_starts_from_what_the_room_chose(desk: Client, round: Round) -> None:
    theme = factories.theme(round)
    for voice in "abc":
        choose(round, theme, voice, "unheard")
    page = desk.get(reverse("circle-barriers", args=[round.public_id, theme.public_id])).content.decode()
    assert re.search(r'value="unheard"[^>]*checked', page)
    assert page.count("checked") == 1
    assert page.count('type="checkbox"') == 19


@pytest.mark.parametrize("name", ["release", "set-aside", "another-day", "fix", "barriers"])
def test_a_stranger_and_a_clinical_lead_find_nothing(round: Round, name: str) -> None:
    ids = [factories.theme(round).public_id] if name in ("fix", "barriers") else []
    charlie = factories.facilitator("charlie", of=factories.programme("Elsewhere"))
    bob = factories.clinical_lead("bob", of=round.programme)
    address = reverse(f"circle-{name}", args=[round.public_id, *ids])
    for person in (charlie, bob):
        client = Client()
        client.force_login(person)
        assert client.get(address).status_code in ((404,) if name == "barriers" else (405, 404))
        assert client.post(address, {"starts_at": "2031-05-06T15:30"}).status_code == 404


def test_a_theme_of_another_round_is_not_found(desk: Client, round: Round) -> None:
    elsewhere = factories.theme(factories.round_(round.programme, stage=S.CIRCLE))
    assert desk.get(reverse("circle-barriers", args=[round.public_id, elsewhere.public_id])).status_code == 404


def test_on_the_phone_proposals_stand_above_the_barriers_and_what_was_chosen_is_folded(round: Round) -> None:
    order = [region.name for region in regions.of("room") if S.CIRCLE in region.stages]
    assert order.index("circle") < order.index("proposals") < order.index("possible") < order.index("barriers")
    theme = factories.theme(round, "Time")
    for voice in "abc":
        choose(round, theme, voice, "unheard")
    for name in ("barriers", "chosen"):
        assert re.search(r"<details class=\"card\" id=\"[^\"]*\">", shown("room", name, round))


def test_nothing_that_others_choose_comes_between_a_thumb_and_the_button_it_is_about_to_press(round: Round) -> None:
    rooms = [region for region in regions.of("room") if S.CIRCLE in region.stages and region.slot == "main"]
    names = [region.name for region in rooms]
    below_the_barriers = rooms[names.index("barriers") : names.index("propose") + 1]
    assert [region.name for region in below_the_barriers if "circle" in region.topics] == []


@pytest.mark.parametrize("stage", [S.CIRCLE, S.CLOSING, S.CLOSED])
def test_after_the_circle_themes_and_proposals_are_folded_away(desk: Client, round: Round, stage: str) -> None:
    factories.theme(round, "No time to sit down")
    factories.proposal(round)
    Round.objects.filter(pk=round.pk).update(stage=stage)
    html = desk.get(reverse("console", args=[round.public_id])).content.decode()
    before, fold = html.split('<details class="write-up" data-write-up')
    assert fold.startswith(" open>") == (stage == S.CIRCLE)
    folded = fold.split('class="reactions"')[0]
    assert "No time to sit down" in folded
    assert "A chair by every bed" in fold
    assert "No time to sit down" not in before
    assert "Propose groups" not in html


def test_a_proposal_that_was_shaped_says_so_to_the_facilitators_alone(alice: User, round: Round) -> None:
    proposals = [factories.proposal(round, "A chair by every bed"), factories.proposal(round, "Two phones")]
    assert shown("console", "proposals", round).count("Shape into an action") == 2
    actions.shape(
        round=round, by=alice, fields={"statement": "put chairs by the beds"}, themes=[], proposal=proposals[0]
    )
    html = shown("console", "proposals", round)
    assert (html.count("Shape into an action"), html.count("Shape again"), html.count("Shaped.")) == (1, 1, 1)
    assert "Shaped" not in shown("room", "proposals", round)


def test_what_was_written_down_for_a_theme_stands_on_the_wall_with_it(alice: User, round: Round) -> None:
    theme = factories.theme(round, "No time to sit down")
    barriers.fix(round=round, theme=theme.public_id, barriers=["unheard"], by=alice)
    assert f"In the way: {LABELS['unheard']}." in shown("wall", "circle", round)
    for voice in "abc":
        choose(round, theme, voice, "unheard", "paperwork")
    html = shown("wall", "circle", round)
    assert html.count(LABELS["unheard"]) == 1
    assert f"Several of us also chose: {LABELS['paperwork']}" in html


def test_what_stands_in_the_way_is_kept_on_a_full_wall_and_makes_room_for_what_is_shaped(
    alice: User, round: Round
) -> None:
    for number in range(9):
        theme = factories.theme(round, f"A theme with quite a title, number {number}")
        barriers.fix(round=round, theme=theme.public_id, barriers=["unheard"], by=alice)
    assert shown("wall", "circle", round).count("In the way") == 9
    size, kept = fit(
        [("A theme", ["In the way"])] * 9, height=66 - list_height(["We will sit down. " * 5] * 3), least=1
    )
    assert (size, len(kept)) > (1, 8)
    assert list_height([]) == 0
    Action.objects.create(round=round, programme=round.programme, statement="put two chairs in every side room")
    for theme in Theme.objects.all()[:6]:
        barriers.fix(round=round, theme=theme.public_id, barriers=[], by=alice)
    html = shown("wall", "circle", round)
    assert html.count("In the way") == 3
    for _ in range(8):
        Action.objects.create(round=round, programme=round.programme, statement="keep one room free " * 8)
    assert "A theme" not in shown("wall", "circle", round)


def test_a_wall_of_many_themes_sets_them_smaller_and_never_cuts_one_off() -> None:
    long, sentence = "Being afraid of the complaint, all the time, in everything I say to a family", "I am tired. " * 10
    assert fit([("Time", ["short"])], height=82)[0] == 1
    sizes = [fit([(long, [sentence] * 2)] * count, height=82)[0] for count in range(1, 25)]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 4
    size, shown = fit([(long, [sentence] * 2)] * 40, height=82)
    assert (size, len(shown), shown[0]) == (6, 40, (long, ()))
    assert fit([], height=82) == (1, [])
