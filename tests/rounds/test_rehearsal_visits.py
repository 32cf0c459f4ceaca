"""Rehearsal guests are invited from the console, to open rehearsals only, one party at a time."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from django.core.management import load_command_class
from django.db import connection
from django.test import Client

from rounds import disclosures, identifiers
from rounds.management.commands import rehearse
from rounds.models import Round, RoundTopic, Stage, User
from rounds.rehearsal import guest as a_guest
from rounds.rehearsal import visits, words
from rounds.rehearsal.screen import Form
from tests.rounds.consoles import a_round, press, region

pytestmark = pytest.mark.django_db
S = Stage


@pytest.fixture
def quiet_guests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Guests that only stay: a real process, and no server for them to join."""
    stay = [sys.executable, "-c", "import sys; sys.stdin.buffer.read()"]
    monkeypatch.setattr(visits, "command", lambda round, people: stay)
    yield
    for party in list(visits._parties.values()):
        party.kill()
        party.communicate()
    visits._parties.clear()


@pytest.mark.usefixtures("quiet_guests")
def test_guests_are_invited_once_and_sent_home(desk: Client, alice: User) -> None:
    round = a_round(alice, S.ARRIVAL, rehearsal=True)
    assert "Invite rehearsal guests" in region("rehearsal", round)
    assert press(desk, "console-rehearse", round, people="12")[0] == 200
    party = visits._parties[round.pk]
    assert "Send them home" in region("rehearsal", round)
    status, words = press(desk, "console-rehearse", round, people="12")
    assert (status, words) == (409, "The rehearsal guests are here already.")
    assert visits._parties[round.pk] is party
    assert press(desk, "console-rehearse", round, home="yes")[0] == 200
    assert party.poll() is not None
    party.communicate()
    assert "Invite rehearsal guests" in region("rehearsal", round)


@pytest.mark.usefixtures("quiet_guests")
def test_guests_who_left_by_themselves_can_be_invited_again(alice: User) -> None:
    round = a_round(alice, S.ARRIVAL, rehearsal=True)
    visits.invite(round=round, people=6, by=alice)
    party = visits._parties[round.pk]
    party.kill()
    deadline = time.monotonic() + 30
    while visits.are_here(round=round) and time.monotonic() < deadline:
        time.sleep(0.02)
    party.communicate()
    visits.invite(round=round, people=6, by=alice)
    assert visits.are_here(round=round)


@pytest.mark.usefixtures("quiet_guests")
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stage": S.ARRIVAL}, "rehearsals only"),
        ({"stage": S.PLANNED, "rehearsal": True}, "Open the doors first"),
        ({"stage": S.CLOSED, "rehearsal": True}, "Open the doors first"),
        ({"stage": S.ARRIVAL, "rehearsal": True, "joining_locked": True}, "locked"),
    ],
)
def test_guests_come_to_open_rehearsals_only(desk: Client, alice: User, fields: dict[str, object], words: str) -> None:
    round = a_round(alice, **fields)  # type: ignore[arg-type]
    status, answer = press(desk, "console-rehearse", round, people="12")
    assert status == 409
    assert words in answer
    assert not visits.are_here(round=round)


@pytest.mark.parametrize("people", ["5", "41", "-3", "many", "1e9"])
def test_a_number_of_guests_out_of_bounds_is_refused_in_words(desk: Client, alice: User, people: str) -> None:
    round = a_round(alice, S.ARRIVAL, rehearsal=True)
    assert press(desk, "console-rehearse", round, people=people) == (409, "Please choose between 6 and 40 guests.")


def test_guests_come_to_a_round_whose_public_id_begins_with_a_dash(alice: User) -> None:
    round = a_round(alice, S.ARRIVAL, rehearsal=True, public_id="-a_public_id_like_thi")
    name, *arguments = visits.command(round, 12)[2:]
    options = vars(load_command_class("rounds", name).create_parser("manage.py", name).parse_args(arguments))
    assert (options["round"], options["people"], options["beside"]) == (round.public_id, 12, True)


def test_the_console_says_it_when_guests_could_not_come(
    desk: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "command", lambda round, people: [sys.executable, "-c", "raise SystemExit(2)"])
    watched: list[tuple[Round, subprocess.Popen[bytes]]] = []
    monkeypatch.setattr(visits, "_watch", lambda *party: watched.append(party))
    monkeypatch.setattr(connection, "close", lambda: None)  # in the server it is the watching thread's own
    round = a_round(alice, S.ARRIVAL, rehearsal=True)
    press(desk, "console-rehearse", round, people="12")
    before = RoundTopic.objects.get(round=round, topic="rehearsal").revision
    visits._see_out(*watched[0])
    assert RoundTopic.objects.get(round=round, topic="rehearsal").revision > before
    shown = region("rehearsal", round)
    assert "could not come" in shown
    assert "Invite rehearsal guests" in shown
    press(desk, "console-rehearse", round, home="yes")
    assert "could not come" not in region("rehearsal", round)


def test_a_real_round_offers_no_guests(alice: User) -> None:
    assert region("rehearsal", a_round(alice, S.ARRIVAL)) == ""


def test_the_guests_of_a_party_choose_some_barriers_alike_and_feelings_that_fit() -> None:
    guests = a_guest.party(code="x", url="http://x", people=12, pace=1, seed=3)
    barriers = [f"barrier {number}" for number in range(19)]
    form = Form("barrier", fixed={"theme": "t"})
    chosen = Counter(one for guest in guests for one in guest._choice(form, "barrier", barriers, has_words=False))
    assert len(chosen) <= 3
    assert max(chosen.values()) >= 3
    feelings = [guest._choice(Form("react"), "feelings", ["angry", "tender"], has_words=True) for guest in guests]
    assert {tuple(some) for some in feelings} <= {(), ("tender",)}


def test_nothing_that_guests_write_is_held_and_most_of_it_lies_in_some_thread() -> None:
    written = (*words.REACTIONS, *words.POSSIBLE, *words.CHANGE)
    assert [line for line in written if identifiers.noticed(line) or disclosures.is_possible(line)] == []
    threads = Counter(words.thread_of(line) for line in words.REACTIONS)
    assert all(threads[thread] >= 4 for thread in range(4))


def test_guests_go_home_when_the_server_has_gone_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(a_guest, "GOES_HOME_AFTER", 0.5)
    monkeypatch.setattr(a_guest, "ticket_for", lambda code, url: "ticket")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        (one,) = a_guest.party(code="C", url=url, people=1, pace=1, seed=1)
        asyncio.run(asyncio.wait_for(one.live(), timeout=60))


@pytest.mark.usefixtures("quiet_guests")
def test_guests_who_are_invited_hear_of_it_when_the_server_ends(alice: User) -> None:
    round = a_round(alice, S.ARRIVAL, rehearsal=True)
    visits.invite(round=round, people=6, by=alice)
    party = visits._parties[round.pk]
    assert party.stdin is not None
    party.stdin.close()  # as every end of a process does, also a kill
    assert party.wait(60) == 0


def test_guests_beside_a_server_go_home_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, the_servers = os.pipe()
    os.close(the_servers)
    (one,) = a_guest.party(code="C", url="http://x", people=1, pace=1, seed=1)
    monkeypatch.setattr(one, "live", lambda after: asyncio.sleep(3600))
    with os.fdopen(ours, "rb") as standard_input:
        monkeypatch.setattr(sys, "stdin", standard_input)
        asyncio.run(asyncio.wait_for(rehearse.Command._all([one], minutes=90, beside=True), timeout=60))
