"""The pages for people without an account: no cookie, no cache, the same for everybody."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rounds.live import regions
from tests import factories
from tests.rounds.looking import words

pytestmark = pytest.mark.django_db
PAGES = ["/j", "/r", "/w", "/stored/"]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_for_people_without_an_account_leaves_nothing_behind(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert response.cookies == {}
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert '<meta name="referrer" content="no-referrer">' in response.content.decode()
    assert not Session.objects.exists()


@pytest.mark.parametrize("address", PAGES)
def test_who_is_signed_in_does_not_matter_there(client: Client, address: str) -> None:
    strange = client.get(address).content
    client.force_login(factories.facilitator(of=factories.programme()))
    known = client.get(address)
    assert known.content == strange
    assert known.cookies == {}


@pytest.mark.parametrize("address", PAGES)
def test_the_shells_ask_the_database_nothing(client: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert asked.captured_queries == []


@pytest.mark.parametrize("address", ["/r", "/w", "/stored/"])
def test_nothing_can_be_posted_to_the_other_pages(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_a_code_is_given_back_where_the_script_did_not_load() -> None:
    response = Client(enforce_csrf_checks=True).post("/j", {"code": 'k7qx"><b>'})
    page = response.content.decode()
    assert 'value="k7qx&quot;&gt;&lt;b&gt;"' in page
    assert "Something did not load. Please try again." in page
    assert response.cookies == {}


def test_the_code_can_never_get_into_an_address(client: Client) -> None:
    page = client.get("/j").content.decode()
    form = re.search(r'<form id="join-form"[^>]*>', page)
    assert form is not None
    assert 'method="post"' in form[0]


def test_the_join_page_says_what_is_asked_and_what_is_not(client: Client) -> None:
    said = words(client.get("/j").content.decode())
    for line in ("What you will be asked", "What you will not be asked", "You can just listen.", "tampered with"):
        assert line in said


def test_the_room_has_a_place_for_every_region_and_the_support_card_from_the_start(client: Client) -> None:
    page = client.get("/r").content.decode()
    for region in regions.of("room"):
        assert page.count(f'data-region="{region.name}"') == 1, region.name
    dialog = re.search(r'<dialog id="support-card".*?</dialog>', page, re.DOTALL)
    assert dialog is not None
    assert 'data-region="support"' in dialog[0]
    assert "speak to someone you trust" in dialog[0]
    assert "data-leave" in page
    assert "You can leave, or just listen." in page


@pytest.mark.parametrize("path", ["/j", "/r", "/stored/", "/left"])
def test_on_every_page_of_a_phone_one_can_ask_for_somebody_to_talk_to_and_tells_nobody(
    client: Client, path: str
) -> None:
    page = client.get(path).content.decode()
    asking = re.search(r"<button[^>]*>(?:(?!</button>).)*I’d like to talk to someone</button>", page, re.DOTALL)
    assert asking is not None
    assert 'data-dialog-open="support-card"' in asking[0]
    assert 'type="button"' in asking[0]  # it submits nothing
    card = page.split('id="support-card"')[1]
    assert "Nobody has been called." in card.split("<p>")[1]  # before anything else: nobody is to wait for somebody
    assert "Opening this tells nobody" in card
    assert path == "/left" or "You can leave, or just listen." in page


def test_the_wall_has_a_place_for_every_region(client: Client) -> None:
    page = client.get("/w").content.decode()
    for region in regions.of("wall"):
        assert page.count(f'data-region="{region.name}"') == 1, region.name
