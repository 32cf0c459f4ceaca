"""A rehearsal has the title of the story it rehearses, and reads there who tells it: withdrawn there, it is so here."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from rounds import planning, stories
from rounds.models import Kind, Round, Storyteller, User
from tests import factories
from tests.rounds.consoles import page, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Round:
    return factories.round_(title="The flute")


@pytest.fixture
def alice(told: Round) -> User:
    return factories.facilitator("alice", of=told.programme)


def title(round: Round) -> str:
    return Round.objects.get(pk=round.pk).shown_title


def test_a_story_withdrawn_later_takes_its_title_off_its_rehearsals_too(told: Round, alice: User) -> None:
    first = planning.rehearsal_copy(round=told, by=alice)
    second = planning.rehearsal_copy(round=first, by=alice)
    stranger = factories.round_(factories.programme("Hillside"), title="The flute")
    assert title(first) == "Rehearsal: The flute"

    stories.withdraw(round=told, by=alice)

    assert [title(one) for one in (told, first, second)] == ["A reflective round"] * 3
    assert title(stranger) == "The flute"


def test_a_story_given_back_gives_its_rehearsals_their_title_back(told: Round, alice: User) -> None:
    copy = planning.rehearsal_copy(round=told, by=alice)
    stories.withdraw(round=told, by=alice)
    stories.give_back(round=told, by=alice)
    assert title(copy) == "Rehearsal: The flute"


def test_the_rehearsal_of_a_later_circle_follows_the_story_it_continues(told: Round, alice: User) -> None:
    circle = Round.objects.create(
        programme=told.programme, title="Circle: The flute", kind=Kind.CIRCLE, continues=told, starts_at=told.starts_at
    )
    copy = planning.rehearsal_copy(round=circle, by=alice)
    stories.withdraw(round=told, by=alice)
    assert title(copy) == "A reflective round"


def test_a_story_withdrawn_in_its_rehearsal_only_stays_in_the_round(told: Round, alice: User) -> None:
    copy = planning.rehearsal_copy(round=told, by=alice)
    stories.withdraw(round=copy, by=alice)
    assert (title(copy), title(told)) == ("A reflective round", "The flute")


def test_a_storyteller_who_takes_their_part_back_is_in_no_rehearsal_by_their_role_either(
    told: Round, alice: User, client: Client
) -> None:
    porter = Storyteller.objects.create(story=told.story, role="Night porter", position=1)
    copy = planning.rehearsal_copy(round=told, by=alice)
    client.force_login(alice)
    assert "Night porter" in region("story", copy)
    stories.withdraw(round=told, by=alice, storyteller=porter.public_id)
    shown = region("story", copy) + page(client, copy)
    assert "Nurse practitioner" in shown
    assert "Night porter" not in shown
    desk = client.get(reverse("round", args=[copy.public_id])).content.decode()
    assert "Night porter" not in desk
    assert "stands with the round it rehearses" in desk
    assert list(Storyteller.objects.filter(role="Night porter")) == [porter]  # nowhere else, so it goes with the rest
    stories.give_back(round=told, by=alice, storyteller=porter.public_id)
    assert "Night porter" in region("story", copy)
