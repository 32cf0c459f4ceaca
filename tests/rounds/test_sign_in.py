"""How people with an account come in: invitation, password, forgotten password, second step, administration."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from rounds import invitations
from rounds.models import Invitation, Membership, Role, User
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "four warm cups of tea"


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    cache.clear()  # the rate limits of one test must not refuse another


@pytest.fixture
def invited() -> Invitation:
    programme = factories.programme()
    dora = factories.person("dora", of=programme, roles=(Role.ADMINISTRATOR,))
    return invitations.invite(programme=programme, email="Eve@example.org", role=Role.FACILITATOR, by=dora)


def sign_up(client: Client, **fields: str) -> Any:
    data = {"name": "Eve Adams", "email": "eve@example.org", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return client.post(reverse("account_signup"), {**data, **fields})


def sign_in(client: Client, email: str = "alice@example.org", password: str = factories.PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# Invitation


def test_somebody_new_comes_in_through_the_invitation_with_its_address_and_role(
    client: Client, invited: Invitation
) -> None:
    page = client.get(address := reverse("invitation", args=[invited.token])).content.decode()
    assert "We open an account for eve@example.org." in page
    assert client.post(address).headers["Location"] == reverse("account_signup")
    page = client.get(reverse("account_signup")).content.decode()
    assert re.search(r'name="email" value="eve@example.org"[^>]*disabled', page)
    assert client.post(reverse("account_signup")).status_code == 200
    assert sign_up(client).status_code == 302
    eve = User.objects.get(email="eve@example.org")
    assert (eve.name, eve.check_password(NEW_PASSWORD)) == ("Eve Adams", True)
    assert Membership.objects.get(user=eve).role == Role.FACILITATOR
    assert EmailAddress.objects.get(user=eve).verified
    assert client.get("/").headers["Location"] == reverse("programme", args=[invited.programme.public_id])
    assert Client().get(address).status_code == 404


def test_the_address_of_an_invitation_cannot_be_changed_on_the_way(client: Client, invited: Invitation) -> None:
    client.post(reverse("invitation", args=[invited.token]))
    sign_up(client, email="mallory@example.org")
    assert not User.objects.filter(email="mallory@example.org").exists()
    assert Membership.objects.filter(user__email="eve@example.org").exists()


def test_nobody_signs_up_without_an_invitation(client: Client) -> None:
    assert "Accounts are by invitation" in client.get(reverse("account_signup")).content.decode()
    sign_up(client)
    assert not User.objects.exists()


def test_an_invitation_taken_back_while_somebody_chooses_a_password_lets_nobody_in(
    client: Client, invited: Invitation
) -> None:
    client.post(reverse("invitation", args=[invited.token]))
    invitations.revoke(
        programme=invited.programme, email=invited.email, role=invited.role, by=invited.invited_by or User()
    )
    assert "Accounts are by invitation" in sign_up(client).content.decode()
    assert not User.objects.filter(email="eve@example.org").exists()


def test_a_weak_password_is_refused_in_words_and_the_invitation_still_works(
    client: Client, invited: Invitation
) -> None:
    client.post(reverse("invitation", args=[invited.token]))
    page = sign_up(client, password1="short", password2="short").content.decode()
    assert "at least 12 characters" in page
    assert 'value="Eve Adams"' in page
    assert sign_up(client).status_code == 302


def test_one_invitation_makes_one_account_even_when_sent_twice(client: Client, invited: Invitation) -> None:
    client.post(reverse("invitation", args=[invited.token]))
    sign_up(client)
    other = Client()
    other.post(reverse("invitation", args=[invited.token]))
    sign_up(other, name="Somebody else")
    assert User.objects.filter(email__startswith="eve").count() == 1
    assert not is_signed_in(other)


def test_an_invitation_used_in_another_tab_meanwhile_makes_no_account_without_a_role(
    client: Client, invited: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def used_meanwhile(**_: object) -> None:
        raise Refused(invitations.NO_LONGER)

    client.post(reverse("invitation", args=[invited.token]))
    monkeypatch.setattr(invitations, "accept", used_meanwhile)
    assert sign_up(client).headers["Location"] == reverse("invitation", args=[invited.token])
    assert not User.objects.filter(email="eve@example.org").exists()


def test_an_account_keeps_the_address_it_was_invited_at(client: Client) -> None:
    client.force_login(factories.person())
    assert client.get("/accounts/email/").status_code == 404
    assert client.post("/accounts/email/", {"action_add": "", "email": "new@example.org"}).status_code == 404


# Password


def test_signing_in_and_out_with_a_cookie_that_ends_with_the_browser(client: Client) -> None:
    factories.facilitator(of=factories.programme())
    answer = sign_in(client)
    assert answer.headers["Location"] == "/"
    cookie = answer.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert cookie["httponly"]
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_an_address_is_an_address_in_whatever_case_it_is_typed(client: Client) -> None:
    factories.person()
    sign_in(client, email="Alice@Example.ORG")
    assert is_signed_in(client)


def test_a_closed_account_does_not_come_in(client: Client) -> None:
    factories.person(is_active=False)
    sign_in(client)
    assert not is_signed_in(client)


def test_a_name_stands_on_one_line(client: Client, invited: Invitation) -> None:
    client.post(reverse("invitation", args=[invited.token]))
    page = sign_up(client, name=" \u200b ").content.decode()
    assert "What shall your colleagues call you?" in page
    sign_up(client, name="Eve\nAdams\r\n")
    assert User.objects.get(email="eve@example.org").name == "Eve Adams"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client) -> None:
    factories.person()
    wrong = sign_in(client, password="not this one at all").context["form"].non_field_errors()
    unknown = sign_in(client, email="nobody@example.org").context["form"].non_field_errors()
    assert list(wrong) == list(unknown)
    assert "not correct" in wrong[0]


def test_guessing_one_accounts_password_is_stopped_and_leaves_other_accounts_alone(client: Client) -> None:
    factories.person()
    factories.person("bob")
    for _ in range(19):
        sign_in(client, password="a guess that is wrong")
    sign_in(client)
    assert is_signed_in(client)  # whoever mistypes a lot, or is teased by a stranger, still comes in
    client.logout()
    for _ in range(20):
        sign_in(client, password="a guess that is wrong")
    page = sign_in(client).content.decode()
    assert "Too many failed login attempts" in page
    assert not is_signed_in(client)
    sign_in(client, email="bob@example.org")
    assert is_signed_in(client)


def test_signing_in_works_behind_the_proxy_where_nobody_has_an_address(client: Client) -> None:
    factories.person()
    client.defaults["REMOTE_ADDR"] = ""
    sign_in(client)
    assert is_signed_in(client)


def test_a_forgotten_password_is_set_anew_through_the_mail(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    factories.person()
    client.post(reverse("account_reset_password"), {"email": "alice@example.org"})
    (file,) = (tmp_path / "mail").iterdir()
    written = file.read_text()
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", written)
    assert link is not None
    assert "example.com" not in written
    assert "!" not in written.split("\n\n", 1)[1]
    answer = client.get(link[1], follow=True)
    assert "Choose a new password" in answer.content.decode()
    where = answer.redirect_chain[-1][0]
    client.post(where, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert "This link no longer works" in Client().get(link[1], follow=True).content.decode()
    fresh = Client()
    sign_in(fresh)
    assert not is_signed_in(fresh)
    sign_in(fresh, password=NEW_PASSWORD)
    assert is_signed_in(fresh)


def test_the_link_in_the_mail_leads_to_the_site_whatever_host_was_asked(client: Client, settings: Settings) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://rounds.example.org", ["rounds.example.org", "other.example"]
    factories.person()
    address = reverse("account_reset_password")
    client.post(address, {"email": "alice@example.org"}, headers={"host": "other.example:8443"})
    written = str(mail.outbox[0].body)
    assert re.search(r"^https://rounds\.example\.org/accounts/password/reset/key/\S+$", written, re.MULTILINE)
    assert "other.example" not in written


def test_a_forgotten_password_of_nobody_sends_no_mail_and_looks_the_same(client: Client) -> None:
    factories.person()
    known = client.post(reverse("account_reset_password"), {"email": "alice@example.org"})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert known.headers["Location"] == unknown.headers["Location"]
    assert [message.to for message in mail.outbox] == [["alice@example.org"]]


# The second step


def code(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def turn_on_the_second_step(client: Client) -> str:
    address = reverse("mfa_activate_totp")
    asked = client.get(address).headers["Location"]  # whoever found the screen unlocked cannot turn it on
    assert asked.startswith(reverse("account_reauthenticate"))
    client.post(asked, {"password": factories.PASSWORD})
    assert "<svg" in client.get(address).content.decode()
    secret = str(client.session["mfa.totp.secret"])
    client.post(address, {"code": code(secret)})
    return secret


def test_with_the_second_step_turned_on_a_password_alone_is_not_enough(client: Client) -> None:
    alice = factories.facilitator(of=factories.programme())
    sign_in(client)
    secret = turn_on_the_second_step(client)
    assert Authenticator.objects.filter(user=alice, type="totp").exists()
    fresh = Client()
    answer = sign_in(fresh)
    assert answer.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert not is_signed_in(fresh)
    assert "Second step" in fresh.get(reverse("mfa_authenticate")).content.decode()
    fresh.post(reverse("mfa_authenticate"), {"code": "000000" if code(secret) != "000000" else "000001"})
    assert not is_signed_in(fresh)
    cache.clear()  # the code was just used to turn it on; a used code is refused for its half minute
    fresh.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert is_signed_in(fresh)
