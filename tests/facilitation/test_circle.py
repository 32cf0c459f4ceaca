"""The circle: nothing before the threshold, barriers and proposals in company, another day, and the seal."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from facilitation import circle
from facilitation.models import Offer, Proposal, Theme
from facilitation.regions.wall_fit import fit
from rounds import gathering, keys, reactions, sealing, stages, voices
from rounds.live import messages, regions
from rounds.live.messages import Sender
from rounds.live.regions import Audience, ListRegion, Region
from rounds.models import Kind, ReleasePolicy, Round, RoundTopic, Stage, Tally, User
from rounds.refusals import Refused, StageMovedOn
from tests import factories

pytestmark = pytest.mark.django_db
S = Stage


@pytest.fixture(autouse=True)
def no_pause() -> None:
    circle._last_flow.clear()


@pytest.fixture
def alice() -> User:
    return factories.facilitator("alice", of=factories.programme())


@pytest.fixture
def round(alice: User) -> Round:
    return factories.round_(alice.memberships.get().programme, stage=S.CIRCLE)


@pytest.fixture
def desk(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def propose(round: Round, text: str = "Keep one room free", **said: str) -> str:
    nonce = said.pop("nonce", "") or secrets.token_urlsafe(16)
    sender = Sender(round=round, voice=secrets.token_urlsafe(8))
    circle.propose(sender=sender, nonce=nonce, text=text, **{"theme": "", "offer": Offer.CHANGE, **said})
    return nonce


def choose(round: Round, theme: Theme, voice: str, *codes: str) -> None:
    sender = Sender(round=round, voice=voice)
    circle.choose_barrier(sender=sender, nonce="n", theme=theme.public_id, barrier=list(codes))


def waiting(round: Round) -> int:
    return gathering.waiting(round=round, basket=circle.PROPOSALS)


def revision(round: Round, topic: str) -> int:
    found = RoundTopic.objects.filter(round=round, topic=topic).first()
    return found.revision if found else 0


def shown(audience: Audience, name: str, round: Round) -> str:
    fresh = Round.objects.select_related("programme", "current_prompt", "continues").get(pk=round.pk)
    found = next(r for r in regions.of(audience) if r.name == name)
    if isinstance(found, ListRegion):
        return "".join(found.row_html(key, row) for key, row in found.current(fresh).items())
    assert isinstance(found, Region)
    return found.html(fresh)


# --- nothing before the threshold


@pytest.mark.parametrize("stage", [S.ARRIVAL, S.STORY, S.SILENCE, S.REFLECTION, S.THREADS, S.THRESHOLD])
def test_nothing_is_proposed_before_the_threshold(alice: User, round: Round, stage: str) -> None:
    Round.objects.filter(pk=round.pk).update(stage=stage, crossed_threshold=False)
    theme = factories.theme(round)
    with pytest.raises(Refused, match="Until the threshold nothing has to be solved"):
        propose(round)
    with pytest.raises(Refused, match="Until the threshold"):
        choose(round, theme, "a", "unheard")
    with pytest.raises(Refused, match="Until the threshold"):
        circle.fix_barriers(round=round, theme=theme.public_id, barriers=["unheard"], by=alice)
    with pytest.raises(Refused, match="Until the threshold"):
        circle.release(round=round, by=alice)
    assert waiting(round) == 0


def test_when_the_circle_has_ended_what_was_typed_is_kept_and_a_repeat_is_saved(round: Round) -> None:
    nonce = propose(round)
    Round.objects.filter(pk=round.pk).update(stage=S.CLOSING)
    assert propose(round, nonce=nonce) == nonce
    with pytest.raises(StageMovedOn, match="still here"):
        propose(round)


# --- barriers


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
    assert circle.chosen(round=round, theme=theme) == ["targets_first", "no_care_after", "rules_from_outside"]


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


def test_another_rounds_theme_is_not_here(round: Round) -> None:
    elsewhere = factories.theme(factories.round_(stage=S.CIRCLE))
    with pytest.raises(Refused, match="not here any more"):
        choose(round, elsewhere, "a", "unheard")
    with pytest.raises(Refused, match="not here any more"):
        propose(round, theme=elsewhere.public_id)


def test_a_facilitator_writes_down_barriers_in_the_order_of_the_list(alice: User, round: Round) -> None:
    theme = factories.theme(round)
    circle.fix_barriers(round=round, theme=theme.public_id, barriers=["unheard", "targets_first"], by=alice)
    theme.refresh_from_db()
    assert theme.barriers == ["targets_first", "unheard"]
    with pytest.raises(Refused, match="not on the list"):
        circle.fix_barriers(round=round, theme=theme.public_id, barriers=["made_up"], by=alice)
    circle.fix_barriers(round=round, theme=theme.public_id, barriers=[], by=alice)
    theme.refresh_from_db()
    assert theme.barriers == []


# --- proposals


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


def test_the_question_is_verbatim_on_every_screen(round: Round) -> None:
    asked = "What, in the way things are set up here, gets in the way of the compassion people already have?"
    for audience in regions.AUDIENCES:
        assert asked in shown(audience, "circle", round)


def test_words_people_wrote_stay_words(round: Round) -> None:
    factories.proposal(round, "<script>alert(1)</script>")
    for audience in ("room", "console"):
        assert "<script>" not in shown(audience, "proposals", round)


@pytest.mark.parametrize("audience", ["room", "console"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_ask_as_often_for_one_as_for_three(
    round: Round, audience: Audience, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        factories.proposal(round, theme=factories.theme(round))
    region = next(r for r in regions.of(audience) if r.name == "proposals")
    assert isinstance(region, ListRegion)
    with django_assert_num_queries(3):
        assert len(region.current(round)) == count


# --- another day


@pytest.fixture
def at_the_threshold(round: Round) -> Round:
    Round.objects.filter(pk=round.pk).update(stage=S.THRESHOLD, crossed_threshold=False, rehearsal=True, floor=4)
    round.refresh_from_db()
    return round


def test_a_circle_on_another_day_has_its_own_code_and_opens_with_these_themes(
    alice: User, at_the_threshold: Round
) -> None:
    round = at_the_threshold
    round.facilitators.add(alice)
    theme = factories.lay(factories.theme(round, "Time"), factories.reaction(round, "no time"))
    when = timezone.now() + timedelta(days=7)
    later = circle.another_day(round=round, starts_at=when, by=alice)
    round.refresh_from_db()
    assert (round.stage, round.crossed_threshold) == (S.CLOSING, False)
    assert (later.kind, later.origin, later.title) == (Kind.CIRCLE, round, "Circle: A cut finger")
    assert (later.programme, later.starts_at, later.floor, later.rehearsal) == (round.programme, when, 4, True)
    assert list(later.facilitators.all()) == [alice]
    assert later.join_code != round.join_code
    assert later.wall_token != round.wall_token
    stages.move(round=later, seen=S.PLANNED, to=S.ARRIVAL, by=alice)
    stages.move(round=later, seen=S.ARRIVAL, to=S.CIRCLE, by=alice)
    Round.objects.filter(pk=later.pk).update(room_was_big_enough=True)
    later.refresh_from_db()
    for audience, name in (("wall", "circle"), ("room", "barriers"), ("console", "weave")):
        assert "Time" in shown(audience, name, later)  # type: ignore[arg-type]
    for voice in "abc":
        choose(later, theme, voice, "unheard")
        propose(later, theme=theme.public_id)
    circle.fix_barriers(round=later, theme=theme.public_id, barriers=["unheard"], by=alice)
    stages.move(round=later, seen=S.CIRCLE, to=S.CLOSING, by=alice)
    assert list(Proposal.objects.values_list("round", "theme")) == [(later.pk, theme.pk)] * 3


def test_another_day_is_refused_in_the_past_and_anywhere_but_at_the_threshold(
    alice: User, at_the_threshold: Round
) -> None:
    round = at_the_threshold
    with pytest.raises(Refused, match="to come"):
        circle.another_day(round=round, starts_at=timezone.now() - timedelta(minutes=1), by=alice)
    tomorrow = timezone.now() + timedelta(days=1)
    circle.another_day(round=round, starts_at=tomorrow, by=alice)
    with pytest.raises(StageMovedOn):
        circle.another_day(round=round, starts_at=tomorrow, by=alice)
    assert Round.objects.filter(kind=Kind.CIRCLE).count() == 1


# --- the seal


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


# --- the presses


def press(client: Client, name: str, round: Round, *ids: str, **said: object) -> tuple[int, str]:
    answer = client.post(reverse(name, args=[round.public_id, *ids]), said)
    return answer.status_code, answer.content.decode()


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
    assert press(desk, "circle-release", round) == (200, "The proposals are shown now, shuffled.")


def test_the_list_to_tick_starts_from_what_the_room_chose(desk: Client, round: Round) -> None:
    theme = factories.theme(round)
    for voice in "abc":
        choose(round, theme, voice, "unheard")
    page = desk.get(reverse("circle-barriers", args=[round.public_id, theme.public_id])).content.decode()
    assert re.search(r'value="unheard"[^>]*checked', page)
    assert page.count("checked") == 1
    assert page.count('type="checkbox"') == 19


def test_a_press_for_another_day_says_when(desk: Client, at_the_threshold: Round) -> None:
    said = press(desk, "circle-another-day", at_the_threshold, starts_at="2031-05-06T15:30")
    assert said == (200, "The circle is planned for 6 May, 15:30. This round moves to its closing.")
    assert press(desk, "circle-another-day", at_the_threshold, starts_at="soon")[0] == 409
    assert press(desk, "circle-another-day", at_the_threshold)[0] == 409


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


def test_a_wall_of_many_themes_sets_them_smaller_and_never_cuts_one_off() -> None:
    long, sentence = "Being afraid of the complaint, all the time, in everything I say to a family", "I am tired. " * 10
    assert fit([("Time", ["short"])], height=82)[0] == 1
    sizes = [fit([(long, [sentence] * 2)] * count, height=82)[0] for count in range(1, 25)]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 4
    size, shown = fit([(long, [sentence] * 2)] * 40, height=82)
    assert (size, len(shown), shown[0]) == (6, 40, (long, ()))
    assert fit([], height=82) == (1, [])
