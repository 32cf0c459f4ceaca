"""Whole rounds without what most rounds have: no phone at all, and no reaction at all with the machine off."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilitation.models import Action, Proposal, State, Theme
from rounds.models import Reaction, Round, SealedPost, Spent, User, Voice
from tests import factories

pytestmark = pytest.mark.django_db
BEFORE_THREADS = ("arrival", "story", "silence", "reflection")


def planned(alice: User) -> Round:
    programme = alice.memberships.get().programme
    return factories.round_(programme, threshold_seconds=0, starts_at=timezone.now())


def press(desk: Client, name: str, round: Round, *ids: str, **said: Any) -> str:
    answer = desk.post(reverse(name, args=[round.public_id, *ids]), said, follow=True)
    assert answer.status_code == 200, answer.content
    return " ".join(answer.content.decode().split())


def move(desk: Client, round: Round, *stages: str) -> None:
    for to in stages:
        press(desk, "console-move", round, seen=Round.objects.get(pk=round.pk).stage, to=to)
        assert Round.objects.get(pk=round.pk).stage == to


def type_in(desk: Client, name: str, round: Round, about: str, lines: list[str]) -> None:
    drawn = desk.get(reverse(name, args=[round.public_id])).content.decode()
    sitting = re.search(r'name="sitting" value="([\w-]+)"', drawn)
    assert sitting is not None
    said = {"sitting": sitting[1], "about": about, "text_0": lines[0], "lines": "\n".join(lines[1:])}
    assert "They are kept" in press(desk, name, round, **said)


def test_a_complete_round_on_paper(desk: Client, alice: User) -> None:
    round = planned(alice)
    too_early = desk.get(reverse("paper-cards", args=[round.public_id])).content.decode()
    assert "Cards can be typed in from the reflection on" in too_early
    move(desk, round, *BEFORE_THREADS)
    prompt = round.prompts.get().public_id
    type_in(desk, "paper-cards", round, prompt, [f"There was no chair, {n}." for n in range(5)])
    press(desk, "console-release", round)
    written = list(Reaction.objects.of(round).values_list("pk", flat=True))
    assert len(written) == 5
    move(desk, round, "threads")
    type_in(desk, "paper-cards", round, prompt, ["One more that was under the table."])
    press(desk, "theme-make", round, title="Nowhere to sit", reaction=written)
    theme = Theme.objects.get(round=round)
    move(desk, round, "threshold", "circle")
    assert Reaction.objects.of(round).count() == 6  # the late card came up at the end of the reflection
    press(desk, "circle-fix", round, theme.public_id, barriers=["space_and_kit"])
    type_in(desk, "circle-cards", round, theme.public_id, [f"A chair by every bed, {n}" for n in range(5)])
    press(desk, "circle-release", round)
    offered = Proposal.objects.filter(round=round)
    assert [one.theme for one in offered] == [theme] * 5
    press(desk, "action-shape", round, statement="put a chair by every bed", proposal=offered[0].pk)
    move(desk, round, "closing", "closed")
    sealed = Round.objects.get(pk=round.pk)
    assert sealed.sealed_at is not None
    for left in (SealedPost, Spent, Voice):
        assert not left.objects.filter(round=round).exists()
    assert not set(Reaction.objects.of(round).values_list("pk", flat=True)) & set(written)
    assert Action.objects.get(round=round).state == State.PROPOSED
    press(desk, "sign-off", round)
    assert Round.objects.get(pk=round.pk).signed_off_at is not None


def test_a_complete_round_with_the_machine_off_and_no_reaction_at_all(desk: Client, alice: User) -> None:
    round = planned(alice)
    type(round.programme).objects.update(machine_on=False)
    move(desk, round, *BEFORE_THREADS, "threads", "threshold", "circle", "closing", "closed")
    over = Round.objects.get(pk=round.pk)
    assert over.sealed_at is not None
    assert not Reaction.objects.of(round).exists()
    assert "There are no themes in this round, and that is all right." in press(desk, "debrief", round)
    press(desk, "sign-off", round)
    report = desk.get(reverse("round-report", args=[round.public_id])).content.decode()
    assert "Nothing was agreed. Some things are to be held, not fixed." in report


def test_three_people_on_paper_are_asked_to_read_aloud_and_stay_off_every_screen(desk: Client, alice: User) -> None:
    round = planned(alice)
    move(desk, round, *BEFORE_THREADS)
    path = reverse("paper-cards", args=[round.public_id])
    assert "with fewer, read them aloud" in desk.get(path).content.decode()
    type_in(desk, "paper-cards", round, round.prompts.get().public_id, ["one", "two", "three"])
    refused = desk.post(reverse("console-release", args=[round.public_id]))
    assert refused.status_code == 409
    move(desk, round, "threads")
    press(desk, "theme-make", round, title="A short breath")  # a thread that was named aloud
    move(desk, round, "threshold", "circle", "closing", "closed")
    assert not Reaction.objects.of(round).exists()
    assert not SealedPost.objects.filter(round=round).exists()
    pack = desk.get(reverse("paper-pack", args=[round.public_id]), {"sheet": "three"}).content.decode()
    assert "What three people mean for the cards" in pack
    assert "Hand out one to everybody" not in pack
