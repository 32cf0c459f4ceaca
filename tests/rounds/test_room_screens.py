"""What stands on the phones, stage by stage: one calm thing at a time, and only what may be seen."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rounds import reactions
from rounds.live import regions
from rounds.live.messages import Sender
from rounds.live.regions import Audience, ListRegion
from rounds.models import Kind, Prompt, Reaction, Round, Stage, Story
from rounds.rehearsal.screen import forms_on
from tests import factories
from tests.rounds.looking import look, to, wait, words

pytestmark = pytest.mark.django_db
OPEN = [stage for stage in Stage if stage not in (Stage.PLANNED, Stage.CLOSED)]


@pytest.mark.parametrize("stage", [Stage.STORY, Stage.SILENCE, Stage.THRESHOLD, Stage.ARRIVAL, Stage.CLOSED])
def test_there_is_nothing_to_fill_in_while_there_is_nothing_to_do(stage: Stage) -> None:
    shown = look(factories.round_(stage=stage))
    assert [form for html in shown.values() for form in forms_on(html)] == []


@pytest.mark.parametrize("stage", OPEN)
def test_the_support_card_and_the_promise_are_there_in_every_open_stage(stage: Stage) -> None:
    shown = look(factories.round_(factories.programme(support_card="Ring 4321, day & night."), stage=stage))
    assert "Ring 4321, day &amp; night." in shown["support"]
    assert "What you are promised" in shown["promise"]


@pytest.mark.parametrize(
    ("line", "rung"),
    [
        ("Samaritans, day and night: 116 123.", ["116123"]),
        ("Helpline 020 7946 0958 or (01632) 960 001, 08:00 - 17:00", ["02079460958", "01632960001"]),
        ("From abroad +44 (0)20 7946 0958; Childline 0800 1111", ["+442079460958", "08001111"]),
        ("Staff line 0800 123 4567 24 hours, 01632 96001 - 2 of us", ["08001234567", "0163296001"]),
        ("In danger? Call 999, or NHS 111.", ["999", "111"]),
        ("Occupational health: extension 4455, bleep 0123, room 0116.", []),
        ("Open 0800-1700 since 01-02-2026; form 111, ward 1160", []),
    ],
)
def test_what_is_plainly_a_telephone_number_can_be_rung_and_an_extension_cannot(line: str, rung: list[str]) -> None:
    shown = look(factories.round_(stage=Stage.STORY, support_card=line))["support"]
    assert re.findall(r'href="tel:([^"]*)"', shown) == rung
    assert html.unescape(re.sub(r"<[^>]*>", "", shown)).strip() == line  # and every word of it stays


def test_a_rounds_own_support_card_goes_before_the_programmes() -> None:
    shown = look(factories.round_(stage=Stage.STORY, support_card="Ask for Sam.\n\nRing 4321."))["support"]
    assert "<li>Ask for Sam.</li><li>Ring 4321.</li>" in shown  # each by itself


def test_arrival_says_how_we_are_together_and_when_writing_opens() -> None:
    round = factories.round_(stage=Stage.ARRIVAL, content_note="A child dies.", room_was_big_enough=False, floor=7)
    said = words(look(round)["arrival"])
    assert "A cut finger" in said
    assert "In this story: A child dies." in said
    assert "What is said here stays here." in said
    assert "You can just listen." in said
    assert "Writing opens later in the hour, once at least seven people are here." in said


def test_a_rounds_own_ground_rules_go_before_the_usual_ones() -> None:
    said = words(look(factories.round_(stage=Stage.ARRIVAL, ground_rules="Be kind.\n\nBe brief."))["arrival"])
    assert "Be kind. Be brief." in said
    assert "stays here" not in said


@pytest.mark.parametrize("audience", ["room", "wall"])
@pytest.mark.parametrize("stage", list(Stage))
def test_a_withdrawn_storys_title_is_on_no_screen(audience: Audience, stage: Stage) -> None:
    round = factories.round_(stage=stage, title="The flute on the windowsill", content_note="A flute breaks.")
    factories.reaction(round, "I sat down.", state=Reaction.State.FORWARD)
    Story.objects.filter(round=round).update(withdrawn=True)
    assert "flute" not in "".join(look(round, audience).values())


def test_a_withdrawn_storys_title_is_not_told_to_whoever_joins(client: Client) -> None:
    round = factories.round_(stage=Stage.ARRIVAL, title="The flute on the windowsill")
    circle = factories.round_(round.programme, stage=Stage.CIRCLE, title="Circle: The flute", continues=round)
    circle.story.delete()

    def joined(code: str) -> dict[str, str]:
        answer = client.post("/live/join", {"code": code}, content_type="application/json")
        title: dict[str, str] = answer.json()["round"]
        return title

    assert joined(round.join_code) == {"title": "The flute on the windowsill"}
    Story.objects.filter(round=round).update(withdrawn=True)
    assert joined(round.join_code) == joined(circle.join_code) == {"title": "A reflective round"}


@pytest.mark.parametrize("stage", [Stage.ARRIVAL, Stage.STORY])
def test_a_withdrawn_story_is_said_to_be(stage: Stage) -> None:
    round = factories.round_(stage=stage)
    Story.objects.filter(round=round).update(withdrawn=True)
    for audience in ("room", "wall"):
        assert "The story has been withdrawn" in "".join(look(round, audience).values())


def test_the_reflection_asks_in_words_feelings_or_nothing_just_now() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    assert round.current_prompt is not None
    writing, nothing = forms_on(look(round)["reflection"])
    assert (writing.says, writing.fixed) == ("react", {"prompt": round.current_prompt.public_id})
    assert writing.open == ["text"]
    assert len(writing.choices["feelings"]) == 26  # "nothing just now" has a button of its own
    assert nothing.fixed == {"prompt": round.current_prompt.public_id, "feelings": "nothing_just_now"}


def test_before_the_room_is_big_enough_there_is_no_form_and_a_reason() -> None:
    shown = look(factories.round_(stage=Stage.REFLECTION, room_was_big_enough=False))["reflection"]
    assert forms_on(shown) == []
    assert "Writing opens when at least five people have joined" in words(shown)


def test_a_round_without_a_prompt_has_nothing_to_answer() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    Round.objects.filter(pk=round.pk).update(current_prompt=None)
    assert forms_on(look(round)["reflection"]) == []
    assert "gathered" not in look(round)


@pytest.mark.parametrize(("number", "said"), [(0, None), (4, None), (7, "About 5"), (11, "About 10"), (19, "About 20")])
def test_roughly_how_many_were_gathered_is_said_from_five_on(number: int, said: str | None) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    wait(round, number)
    shown = look(round).get("gathered")
    assert (words(shown) if shown else None) == (f"{said} have been gathered." if said else None)


def test_what_was_released_counts_as_gathered_and_an_earlier_question_does_not() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    for _ in range(7):
        factories.reaction(round)
    assert "About 5" in look(round)["gathered"]
    round.current_prompt = Prompt.objects.create(round=round, text="And now?", position=1)
    round.save()
    assert "gathered" not in look(round)


def test_the_room_sees_what_is_shown_and_nothing_that_is_held_aside_or_waiting() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    factories.reaction(round, "shown <b>one</b>", feelings=["tender"])
    factories.reaction(round, "forward one", state=Reaction.State.FORWARD)
    factories.reaction(round, "held one", state=Reaction.State.HELD)
    factories.reaction(round, "aside one", state=Reaction.State.ASIDE)
    factories.reaction(factories.round_(round.programme, stage=Stage.REFLECTION), "strange one")
    shown = look(round)["reactions"]
    assert "shown &lt;b&gt;one&lt;/b&gt;" in shown
    assert "forward one" in shown
    assert "tender" in shown
    for hidden in ("held one", "aside one", "strange one"):
        assert hidden not in shown


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in (Stage.REFLECTION, Stage.THREADS)])
def test_reactions_can_be_read_in_reflection_and_threads_only(stage: Stage) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    factories.reaction(round)
    assert "reactions" in look(to(round, Stage.THREADS))
    assert "reactions" not in look(to(round, stage))


def test_others_too_is_said_without_a_number() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    reaction = factories.reaction(round)
    for count, voice in enumerate("abcdefg", start=1):
        reactions.mine_too(sender=Sender(round=round, voice=voice), nonce="n", reaction=reaction.pk)
        said = words(look(round)["reactions"])
        assert ("Others too" in said) is (count >= 3)
        assert not re.search(r"\d", said)


def test_a_reaction_to_an_earlier_question_says_so() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    factories.reaction(round)
    assert "earlier question" not in look(round)["reactions"]
    round.current_prompt = Prompt.objects.create(round=round, text="And now?", position=1)
    round.save()
    assert "To the earlier question “When has something small" in words(look(round)["reactions"])


def test_the_list_takes_as_many_queries_for_three_as_for_one() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    place = next(region for region in regions.of("room") if region.name == "reactions")
    assert isinstance(place, ListRegion)
    asked = []
    for number in (1, 2):
        for _ in range(number):
            factories.reaction(round)
        fresh = Round.objects.select_related("programme", "current_prompt").get(pk=round.pk)
        with CaptureQueriesContext(connection) as queries:
            assert len(place.current(fresh)) == (1 if number == 1 else 3)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 4


def test_the_closing_thanks_cares_and_says_when_it_is_told_back() -> None:
    programme = factories.programme(support_card="Ring 4321.")
    round = factories.round_(programme, stage=Stage.CLOSING, staff_groups=["students"])
    factories.round_(factories.programme("Hillside"), starts_at=timezone.now() + timedelta(days=2))
    later = factories.round_(programme, starts_at=timezone.now() + timedelta(days=30))
    shown = look(round)
    said = words(shown["closing"])
    assert "Thank you" in said
    assert "Ring 4321." in said
    assert f"on {later.starts_at:%A} {timezone.localtime(later.starts_at).day} " in said
    assert forms_on(shown["feedback"])[0].says == "feedback"
    assert len(forms_on(shown["feedback"])[0].choices) == 8
    assert forms_on(shown["head_count"])[0].choices == {"group": ["students"]}


NO_NEXT_ROUND: list[dict[str, Any]] = [
    {"cancelled_at": timezone.now()},
    {"rehearsal": True},
    {"rehearsal": True, "kind": Kind.CIRCLE},
    {"kind": Kind.CIRCLE},
    {"kind": Kind.ROUND, "retells": True},
]


@pytest.mark.parametrize("planned", NO_NEXT_ROUND)
@pytest.mark.parametrize(("stage", "region"), [(Stage.CLOSED, "closed"), (Stage.WINDOW, "window")])
def test_what_is_cancelled_rehearsed_or_a_part_of_a_round_is_not_announced_as_the_next_round(
    planned: dict[str, Any], stage: Stage, region: str
) -> None:
    round = factories.round_(stage=stage, kind=Kind.WINDOW if stage == Stage.WINDOW else Kind.ROUND)
    other = factories.round_(round.programme, stage=Stage.CLOSED)
    fields = {**planned, **({"retells": other} if planned.get("retells") else {})}
    factories.round_(round.programme, starts_at=timezone.now() + timedelta(days=7), **fields)
    assert "is told at the start of the next round." in words(look(round)[region])
    if stage == Stage.CLOSED:
        for audience_stage in (Stage.CLOSING, Stage.CLOSED):
            said = look(to(round, audience_stage), "wall")[audience_stage.value]
            assert "is told at the start of the next round." in words(said)


def test_a_circle_on_another_day_is_called_that_and_what_comes_of_it_is_told_after_it() -> None:
    round = factories.round_(stage=Stage.CLOSING)
    week = timedelta(days=7)
    before, circle, after = (timezone.now() + times * week for times in (1, 2, 3))
    factories.round_(round.programme, starts_at=before)
    factories.round_(round.programme, starts_at=circle, kind=Kind.CIRCLE, continues=round)
    factories.round_(round.programme, starts_at=after)
    told = f"is told at the start of the next round after that, on {day(after)}."
    for audience in ("room", "wall"):
        for stage in (Stage.CLOSING, Stage.CLOSED):
            said = words(look(to(round, stage), audience)[stage.value])
            assert f"is on {day(circle)}. What comes of it" in said
            assert told in said
            assert day(before) not in said


def day(when: datetime) -> str:
    local = timezone.localtime(when)
    return f"{local:%A} {local.day} {local:%B}"


def test_a_round_that_asks_no_staff_group_has_no_head_count() -> None:
    assert "head_count" not in look(factories.round_(stage=Stage.CLOSING))


@pytest.mark.parametrize("public", [True, False])
def test_the_told_back_page_is_linked_only_where_it_is_public(public: bool) -> None:  # noqa: FBT001
    programme = factories.programme(told_back_is_public=public)
    shown = look(factories.round_(programme, stage=Stage.CLOSED))["closed"]
    assert "This round is over" in shown
    assert (f"/told/{programme.told_back_token}/" in shown) is public
