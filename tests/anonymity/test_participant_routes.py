"""Every address that needs no account: no cookie, no session, nothing kept, whatever is sent or goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from rounds.live import tickets
from rounds.live.doorbell import announce
from rounds.models import Round
from tests import factories
from tests.anonymity import addresses
from tests.anonymity.addresses import Address

pytestmark = pytest.mark.django_db
FOR_ACCOUNTS: Final = {
    "invitation": "the door for somebody who is about to have an account, and who joins no room by it",
}
PARTICIPANTS_PAGES: Final = {"join", "room", "wall", "stored", "left", "certificate"}
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
JSON: Final = "application/json"
BODIES: Final[dict[str, tuple[bytes, str]]] = {
    "nothing": (b"", "text/plain"),
    "a form": (b"code=K7QX-9FJM&csrfmiddlewaretoken=x", "application/x-www-form-urlencoded"),
    "json": (b'{"code": "K7QX-9FJM", "token": "x", "ticket": "x", "what": "react", "nonce": "n"}', JSON),
    "half of json": (b'{"code": ', JSON),
    "a list": (b"[1, 2]", JSON),
    "too much": (b'{"code": "' + b"x" * 300_000 + b'"}', JSON),
    "too much of a form": (b"code=" + b"x" * 300_000, "application/x-www-form-urlencoded"),
    "a file": (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nf\r\n--x--',
        "multipart/form-data; boundary=x",
    ),
    "bad multipart": (b"--", "multipart/form-data"),
}
STRANGE: Final[dict[str, dict[str, str]]] = {
    "another host": {"host": "somebody.example"},
    "another site": {"origin": "https://somebody.example", "sec-fetch-site": "cross-site"},
    "from a framed page": {"origin": "null"},
    "as htmx": {"hx-request": "true"},
}
NOWHERE: Final = (
    "/nowhere/",
    "/j/",
    "/r/",
    "/stored",
    "/live",
    "/live/",
    "/live/nothing",
    "/j%00",
    "/r?ticket=%00",
    "//j",
    "/.env",
    "/told/",
)


@pytest.fixture(params=["a stranger", "a colleague at the staff room’s computer", "a stale cookie"])
def visitor(request: pytest.FixtureRequest) -> Client:
    """Whose browser a participant may sit at; the last has a cookie of a session that is over."""
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    if request.param != "a stranger":
        browser.force_login(factories.facilitator(of=factories.programme()))
    if request.param == "a stale cookie":
        Session.objects.all().delete()
    return browser


def participants_routes() -> list[Address]:
    return [address for address in addresses.without_an_account() if address.name not in FOR_ACCOUNTS]


def leaves_nothing(answer: Any, what: object) -> None:
    assert "Set-Cookie" not in answer.headers, what
    assert not answer.cookies, what
    assert "no-store" in answer.headers["Cache-Control"], what
    assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}, what
    for header in ("ETag", "Last-Modified", "Expires"):
        assert header not in answer.headers, what


def everything(browser: Client, path: str) -> list[tuple[str, Any]]:
    """What the path answers to every method, body and oddity."""
    asked: list[tuple[str, Any]] = [(method, browser.generic(method, path)) for method in METHODS]
    for name, (body, kind) in BODIES.items():
        asked.append((name, browser.post(path, body, content_type=kind)))
    for name, headers in STRANGE.items():
        asked.append((f"GET, {name}", browser.get(path, headers=headers)))
        asked.append((f"POST, {name}", browser.post(path, b"{}", content_type=JSON, headers=headers)))
    return asked


@pytest.mark.logs_errors  # another host, and too much at once, are told to the log
def test_no_answer_to_a_participant_sets_a_cookie_or_starts_a_session_or_may_be_kept(visitor: Client) -> None:
    routes = participants_routes()
    assert {"join", "room", "wall", "stored", "live-join", "live-wall", "live-poll", "live-say"} <= {
        address.name for address in routes
    }
    sessions = Session.objects.count()
    cookies = dict(visitor.cookies)
    for address in routes:
        if address.name == "home" and sessions:
            continue  # whoever is signed in is shown their programmes there
        for what, answer in everything(visitor, address.filled()):
            leaves_nothing(answer, f"{address}: {what}: {answer.status_code}")
    for path in NOWHERE:
        leaves_nothing(visitor.get(path), path)
        leaves_nothing(visitor.post(path), path)
    assert Session.objects.count() == sessions
    assert dict(visitor.cookies) == cookies


@pytest.mark.django_db(transaction=True)  # "saved" is only said after a commit
def test_the_answers_of_a_real_visit_leave_nothing_either(visitor: Client) -> None:
    round = factories.round_(stage="reflection")
    wall = visitor.post("/live/wall", json.dumps({"token": round.wall_token}), content_type=JSON)
    joined = visitor.post("/live/join", json.dumps({"code": round.join_code}), content_type=JSON)
    ticket = joined.json()["ticket"]
    said = {"what": "react", "nonce": "n" * 22, "prompt": prompt_of(round), "text": "I sat down."}
    bodies: list[tuple[str, dict[str, Any]]] = [("poll", {"revision": None}), ("poll", {"revision": 999})]
    bodies += [("say", said), ("say", said), ("say", {**said, "nonce": "m" * 22, "prompt": "gone"})]
    answers = [wall, joined]
    answers += [
        visitor.post(f"/live/{path}", json.dumps({"ticket": ticket, **body}), content_type=JSON)
        for path, body in bodies
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 200, 422]
    for answer in answers:
        leaves_nothing(answer, answer.content)
    assert Session.objects.filter(session_key=visitor.cookies.get(settings.SESSION_COOKIE_NAME, "")).count() == 0


@pytest.mark.logs_errors
def test_a_page_that_breaks_leaves_nothing_either(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> HttpResponse:
        raise RuntimeError("on purpose")

    routes = participants_routes()
    monkeypatch.setattr("rounds.views.room.render", broken)
    monkeypatch.setattr("rounds.views.certificate.render", broken)
    monkeypatch.setattr("rounds.views.live._read", broken)
    for address in routes:
        if address.name in PARTICIPANTS_PAGES or address.name.startswith("live-"):
            answer = visitor.generic("POST" if address.name.startswith("live-") else "GET", address.filled())
            assert answer.status_code == 500, address
            leaves_nothing(answer, address)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_the_pages_of_the_room_send_no_referrer_whatever_they_answer(method: str) -> None:
    for address in participants_routes():
        if address.name in PARTICIPANTS_PAGES or address.name.startswith("live-"):
            answer = Client().generic(method, address.filled())
            assert answer.headers["Referrer-Policy"] == "no-referrer", address


def test_no_address_of_a_participant_has_a_place_for_a_code_a_ticket_or_a_nonce() -> None:
    assert {address.parameters for address in participants_routes()} == {(), ("token",)}
    with_token = {address.name for address in participants_routes() if address.parameters}
    # A page anybody with its link may read; for people with an account, the way out of a mail, and days for their
    # calendar. No room is behind any of them.
    assert with_token == {"told-back", "mail-off", "calendar-feed"}


@pytest.mark.parametrize("make", [tickets.for_room, tickets.for_wall])
def test_a_ticket_or_a_code_in_the_query_opens_nothing(make: Callable[[Round], str]) -> None:
    round = factories.round_(stage="reflection")
    query = {"ticket": make(round), "code": round.join_code, "token": round.wall_token}
    browser = Client()
    for address in participants_routes():
        bare, asked = browser.get(address.filled()), browser.get(address.filled(), query)
        assert (asked.status_code, asked.content) == (bare.status_code, bare.content), address
    for path in ("join", "wall", "poll", "say"):
        answer = browser.post(f"/live/{path}?code={round.join_code}&ticket={query['ticket']}", "{}", content_type=JSON)
        assert answer.status_code == 400


def test_a_staff_cookie_changes_no_byte_of_the_rooms_pages_and_nothing_over_http() -> None:
    round = factories.round_(stage="reflection")
    ticket = tickets.for_room(round)
    stranger, colleague = Client(), Client()
    colleague.force_login(factories.facilitator(of=round.programme))
    for name in PARTICIPANTS_PAGES:
        assert stranger.get(reverse(name)).content == colleague.get(reverse(name)).content
    body = json.dumps({"ticket": ticket, "revision": None})
    polls = [browser.post("/live/poll", body, content_type=JSON) for browser in (stranger, colleague)]
    assert polls[0].content == polls[1].content


def test_an_early_and_a_late_phone_are_shown_the_same_bytes() -> None:
    round = factories.round_(stage="reflection")
    early = tickets.for_room(round)

    def shown(ticket: str, revision: int | None = None) -> bytes:
        body = json.dumps({"ticket": ticket, "revision": revision})
        return Client().post("/live/poll", body, content_type=JSON).content

    before = shown(early)
    factories.reaction(round, "I sat down.")
    factories.reaction(round, "So did I.")
    announce(round, "reactions")
    after = shown(early, json.loads(before)["revision"])
    late = shown(tickets.for_room(round))
    assert b"I sat down." in after
    assert after == late == shown(early)


def prompt_of(round: Round) -> str:
    assert round.current_prompt is not None
    return round.current_prompt.public_id
