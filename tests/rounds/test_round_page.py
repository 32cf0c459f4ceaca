"""A round's own page: its next step first, what of its paper is of use, and the way from a rehearsal to its round."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rounds import planning, stories
from rounds.models import Round, Stage, User
from rounds.plans import PlannedStory
from tests import factories

pytestmark = pytest.mark.django_db


def address(name: str, round: Round) -> str:
    return reverse(name, args=[round.public_id])


def main_button(client: Client, round: Round) -> str:
    """Where the one full button of the page's head leads."""
    page = client.get(address("round", round)).content.decode()
    head = page.split('<div class="page-head">')[1].split('<div class="sidebar">')[0]
    (found,) = re.findall(r'<a class="button" href="([^"]*)"', head)
    return str(found)


def test_the_next_step_is_the_main_button_of_a_planned_round(desk: Client, alice: User) -> None:
    plan = factories.a_plan(story=PlannedStory(storytellers=factories.tellers("Porter")), facilitators=(alice,))
    made = planning.plan(programme=alice.memberships.get().programme, plan=plan, by=alice)
    assert main_button(desk, made) == address("story-check", made)
    prompts = list(made.prompts.all())
    made.story.no_identifiers = True
    made.story.save()
    made.prompts.all().delete()
    assert main_button(desk, made) == f"{address('round-edit', made)}#prompt-add"
    made.prompts.bulk_create(prompts)
    assert main_button(desk, made) == address("panel", made)
    Round.objects.filter(pk=made.pk).update(starts_at=timezone.now())
    assert main_button(desk, made) == address("console", made)  # on its day nothing stands before the console
    stories.withdraw(round=made, by=alice)
    assert main_button(desk, made) == f"{address('round-edit', made)}#rows-storyteller"


def test_a_round_that_is_over_keeps_its_paper_pack_and_has_no_poster_any_more(desk: Client, alice: User) -> None:
    round = factories.round_(alice.memberships.get().programme, join_code="K7QX3MWT")
    assert "K7QX" in desk.get(address("poster", round)).content.decode()
    assert "K7QX" in desk.get(address("paper-pack", round)).content.decode()
    Round.objects.filter(pk=round.pk).update(stage=Stage.CLOSED, closed_at=timezone.now())
    page = desk.get(address("round", round)).content.decode()
    assert address("paper-pack", round) in page
    assert address("poster", round) not in page
    poster = desk.get(address("poster", round)).content.decode()
    assert "This round is over, and its code lets nobody in any more." in poster
    for shown in (poster, desk.get(address("paper-pack", round), {"sheet": ["poster", "rules"]}).content.decode()):
        assert "K7QX" not in shown
        assert "QR code" not in shown


def test_a_rehearsal_leads_to_its_round_and_says_no_full_length(desk: Client, alice: User) -> None:
    round = factories.round_(alice.memberships.get().programme)
    copy = planning.rehearsal_copy(round=round, by=alice)
    page = desk.get(address("round", copy)).content.decode()
    assert f'<a href="{address("round", round)}">the round it rehearses</a>' in page
    assert "60 minutes" not in page
    assert "60 minutes" in desk.get(address("round", round)).content.decode()
