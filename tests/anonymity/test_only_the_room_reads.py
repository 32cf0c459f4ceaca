"""What people wrote is read in the room and by its facilitators, and by nobody else on any page there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import URLPattern, URLResolver

from facilitation.models import Action, ProposedGroup, Theme
from rounds.admin import site
from rounds.models import Membership, Reaction, Role, Round, Stage, User
from tests import factories
from tests.anonymity import addresses
from tests.anonymity.staffed import CANARY, World

pytestmark = pytest.mark.django_db
STATES: Final = tuple(Reaction.State)
ASKED_FOR, LOOKED_FOR = CANARY.split(maxsplit=1)  # a search repeats what was asked for
READ_BY_FACILITATORS: Final = {"console"}


@pytest.fixture
def world() -> World:
    """Rounds in three stages with a canary in each state a reaction can be in, and all that can be made of them."""
    made = World()
    for stage in (Stage.REFLECTION, Stage.CIRCLE, Stage.CLOSED):
        round = factories.round_(made.programme, stage=stage, crossed_threshold=stage != Stage.REFLECTION)
        first = [factories.reaction(round, f"{CANARY} {state}", state=state) for state in STATES]
        theme = factories.lay(factories.theme(round), first[0])
        made.group(round)
        if round.crossed_threshold:
            action = factories.agreed(round, by=made.dora)
            action.themes.add(theme)
    return made


def everywhere(world: World) -> Iterator[tuple[str, str]]:
    """(name, path) of every address with every round, theme, group and action there is."""
    parts = [("what", "accept"), ("where", "finish")]
    for address in addresses.ours():
        wanted = set(address.parameters)
        values = {"programme_id": world.programme.public_id, "token": world.programme.told_back_token}
        if wanted <= set(values):
            yield address.name, address.filled(**values)
        elif "action_id" in wanted:
            for action in Action.objects.all():
                for part, move in parts:
                    yield address.name, address.filled(action_id=action.public_id, part=part, move=move)
        else:
            for round in Round.objects.all():
                theme = Theme.objects.filter(round=round).first()
                group = ProposedGroup.objects.filter(round=round).first()
                assert theme is not None
                assert group is not None
                yield (
                    address.name,
                    address.filled(round_id=round.public_id, theme_id=theme.public_id, group_id=group.public_id),
                )


def read_by(person: User | None, world: World) -> set[str]:
    """The names of the addresses on which this person reads the canary, by looking or by posting."""
    browser = Client(raise_request_exception=False)
    if person is not None:
        browser.force_login(person)
    found = set()
    for name, path in everywhere(world):
        search = {"q": ASKED_FOR, "text": ASKED_FOR, "format": "csv"}
        for query in [{}, search] if "/programmes/" in path else [{}]:
            if LOOKED_FOR in b"".join(browser.get(path, query)).decode("utf-8", "replace"):
                found.add(name)
    return found


@pytest.mark.parametrize("role", [role for role in Role if role != Role.FACILITATOR])
def test_no_page_shows_a_reaction_to_another_role(world: World, role: Role) -> None:
    assert read_by(factories.person("somebody", of=world.programme, roles=(role,)), world) == set()


def test_no_page_shows_a_reaction_to_all_the_other_roles_together(world: World) -> None:
    others = tuple(role for role in Role if role != Role.FACILITATOR)
    assert read_by(factories.person("somebody", of=world.programme, roles=others, is_staff=True), world) == set()


@pytest.mark.parametrize("who", ["nobody", "a stranger", "another programme’s facilitator", "the superuser"])
def test_no_page_shows_a_reaction_to_anybody_outside(world: World, who: str) -> None:
    elsewhere = factories.programme("Elsewhere")
    people: dict[str, Callable[[], User | None]] = {
        "nobody": lambda: None,
        "a stranger": lambda: factories.person("charlie"),
        "another programme’s facilitator": lambda: factories.person("charlie", of=elsewhere, roles=tuple(Role)),
        "the superuser": lambda: factories.person("root", is_staff=True, is_superuser=True),
    }
    assert read_by(people[who](), world) == set()


def test_facilitators_read_reactions_on_the_console_alone(world: World) -> None:
    assert read_by(factories.facilitator("alice", of=world.programme), world) == READ_BY_FACILITATORS


def administration(resolver: URLResolver | None = None, prefix: str = "admin/") -> Iterator[str]:
    """Every address of the administration, as it is written in its own URL configuration."""
    for entry in resolver.url_patterns if resolver else site.get_urls():
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from administration(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


def paths_of_the_administration() -> Iterator[str]:
    """Each with every object of every model; those that are no pattern of Django’s own as they are."""
    for route in administration():
        if "<path:object_id>" in route:
            app, model = route.removeprefix("admin/").split("/")[:2]
            for pk in apps.get_model(app, model)._base_manager.values_list("pk", flat=True):
                yield "/" + route.replace("<path:object_id>", str(pk))
        elif "(?P" not in route:
            yield "/" + route


@pytest.mark.parametrize("who", ["the superuser", "somebody with every permission"])
def test_no_page_of_the_administration_shows_or_finds_a_reaction(world: World, who: str) -> None:
    root = factories.person("root", is_staff=True, is_superuser=who == "the superuser")
    root.user_permissions.set(Permission.objects.all())
    browser = Client(raise_request_exception=False)
    browser.force_login(root)
    seen = 0
    for path in paths_of_the_administration():
        answers = [browser.get(path), browser.get(path, {"q": ASKED_FOR, "_popup": "1"})]
        answers.append(browser.get(path, {"action": "delete_selected"}))
        for answer in answers:
            seen += answer.status_code == 200
            assert LOOKED_FOR not in b"".join(answer).decode("utf-8", "replace"), path
    assert seen > 30


def test_no_model_that_holds_what_was_said_or_whose_rows_lead_to_it_is_in_the_administration(world: World) -> None:
    registered = {model._meta.label for model in site._registry}
    assert registered == {"rounds.Programme", "rounds.User", "rounds.Membership", "facilitation.Action"}
    root = factories.person("root", is_staff=True, is_superuser=True)
    browser = Client(raise_request_exception=False)
    browser.force_login(root)
    for app in ("rounds", "facilitation", "admin", "sessions", "auth", "mfa", "account"):
        for model in apps.get_app_config(app).get_models():
            if model._meta.label not in registered:
                assert browser.get(f"/admin/{app}/{model._meta.model_name}/").status_code == 404, model


def test_administrators_of_the_site_cannot_let_themselves_into_a_room(world: World) -> None:
    root = factories.person("root", is_staff=True, is_superuser=True)
    browser = Client()
    browser.force_login(root)
    typed = {"user": root.pk, "programme": world.programme.pk, "role": Role.FACILITATOR}
    page = browser.post("/admin/rounds/membership/add/", typed).content.decode()
    assert "Ask another administrator to give you this role." in page
    assert not Membership.objects.filter(user=root).exists()
    browser.post("/admin/rounds/membership/add/", {**typed, "role": Role.STEERING})
    own = Membership.objects.get(user=root)
    browser.post(f"/admin/rounds/membership/{own.pk}/change/", typed)
    own.refresh_from_db()
    assert own.role == Role.STEERING
    theirs = Membership.objects.get(user=world.eve)
    browser.post(f"/admin/rounds/membership/{theirs.pk}/change/", {**typed, "user": root.pk})
    theirs.refresh_from_db()
    assert theirs.user == world.eve
