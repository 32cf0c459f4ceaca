"""Whatever staff change is written down: who, what and when, and no word anybody wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.utils import timezone

from facilitation.models import ActionEvent
from rounds.models import Membership, Role, StaffAct
from tests import factories
from tests.anonymity import addresses
from tests.anonymity.staffed import CANARY, ONES_OWN, ONLY_SHOWN, PRESSES, World, here

pytestmark = pytest.mark.django_db
OF_NO_CONCERN = ("django_session", "rounds_user")  # signing in, and when it was last done


def address_of(name: str) -> addresses.Address:
    return next(address for address in addresses.ours() if address.name == name)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def desk(world: World) -> Client:
    client = Client()
    client.force_login(world.dora)
    return client


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that change something, but for sessions."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        changes = sql.startswith(("INSERT", "UPDATE", "DELETE"))
        if changes and not any(table in sql for table in OF_NO_CONCERN):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def test_every_address_of_the_staff_is_pressed_here_or_only_shows_something() -> None:
    staff = {address.name for address in addresses.ours()} - {a.name for a in addresses.without_an_account()}
    assert staff == set(PRESSES) | ONLY_SHOWN | ONES_OWN
    assert not set(PRESSES) & ONLY_SHOWN


@pytest.mark.parametrize("name", sorted(PRESSES))
def test_a_press_leaves_who_what_and_when_and_nothing_of_what_was_written(
    world: World, desk: Client, name: str
) -> None:
    parameters, typed = PRESSES[name](world)
    acts, events = (
        set(StaffAct.objects.values_list("pk", flat=True)),
        set(ActionEvent.objects.values_list("pk", flat=True)),
    )
    began = timezone.now()
    with writes() as changed:
        answer = desk.post(address_of(name).filled(**parameters), typed)
    assert answer.status_code in (200, 302), answer.content
    assert changed, answer.content
    new = [*StaffAct.objects.exclude(pk__in=acts), *ActionEvent.objects.exclude(pk__in=events)]
    assert new, f"{name} leaves no trace: {changed}"
    for act in new:
        assert act.who == world.dora
        assert act.what
        assert act.at >= began
        assert CANARY not in str(vars(act))
    for act in new:
        if isinstance(act, StaffAct):
            assert not any(words in act.what for words in words_of(typed)), act.what


def words_of(typed: dict[str, Any]) -> list[str]:
    """What somebody typed in words of their own: an address and a role are not."""
    return [value for value in typed.values() if isinstance(value, str) and " " in value and "@" not in value]


@pytest.mark.parametrize("name", sorted(ONLY_SHOWN))
def test_an_address_that_only_shows_something_changes_nothing_when_it_is_posted_to(
    world: World, desk: Client, name: str
) -> None:
    round = world.round("circle")
    theme = factories.theme(round)
    action = factories.action(round, by=world.dora)
    parameters = {
        **here(world),
        "round_id": round.public_id,
        "theme_id": theme.public_id,
        "action_id": action.public_id,
        "chapter_id": "silence",
    }
    path = address_of(name).filled(**parameters)
    desk.get(path)
    with writes() as changed:
        answer = desk.post(path, {"title": "x", "to": "held", "version": "0", "words": "y"})
    assert answer.status_code in (200, 302, 405)
    assert changed == []


def test_an_invitation_that_is_accepted_leaves_a_trace(world: World) -> None:
    from rounds import invitations

    made = invitations.invite(programme=world.programme, email="gus@example.org", role=Role.STEERING, by=world.dora)
    gus = factories.person("gus")
    client = Client()
    client.force_login(gus)
    client.post(f"/invitation/{made.token}/")
    assert StaffAct.objects.filter(who=gus, programme=world.programme, what__startswith="accepted").count() == 1


def test_the_administration_writes_down_what_was_done_there(world: World) -> None:
    root = factories.person("root", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(root)
    typed = {"user": world.eve.pk, "programme": world.programme.pk, "role": Role.CLINICAL_LEAD}
    client.post("/admin/rounds/membership/add/", typed)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (root, str(Membership.objects.get(user=world.eve, role="clinical_lead").pk))


def test_what_administrators_did_stands_on_the_people_page_and_no_stranger_reads_it(world: World, desk: Client) -> None:
    address = address_of("people").filled(**here(world))
    desk.post(address_of("people-take").filled(**here(world)), {"email": world.eve.email, "role": "steering"})
    assert "Took a role back: Steering group, Eve" in desk.get(address).content.decode()
    stranger = Client()
    stranger.force_login(factories.person("charlie", of=factories.programme("Elsewhere"), roles=tuple(Role)))
    assert stranger.get(address).status_code == 404
