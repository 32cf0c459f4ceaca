"""A NUL in anything that is sent is left out or refused in words, never a 500: PostgreSQL cannot be asked for one.

Every address, as somebody with every role. What SQLite would take is refused here as PostgreSQL refuses it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DataError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from config.addresses import without_nul
from rounds.models import Stage
from tests import factories
from tests.anonymity import addresses
from tests.anonymity.staffed import World
from tests.permissions.doors import Door, doors
from tests.test_permissions import undone

pytestmark = pytest.mark.django_db
SAID_IN_QUERIES = (
    "move",
    "tick",
    "theme",
    "proposal",
    "later",
    "show",
    "back",
    "text",
    "page",
    "as",
    "ask",
    "case",
    "of",
)


@contextmanager
def no_nul_is_taken() -> Iterator[None]:
    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if any(isinstance(one, str) and "\0" in one for one in params or ()):
            raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield


def knock(browser: Client, door: Door) -> None:
    """Raises what the server would log with a 500."""
    path = door.path.partition("?")[0]
    sent = door.shown or door.typed
    with undone(), no_nul_is_taken():
        browser.get(path, dict.fromkeys([*SAID_IN_QUERIES, *sent], "\0"))
    for name, value in sent.items():
        spoilt = {**sent, name: ["\0"] if isinstance(value, list) else "\0"}
        with undone(), no_nul_is_taken():
            if door.shown:
                browser.post(path, json.dumps(spoilt), content_type="application/json")
            else:
                browser.post(path, spoilt)


def test_no_page_and_no_press_hands_a_nul_to_the_database() -> None:
    world, browser = World(), Client()
    browser.force_login(world.dora)
    for address in addresses.ours():
        with undone():
            for door in doors(world, address):
                knock(browser, door)


def test_what_a_query_says_with_a_nul_is_left_out_and_the_rest_of_it_is_read() -> None:
    def shows(request: HttpRequest) -> HttpResponse:
        return JsonResponse(dict(request.GET.lists()))

    asked = RequestFactory().get("/", {"tick": ["a", "b\0", "c"], "th\0eme": "x", "back": "\0", "as": "list"})
    assert json.loads(without_nul(shows)(asked).content) == {"tick": ["a", "c"], "as": ["list"]}


def test_whoever_sends_a_nul_in_a_form_is_told_so_and_keeps_what_they_typed() -> None:
    world, browser = World(), Client()
    browser.force_login(world.dora)
    circle = world.round(Stage.CIRCLE)
    typed = {"statement": "put chairs by every bed", "proposal": "\0", "theme": "\0"}
    with no_nul_is_taken():
        answer = browser.post(reverse("action-shape", args=[circle.public_id]), typed)
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "Please reload the page" in said
    assert "put chairs by every bed" in said
    assert not circle.actions.exists()


def test_a_story_is_not_given_back_to_a_nul(desk: Client, alice: Any) -> None:
    round = factories.round_(alice.memberships.get().programme)
    with no_nul_is_taken():
        page = desk.post(reverse("story-give-back", args=[round.public_id]), {"storyteller": "\0"}, follow=True)
    assert "That could not be read. Please reload the page." in page.content.decode()


def test_a_session_cookie_with_a_nul_is_no_session() -> None:
    cookie = 'sessionid="aaaaaaaaaaaa\\000"'  # as cookies write it
    with no_nul_is_taken():
        assert Client().get(reverse("guide"), headers={"cookie": cookie}).status_code == 302
        form = Client().post(reverse("account_login"), {"login": "a\0@b.example", "password": "\0"})
    assert form.status_code == 200
