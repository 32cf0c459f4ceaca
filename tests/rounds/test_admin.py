"""The site administration: programmes, accounts and roles, and nothing anybody wrote."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from rounds import admin
from rounds.models import Membership, Programme, Role, Round, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client: Client) -> User:
    root = factories.person("root", is_staff=True, is_superuser=True)
    client.force_login(root)
    return root


def test_of_the_room_the_administration_shows_programmes_accounts_and_roles_and_nothing_else() -> None:
    shown = {model._meta.label for model in admin.site._registry if model._meta.app_label != "facilitation"}
    assert shown == {"rounds.Programme", "rounds.User", "rounds.Membership"}


def test_nothing_anybody_wrote_is_in_the_administration_at_all() -> None:
    shown = {model.__name__ for model in admin.site._registry}
    assert shown & {"Reaction", "SealedPost", "Voice", "Tally", "Feedback", "Story", "Proposal", "Placement"} == set()


def test_the_administration_signs_in_where_everybody_does(client: Client) -> None:
    answer = client.get("/admin/login/")
    assert answer.headers["Location"].startswith(reverse("account_login"))
    client.force_login(factories.person())
    assert client.get("/admin/").status_code in (302, 403)


def test_what_people_said_appears_nowhere_in_the_administration(client: Client, root: User) -> None:
    round: Round = factories.round_(stage="reflection")
    factories.reaction(round, "I sat down on the stairs.")
    membership = Membership.objects.create(programme=round.programme, user=root, role=Role.STEERING)
    pages = (
        "/admin/",
        f"/admin/rounds/programme/{round.programme.pk}/change/",
        f"/admin/rounds/user/{root.pk}/change/",
        f"/admin/rounds/membership/{membership.pk}/change/",
    )
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        assert "stairs" not in answer.content.decode()
    assert client.get("/admin/rounds/reaction/").status_code == 404
    assert client.get(f"/admin/rounds/programme/{round.programme.pk}/delete/").status_code == 403


def test_a_new_installation_gets_its_first_programme_and_administrator_there(client: Client, root: User) -> None:
    client.post("/admin/rounds/programme/add/", {"name": "Riverside", "support_card": "Chaplaincy", "floor": "5"})
    programme = Programme.objects.get()
    client.post("/admin/rounds/user/add/", {"email": "Dora@Example.org", "name": "Dora", "is_active": "on"})
    dora = User.objects.get(email="dora@example.org")
    assert not dora.has_usable_password()
    fields = {"user": dora.pk, "programme": programme.pk, "role": Role.ADMINISTRATOR}
    client.post("/admin/rounds/membership/add/", fields)
    assert Membership.objects.filter(user=dora, role=Role.ADMINISTRATOR).exists()
