"""Every address of the desk against every role: what is not yours answers exactly like what is not there."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from rounds import access
from rounds.models import Membership, Role, Round
from rounds.refusals import NotYours
from tests import factories

pytestmark = pytest.mark.django_db

F, C, S, A = Role.FACILITATOR, Role.CLINICAL_LEAD, Role.STEERING, Role.ADMINISTRATOR
OF_A_PROGRAMME = {
    "programme": {F, C, S, A},
    "round-new": {F},
    "people": {A},
    "people-invite": {A},
    "people-resend": {A},
    "people-revoke": {A},
    "people-give": {A},
    "people-take": {A},
    "programme-settings": {A},
    "told-back-renew": {A},
}
OF_A_ROUND = (
    "round",
    "round-edit",
    "poster",
    "qr",
    "round-rehearse",
    "round-cancel",
    "round-plan-again",
    "story-withdraw",
    "story-give-back",
)
ADDRESSES = {**OF_A_PROGRAMME, **{name: {F} for name in OF_A_ROUND}}


def without_tokens(page: bytes) -> bytes:
    """The page without its form tokens, which are masked anew each time."""
    return re.sub(rb'(csrf-token" content=|csrfmiddlewaretoken" value=)"\w+"', b"", page)


def address(name: str, round: Round) -> str:
    return reverse(name, args=[(round if name in OF_A_ROUND else round.programme).public_id])


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_opens_for_its_roles_and_is_not_there_for_the_others(
    client: Client, name: str, role: Role, method: str
) -> None:
    round = factories.round_()
    client.force_login(factories.person("bob", of=round.programme, roles=(role,)))
    status = getattr(client, method)(address(name, round)).status_code
    assert status in ((200, 302) if role in ADDRESSES[name] else (404,))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ADDRESSES)
def test_a_stranger_with_every_role_elsewhere_finds_nothing_and_changes_nothing(
    client: Client, name: str, method: str
) -> None:
    round = factories.round_()
    client.force_login(factories.person("charlie", of=factories.programme("Elsewhere"), roles=tuple(Role)))
    answer = getattr(client, method)(address(name, round))
    nothing = getattr(client, method)(reverse(name, args=["nothing-is-called-this"]))
    assert (answer.status_code, nothing.status_code) == (404, 404)
    assert without_tokens(answer.content) == without_tokens(nothing.content)
    round.refresh_from_db()
    assert (round.revision, round.cancelled_at, Round.objects.count()) == (0, None, 1)


@pytest.mark.parametrize("name", ADDRESSES)
def test_somebody_not_signed_in_is_asked_to_sign_in_first(client: Client, name: str) -> None:
    answer = client.post(address(name, factories.round_()))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["programme", "people", "programme-settings", "round", "round-edit", "poster"])
def test_no_page_of_the_desk_is_kept_by_a_cache(client: Client, name: str) -> None:
    round = factories.round_()
    client.force_login(factories.person(of=round.programme, roles=tuple(Role)))
    assert client.get(address(name, round)).headers["Cache-Control"] == "no-store"


def test_a_closed_account_and_a_role_taken_back_open_nothing_any_more(client: Client) -> None:
    round = factories.round_()
    alice = factories.facilitator(of=round.programme)
    client.force_login(alice)
    assert client.get(address("round", round)).status_code == 200
    Membership.objects.filter(user=alice).delete()
    assert client.get(address("round", round)).status_code == 404
    Membership.objects.create(programme=round.programme, user=alice, role=F)
    alice.is_active = False
    with pytest.raises(NotYours):
        access.round_for(alice, round.public_id)


def test_the_site_administrator_has_no_more_access_to_rounds_than_anyone(client: Client) -> None:
    round = factories.round_()
    client.force_login(factories.person("root", is_staff=True, is_superuser=True))
    assert client.get(address("round", round)).status_code == 404
    assert client.get(address("programme", round)).status_code == 404
