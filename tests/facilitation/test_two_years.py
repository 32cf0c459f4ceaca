"""The two years of `loaddemo`: every page has something to show, and nothing in them tells more than a real round."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import QuerySet
from django.test import Client

from facilitation.demo import build, years
from facilitation.models import Action, ActionEvent, State, Thread
from rounds import keys, lighter, retention
from rounds.models import CheckIn, Programme, Reaction, Round, SealedPost, Spent, Stage, User, Voice
from tests.anonymity import addresses

pytestmark = pytest.mark.django_db
LISTS = (
    "actions",
    "trends",
    "recurring",
    "programme",
    "told-back-poster",
    "board-letter",
    "mail",
    "calendar",
    "library",
)


@pytest.fixture
def programme() -> Programme:
    call_command("loaddemo", verbosity=0)
    return Programme.objects.get(name=years.NAME)


def rows() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def test_two_years_are_full_sealed_and_made_once(programme: Programme) -> None:
    over = Round.objects.filter(programme=programme, stage=Stage.CLOSED)
    assert over.count() == 24
    assert set(Action.objects.filter(programme=programme).values_list("state", flat=True)) == set(State)
    assert Action.objects.filter(programme=programme).silent().count() >= 3
    assert Thread.objects.filter(programme=programme).count() == len(years.THREADS)
    assert lighter.suggested_after(programme) is not None
    assert CheckIn.objects.filter(debrief__round__programme=programme, done=False).exists()
    is_sealed_as_a_round_is(over)
    for events in (action.events.all() for action in Action.objects.filter(programme=programme)):
        moments = [event.at for event in events.order_by("pk")]
        assert moments == sorted(moments)
        assert moments[0].date() == Round.objects.get(actions=events[0].action).starts_at.date()
    before = rows()
    call_command("loaddemo", verbosity=0)
    assert rows() == before
    every_list_is_shown(programme)


def is_sealed_as_a_round_is(over: QuerySet[Round]) -> None:
    for round in Round.objects.filter(pk__in=over):
        assert round.sealed_at is not None
        assert not keys.exists(round)
    for model in (SealedPost, Spent, Voice):
        assert not model.objects.filter(round__in=over).exists()
    with_words = {round.pk for round in retention.with_words()}
    assert set(Reaction.objects.values_list("prompt__round", flat=True)) <= with_words
    assert retention.due(ActionEvent.objects.latest("at").at.date()) == []


def every_list_is_shown(programme: Programme) -> None:
    """To whoever may read it; and what is told back to anybody."""
    for name in LISTS:
        address = next(address for address in addresses.ours() if address.name == name)
        seen = 0
        for person in User.objects.filter(email__in=build.PEOPLE):
            browser = Client()
            browser.force_login(person)
            seen += browser.get(address.filled(programme_id=programme.public_id)).status_code == 200
        assert seen, name
    told = Client().get(f"/told/{programme.told_back_name}/").content.decode()
    assert "Nobody has had to ask." not in told  # two years ago: on a page of its own
    assert "Three clinics ask it now." in told
