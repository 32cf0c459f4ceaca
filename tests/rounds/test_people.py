"""The people of a programme: roles given and taken, and invitations that work once."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPException

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from rounds import invitations, people
from rounds.models import Invitation, Membership, Programme, Role, User
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db
Cast = tuple[Programme, User, Client]


@pytest.fixture
def cast(client: Client) -> Cast:
    programme = factories.programme()
    dora = factories.person("dora", of=programme, roles=(Role.ADMINISTRATOR,))
    client.force_login(dora)
    return programme, dora, client


def press(client: Client, what: str, programme: Programme, email: str, role: str) -> str:
    data = {"email": email, "role": role}
    return client.post(reverse(f"people-{what}", args=[programme.public_id]), data, follow=True).content.decode()


def link_in_the_mail() -> str:
    found = re.search(r"https?://\S+(/invitation/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def roles(programme: Programme, email: str) -> set[str]:
    return set(Membership.objects.filter(programme=programme, user__email=email).values_list("role", flat=True))


def test_an_invitation_is_mailed_with_its_link_and_shown_as_waiting(cast: Cast) -> None:
    programme, _, client = cast
    page = press(client, "invite", programme, "Eve@Example.org", Role.FACILITATOR)
    assert mail.outbox[0].to == ["eve@example.org"]
    assert "Dora invites you to Riverside" in mail.outbox[0].body
    assert "eve@example.org" in page
    assert Invitation.objects.get().token in link_in_the_mail()
    assert Invitation.objects.get().token not in page


@pytest.mark.parametrize(("email", "role"), [("nobody", "facilitator"), ("", "facilitator"), ("e@example.org", "king")])
def test_an_invitation_that_cannot_be_used_is_refused_in_words(cast: Cast, email: str, role: str) -> None:
    programme, _, client = cast
    assert "Something needs another look" in press(client, "invite", programme, email, role)
    assert not mail.outbox
    assert not Invitation.objects.exists()


def test_nobody_is_invited_into_a_role_they_have(cast: Cast) -> None:
    programme, _, client = cast
    page = press(client, "invite", programme, "DORA@example.org", Role.ADMINISTRATOR)
    assert "That person has this role already." in page
    assert not mail.outbox


def test_without_a_mail_server_the_page_says_in_which_folder_the_invitation_lies(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    programme, _, client = cast
    assert "on its way to eve@example.org" in press(client, "invite", programme, "eve@example.org", Role.FACILITATOR)
    settings.EMAIL_FILE_PATH = str(tmp_path / "var" / "mail")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    for name in ("invite", "resend"):
        page = press(client, name, programme, "eve@example.org", Role.FACILITATOR)
        assert "is a file in var/mail, as no mail server is set" in page
        assert str(tmp_path) not in page
    assert list((tmp_path / "var" / "mail").iterdir())


@pytest.mark.parametrize("what", ["give", "invite"])
@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.CLINICAL_LEAD, Role.STEERING])
def test_nobody_gives_themselves_a_role(cast: Cast, what: str, role: Role) -> None:
    programme, _, client = cast
    page = press(client, what, programme, "Dora@example.org", role)
    assert "Ask another administrator to give you this role." in page
    assert roles(programme, "dora@example.org") == {Role.ADMINISTRATOR}
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_another_administrator_gives_the_role(cast: Cast) -> None:
    programme, dora, _ = cast
    client = Client()
    client.force_login(factories.person("finn", of=programme, roles=(Role.ADMINISTRATOR,)))
    press(client, "give", programme, dora.email, Role.FACILITATOR)
    assert roles(programme, dora.email) == {Role.ADMINISTRATOR, Role.FACILITATOR}


def test_the_first_administrator_is_made_in_the_administration_and_opens_no_room_to_themselves(client: Client) -> None:
    root = User.objects.create_superuser("root@example.org", factories.PASSWORD, name="Root")
    client.force_login(root)
    programme = factories.programme()
    for role in (Role.ADMINISTRATOR, Role.FACILITATOR):
        client.post(
            reverse("admin:rounds_membership_add"), {"programme": programme.pk, "user": root.pk, "role": role.value}
        )
    assert roles(programme, root.email) == {Role.ADMINISTRATOR}


def test_inviting_again_replaces_the_open_invitation(cast: Cast) -> None:
    programme, dora, _ = cast
    first = invitations.invite(programme=programme, email="eve@example.org", role=Role.STEERING, by=dora)
    second = invitations.invite(programme=programme, email="eve@example.org", role=Role.STEERING, by=dora)
    assert invitations.open_for(first.token) is None
    assert invitations.open_for(second.token) == second


def test_when_the_mail_cannot_be_sent_the_invitation_stays_and_the_page_says_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: object) -> None:
        raise SMTPException

    programme, _, client = cast
    monkeypatch.setattr(invitations, "send_mail", fails)
    page = press(client, "invite", programme, "eve@example.org", Role.FACILITATOR)
    assert "could not be sent just now" in page
    assert Invitation.objects.count() == 1


def test_sending_again_makes_a_fresh_link_for_fourteen_more_days(cast: Cast) -> None:
    programme, dora, client = cast
    first = invitations.invite(programme=programme, email="eve@example.org", role=Role.STEERING, by=dora)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        client.force_login(dora)
        assert "expired" in client.get(reverse("people", args=[programme.public_id])).content.decode()
        press(client, "resend", programme, "eve@example.org", Role.STEERING)
        again = Invitation.objects.get()
        assert again.is_open
        assert again.token != first.token
        assert len(mail.outbox) == 2


def test_an_invitation_taken_back_no_longer_works(cast: Cast) -> None:
    programme, dora, client = cast
    made = invitations.invite(programme=programme, email="eve@example.org", role=Role.STEERING, by=dora)
    press(client, "revoke", programme, "eve@example.org", Role.STEERING)
    answer = client.get(reverse("invitation", args=[made.token]))
    assert answer.status_code == 404
    assert "This invitation no longer works" in answer.content.decode()
    assert "not waiting any more" in press(client, "revoke", programme, "eve@example.org", Role.STEERING)


def test_an_account_that_exists_gets_the_role_after_signing_in_once(cast: Cast) -> None:
    programme, dora, _ = cast
    factories.person("eve")
    made = invitations.invite(programme=programme, email="eve@example.org", role=Role.STEERING, by=dora)
    client, address = Client(), reverse("invitation", args=[made.token])
    page = client.get(address).content.decode()
    assert "You have an account with eve@example.org already." in page
    assert f"{reverse('account_login')}?next={address}" in page
    answer = client.post(
        reverse("account_login"),
        {"login": "eve@example.org", "password": factories.PASSWORD, "next": address},
    )
    assert answer.headers["Location"] == address
    assert roles(programme, "eve@example.org") == set()  # looking and signing in use nothing up
    answer = client.post(address)
    assert answer.headers["Location"] == reverse("programme", args=[programme.public_id])
    assert roles(programme, "eve@example.org") == {Role.STEERING}
    assert client.post(address).status_code == 404


def test_another_account_is_told_whose_invitation_it_is_and_gets_nothing(cast: Cast) -> None:
    programme, dora, _ = cast
    made = invitations.invite(programme=programme, email="eve@example.org", role=Role.ADMINISTRATOR, by=dora)
    client, address = Client(), reverse("invitation", args=[made.token])
    client.force_login(factories.person("charlie"))
    page = client.get(address).content.decode()
    assert "This invitation was sent to eve@example.org. You are signed in as charlie@example.org." in page
    client.post(address)
    assert roles(programme, "charlie@example.org") == set()
    assert invitations.open_for(made.token) == made


def test_an_invitation_expires_after_fourteen_days(cast: Cast) -> None:
    programme, dora, _ = cast
    eve = factories.person("eve")
    made = invitations.invite(programme=programme, email="eve@example.org", role=Role.STEERING, by=dora)
    with time_machine.travel(made.expires_at - timedelta(minutes=1), tick=False):
        assert invitations.open_for(made.token) == made
    with time_machine.travel(made.expires_at + timedelta(minutes=1), tick=False), pytest.raises(Refused):
        invitations.accept(token=made.token, by=eve)
    assert made.expires_at - timezone.now() <= timedelta(days=14)


def test_a_closed_account_cannot_accept(cast: Cast) -> None:
    programme, dora, _ = cast
    eve = factories.person("eve", is_active=False)
    made = invitations.invite(programme=programme, email="eve@example.org", role=Role.STEERING, by=dora)
    assert "is closed" in Client().get(reverse("invitation", args=[made.token])).content.decode()
    with pytest.raises(Refused):
        invitations.accept(token=made.token, by=eve)


def test_roles_are_given_and_taken(cast: Cast) -> None:
    programme, _, client = cast
    factories.facilitator(of=programme)
    press(client, "give", programme, "alice@example.org", Role.CLINICAL_LEAD)
    press(client, "give", programme, "alice@example.org", Role.CLINICAL_LEAD)
    assert roles(programme, "alice@example.org") == {Role.FACILITATOR, Role.CLINICAL_LEAD}
    page = press(client, "take", programme, "alice@example.org", Role.FACILITATOR)
    assert "Alice is no longer facilitator here." in page
    assert roles(programme, "alice@example.org") == {Role.CLINICAL_LEAD}


def test_the_last_administrator_stays_and_a_closed_account_does_not_count_as_another(cast: Cast) -> None:
    programme, _, client = cast
    factories.person("finn", of=programme, roles=(Role.ADMINISTRATOR,), is_active=False)
    page = press(client, "take", programme, "dora@example.org", Role.ADMINISTRATOR)
    assert "A programme needs one administrator at least." in page
    assert roles(programme, "dora@example.org") == {Role.ADMINISTRATOR}


def test_an_administrator_may_leave_once_there_is_another(cast: Cast) -> None:
    programme, _, client = cast
    factories.person("finn", of=programme, roles=(Role.ADMINISTRATOR,))
    page = press(client, "take", programme, "dora@example.org", Role.ADMINISTRATOR)
    assert "You are not in a programme at the moment." in page
    assert roles(programme, "dora@example.org") == set()


def test_a_stranger_is_given_nothing_and_loses_nothing_elsewhere(cast: Cast) -> None:
    programme, _, client = cast
    elsewhere = factories.programme("Elsewhere")
    factories.person("charlie", of=elsewhere, roles=(Role.ADMINISTRATOR,))
    for what in ("give", "take"):
        page = press(client, what, programme, "charlie@example.org", Role.ADMINISTRATOR)
        assert "That person is not in this programme any more." in page
    assert roles(elsewhere, "charlie@example.org") == {Role.ADMINISTRATOR}
    assert roles(programme, "charlie@example.org") == set()


def test_the_invitations_of_another_programme_cannot_be_touched(cast: Cast) -> None:
    programme, dora, client = cast
    elsewhere = factories.programme("Elsewhere")
    made = invitations.invite(programme=elsewhere, email="eve@example.org", role=Role.STEERING, by=dora)
    press(client, "revoke", programme, "eve@example.org", Role.STEERING)
    press(client, "resend", programme, "eve@example.org", Role.STEERING)
    made.refresh_from_db()
    assert invitations.open_for(made.token) == made
    assert len(mail.outbox) == 1


def test_somebody_taken_out_can_be_invited_again(cast: Cast) -> None:
    programme, dora, _ = cast
    alice = factories.facilitator(of=programme)
    people.take_role(programme=programme, email=alice.email, role=Role.FACILITATOR, by=dora)
    assert User.objects.filter(pk=alice.pk).exists()
    made = invitations.invite(programme=programme, email=alice.email, role=Role.FACILITATOR, by=dora)
    invitations.accept(token=made.token, by=alice)
    assert roles(programme, alice.email) == {Role.FACILITATOR}


def test_the_people_page_asks_the_database_as_often_for_three_people_as_for_one(cast: Cast) -> None:
    programme, dora, client = cast
    address = reverse("people", args=[programme.public_id])

    def queries() -> int:
        client.get(address)  # the first request of a session also writes it
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    invitations.invite(programme=programme, email="a@example.org", role=Role.STEERING, by=dora)
    one = queries()
    for name in ("gus", "hal"):
        factories.facilitator(name, of=programme)
        invitations.invite(programme=programme, email=f"{name}2@example.org", role=Role.STEERING, by=dora)
    assert queries() == one
