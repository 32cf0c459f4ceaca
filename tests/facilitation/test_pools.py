"""One story told to several: the words of a first telling, a re-run and a window lie on one board."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilitation import actions, circle, groups, own_model, themes
from facilitation.models import Placement, ProposedGroup, Theme, Weaving, WeavingStep
from facilitation.weaving import board
from rounds import (
    debriefs,
    finishing,
    keys,
    planning,
    purge,
    reactions,
    retention,
    sealing,
    stages,
    stored,
    telling_again,
    windows,
)
from rounds.live.messages import Sender
from rounds.models import Kind, Reaction, Round, Stage, User
from rounds.refusals import Refused, StageMovedOn
from tests import factories
from tests.facilitation.seen import shown

pytestmark = pytest.mark.django_db
S = Stage


@pytest.fixture
def first(alice: User) -> Round:
    """A round that is over and sealed, with two sentences, whose people were told of what may come."""
    over = {"closed_at": timezone.now(), "sealed_at": timezone.now(), "words_days": 14, "words_days_at_most": 90}
    told = {"may_be_told_again": True, "may_stay_open": True, "starts_at": timezone.now() - timedelta(hours=2)}
    made = factories.round_(alice.memberships.get().programme, stage=S.CLOSED, **over, **told)
    for text in ("First: no chair anywhere.", "First: I sat on the floor."):
        factories.reaction(made, text)
    keys.destroy(made)
    return made


@pytest.fixture
def night(first: Round, alice: User) -> Round:
    """The re-run for the night shift, in its threads, with two sentences."""
    made = telling_again.plan(first=first, starts_at=timezone.now() + timedelta(hours=6), by=alice)
    stages.move(round=made, seen=S.PLANNED, to=S.ARRIVAL, by=alice)
    prompt = made.prompts.get()
    Round.objects.filter(pk=made.pk).update(stage=S.THREADS, reached_reflection=True, current_prompt=prompt)
    made = Round.objects.get(pk=made.pk)
    for text in ("Night: nobody sits at night.", "Night: the lights were off."):
        factories.reaction(made, text)
    return made


@pytest.fixture
def read(first: Round, alice: User) -> Round:
    """The window, closed, with the sentences of five people."""
    made = windows.begin(first=first, telling="There was no chair.", is_theirs=False, is_checked=True, by=alice)
    for number in range(5):
        sender = Sender(round=made, voice=f"voice {number}")
        prompt = made.prompts.get().public_id
        reactions.post(sender=sender, nonce=f"{number}" * 22, prompt=prompt, text=f"Read: chair {number}.", feelings=[])
    return windows.end(round=made, by=alice)


def ids(*rounds: Round) -> dict[str, str]:
    return dict(Reaction.objects.filter(prompt__round__in=rounds).values_list("text", "pk"))


def close(round: Round, alice: User) -> Round:
    stages.move(round=round, seen=round.stage, to=S.CLOSING, by=alice)
    stages.move(round=round, seen=S.CLOSING, to=S.CLOSED, by=alice)
    sealing.seal(round=round)
    return Round.objects.get(pk=round.pk)


def weave(first: Round, alice: User, *rounds: Round) -> Theme:
    """A theme with a sentence of each of these rounds."""
    one_each = [min(ids(round).values()) for round in rounds]
    return themes.make(round=first, title="Chairs", reactions=one_each, by=alice)


def test_a_re_run_has_the_story_and_questions_of_the_first_and_a_code_key_and_seal_of_its_own(
    first: Round, alice: User
) -> None:
    night = telling_again.plan(first=first, starts_at=timezone.now() + timedelta(hours=6), by=alice)
    assert (night.kind, night.origin, night.shown_title) == (Kind.ROUND, first, first.title)
    assert [prompt.text for prompt in night.prompts.all()] == [prompt.text for prompt in first.prompts.all()]
    assert night.join_code != first.join_code
    stages.move(round=night, seen=S.PLANNED, to=S.ARRIVAL, by=alice)
    assert keys.exists(night)
    assert "This story was told to others before" in " ".join(stored.promises(night))


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ({"may_be_told_again": False}, "told at the doors"),
        ({"stage": S.CLOSING}, "not over"),
        ({"signed_off_at": timezone.now()}, "signed off"),
    ],
)
def test_a_story_is_not_told_again(first: Round, alice: User, before: dict[str, Any], why: str) -> None:
    Round.objects.filter(pk=first.pk).update(**before)
    with pytest.raises(Refused, match=why):
        telling_again.plan(first=first, starts_at=timezone.now() + timedelta(hours=6), by=alice)


def test_a_re_run_is_not_told_again_nor_held_once_the_themes_are_signed_off(first: Round, alice: User) -> None:
    night = telling_again.plan(first=first, starts_at=timezone.now() + timedelta(hours=6), by=alice)
    with pytest.raises(Refused, match="first to tell"):
        telling_again.plan(first=night, starts_at=timezone.now() + timedelta(hours=9), by=alice)
    Round.objects.filter(pk=first.pk).update(signed_off_at=timezone.now())
    with pytest.raises(Refused, match="signed off"):
        stages.move(round=night, seen=S.PLANNED, to=S.ARRIVAL, by=alice)


def test_the_words_of_all_tellings_lie_on_one_board(first: Round, night: Round, read: Round, alice: User) -> None:
    everything = ids(first, night, read)
    assert len(everything) == 9
    for told in (first, night):
        assert {one.pk for one in groups.loose_reactions(Round.objects.get(pk=told.origin_pk))} == {
            *everything.values()
        }
    theme = weave(night, alice, first, night, read)
    assert theme.round == first
    assert themes.undo(round=night, by=alice) == "made a theme"
    assert themes.redo(round=first, by=alice) == "made a theme"
    assert Placement.objects.filter(theme__public_id=theme.public_id).count() == 3
    themes.leave_out(round=first, reactions=[max(ids(night).values())], by=alice)
    assert shown("console", "left_out", night) == shown("console", "left_out", first) != ""


def test_the_night_shift_sees_the_themes_with_sentences_of_the_day_and_says_that_they_ring_true(
    first: Round, night: Round, alice: User
) -> None:
    theme = weave(first, alice, first, night)
    seen = shown("room", "themes", night)
    assert "Chairs" in seen
    assert "First: " in seen
    assert "First: " not in shown("room", "reactions", night)
    for voice in ("one", "two", "three"):
        themes.rings_true(sender=Sender(round=night, voice=voice), nonce="n", theme=theme.public_id)
    assert shown("room", "themes", night) != seen


def test_sentences_are_set_aside_in_the_room_that_sees_them_and_in_no_other(
    first: Round, night: Round, alice: User
) -> None:
    own, other = min(ids(night).values()), min(ids(first).values())
    themes.set_aside(round=night, reactions=[own], by=alice)
    assert Reaction.objects.get(pk=own).state == Reaction.State.ASIDE
    with pytest.raises(Refused):
        themes.set_aside(round=night, reactions=[other], by=alice)


def test_the_seal_of_a_re_run_carries_the_whole_board_along(first: Round, night: Round, alice: User) -> None:
    weave(first, alice, first, night)
    themes.leave_out(round=first, reactions=[max(ids(night).values()), max(ids(first).values())], by=alice)
    old, before = ids(night), ids(first)

    close(night, alice)

    new = ids(night)
    assert set(new) == set(old)
    assert set(new.values()).isdisjoint(old.values())
    assert ids(first) == before
    lying = set(Placement.objects.values_list("reaction", flat=True))
    assert lying == {new[min(old, key=lambda text: old[text])], min(before.values())}
    assert set(Weaving.objects.get(round=first).left_out) <= {*new.values(), *before.values()}
    assert len(Weaving.objects.get(round=first).left_out) == 2
    assert not WeavingStep.objects.exists()


def test_themes_are_signed_off_once_for_all_and_only_when_every_telling_is_over(
    first: Round, night: Round, read: Round, alice: User
) -> None:
    with pytest.raises(Refused, match="still to be told"):
        retention.sign_off(round=first, keep=(), by=alice)
    night = close(night, alice)
    with pytest.raises(Refused, match="first telling"):
        retention.sign_off(round=night, keep=(), by=alice)
    themes.make(round=first, title="nobody sits at night", reactions=[min(ids(night).values())], by=alice)
    with pytest.raises(Refused, match="what somebody wrote"):
        retention.sign_off(round=first, keep=(), by=alice)
    Theme.objects.update(title="Chairs")

    retention.sign_off(round=first, keep=(), by=alice)

    assert set(Round.objects.pool_of(first).exclude(signed_off_at=None)) == {first, night, read}
    with pytest.raises(Refused):
        themes.make(round=night, title="More", by=alice)
    retention.take_back(round=first, by=alice)
    assert not Round.objects.exclude(signed_off_at=None).exists()


def test_each_telling_lets_its_own_words_go_on_the_day_its_people_were_promised(
    first: Round, night: Round, alice: User
) -> None:
    night = close(night, alice)
    weave(first, alice, first, night)
    Theme.objects.update(title="nobody sits at night")
    Round.objects.filter(pk=first.pk).update(closed_at=timezone.now() - timedelta(days=91))
    kept = ids(night)
    ProposedGroup.objects.create(round=first, reaction_ids=[*kept.values()], titles=["no chair anywhere"])

    purge.run()

    assert ids(first) == {}
    assert ids(night) == kept
    assert Placement.objects.count() == 1
    assert not ProposedGroup.objects.exists()
    assert Theme.objects.get().title == "nobody sits at night"  # its words are still here
    Round.objects.filter(pk=night.pk).update(closed_at=timezone.now() - timedelta(days=91))
    purge.run()
    assert ids(night) == {}
    assert Theme.objects.get().title == "A thread without a name"


def test_the_shorter_promise_of_a_re_run_holds_for_its_words_alone(first: Round, night: Round, alice: User) -> None:
    night = close(night, alice)
    weave(first, alice, first, night)
    Round.objects.filter(pk=night.pk).update(words_days_at_most=30, closed_at=timezone.now() - timedelta(days=31))
    themes.leave_out(round=first, reactions=[max(ids(night).values())], by=alice)
    kept = ids(first)
    purge.run()
    assert ids(night) == {}
    assert ids(first) == kept
    assert Weaving.objects.get(round=first).left_out == []
    assert not WeavingStep.objects.exists()
    assert board.lying(first) == {min(kept.values()): Theme.objects.get().pk}


def test_a_circle_and_actions_of_the_night_shift_come_from_the_same_themes(
    first: Round, night: Round, alice: User
) -> None:
    theme = weave(first, alice, first, night)
    Round.objects.filter(pk=night.pk).update(stage=S.THRESHOLD)
    night = Round.objects.get(pk=night.pk)
    later = circle.another_day(round=night, starts_at=timezone.now() + timedelta(days=3), by=alice)
    assert later.origin == first
    assert "Chairs" in shown("console", "circle_themes", later) or Theme.objects.filter(round=later.origin_pk).exists()
    Round.objects.filter(pk=night.pk).update(stage=S.CIRCLE, crossed_threshold=True)
    fields = {"statement": "put chairs by every bed", "barriers": ["space_and_kit"], "level": "team"}
    action = actions.shape(round=Round.objects.get(pk=night.pk), by=alice, fields=fields, themes=[theme])
    assert (action.round, action.themes.get()) == (night, theme)


def test_a_model_reads_only_where_the_people_of_every_telling_were_told(
    first: Round, night: Round, settings: Any
) -> None:
    settings.OWN_MODEL_URL = "http://model.example/v1"
    first.programme.own_model_on = first.programme.machine_on = True
    first.own_model = True
    assert not own_model.may_read(first)
    Round.objects.filter(retells=first).update(own_model=True)
    Round.objects.filter(pk=first.pk).update(own_model=True)
    assert own_model.may_read(first)


def test_a_re_run_is_planned_and_moved_from_the_desk_and_is_nothing_to_a_stranger(first: Round, alice: User) -> None:
    desk, stranger = Client(), Client()
    desk.force_login(alice)
    stranger.force_login(factories.facilitator("charlie", of=factories.programme("Elsewhere")))
    address = reverse("tell-again", args=[first.public_id])
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert stranger.post(address, {"date": tomorrow, "time": "21:30"}).status_code == 404
    assert desk.post(address, {"date": "2020-01-01", "time": "21:30"}).status_code == 422
    made = desk.post(address, {"date": tomorrow, "time": "21:30"})
    assert desk.post(address, {"date": tomorrow, "time": "21:30"}).headers["Location"] == made.headers["Location"]
    night = Round.objects.get(retells=first)
    assert made.headers["Location"] == reverse("round", args=[night.public_id])
    assert desk.get(reverse("round-edit", args=[night.public_id])).status_code == 302
    later = {"date": tomorrow, "time": "22:15", "seen": telling_again.mark(night)}
    desk.post(reverse("tell-again", args=[night.public_id]), later)
    assert timezone.localtime(Round.objects.get(pk=night.pk).starts_at).strftime("%H:%M") == "22:15"
    with pytest.raises(StageMovedOn):
        telling_again.move(round=first, starts_at=timezone.now() + timedelta(days=1), place="", seen="", by=alice)


def test_what_is_ticked_in_the_plan_is_what_people_are_told_and_is_never_ticked_by_itself(alice: User) -> None:
    programme = alice.memberships.get().programme
    plain = planning.plan(programme=programme, plan=factories.a_plan(), by=alice)
    told = planning.plan(programme=programme, plan=factories.a_plan(may_be_told_again=True), by=alice)
    assert (plain.may_be_told_again, plain.may_stay_open, told.may_be_told_again) == (False, False, True)
    assert "may be told again to another shift." in " ".join(stored.promises(told))
    desk = Client()
    desk.force_login(alice)
    page = desk.get(reverse("round-edit", args=[told.public_id])).content.decode()
    assert re.search(r'name="may_be_told_again"[^>]*checked', page)
    assert not re.search(r'name="may_stay_open"[^>]*checked', page)
    assert "may_be_told_again" in re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)  # not folded away


def test_a_rounds_page_says_where_another_telling_is_chosen_and_when_it_is_too_late(first: Round, alice: User) -> None:
    desk = Client()
    desk.force_login(alice)

    def page(name: str, round: Round) -> str:
        return desk.get(reverse(name, args=[round.public_id])).content.decode()

    plain, told = (
        planning.plan(programme=first.programme, plan=factories.a_plan(may_stay_open=said), by=alice)
        for said in (False, True)
    )
    assert "#plan-others" in page("round", plain)
    assert "#plan-others" not in page("round", told)
    Round.objects.filter(pk=plain.pk).update(stage=S.CLOSED, closed_at=timezone.now(), sealed_at=timezone.now())
    too_late, before = "Nobody was told at the doors", "They hear or read it first"
    assert [too_late in page("round", one) for one in (plain, first)] == [True, False]
    assert [before in page("debrief", one) for one in (plain, first)] == [False, True]
    retention.sign_off(round=plain, keep=[], by=alice)
    retention.sign_off(round=first, keep=[], by=alice)
    assert [too_late in page("round", one) for one in (plain, first)] == [False, False]
    assert before not in page("debrief", first)


def test_the_storyteller_is_checked_in_with_after_each_telling_and_signing_off_leads_to_the_first(
    first: Round, night: Round, read: Round, alice: User
) -> None:
    night = close(night, alice)
    assert [one.storyteller for one in debriefs.panel(night)] == [one.storyteller for one in debriefs.panel(first)]
    assert debriefs.panel(read) == []
    assert finishing.steps(read) == []
    assert finishing.steps(night)[-1].url.startswith(reverse("debrief", args=[first.public_id]))
    desk = Client()
    desk.force_login(alice)
    assert "signed off there" in desk.get(reverse("debrief", args=[night.public_id])).content.decode()
