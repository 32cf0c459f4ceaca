"""A phone that can unpack is sent large pictures packed, the same for all; nobody else is (docs/adr/0034)."""

from __future__ import annotations

import gzip
import http.client
import json
from typing import Any

from rounds import stages
from rounds.live import frames, tickets
from rounds.models import Round, Stage
from tests import factories
from tests.live.conftest import House, Phone
from tests.live.test_trouble import signed_in

LONG = "Nobody asked how we were, and we went on. " * 3


def come_in(phone: Phone, ticket: str, *, packs: bool) -> str | bytes:
    """The first message, as it came."""
    phone.send({"t": "hello", "ticket": ticket, "revision": None, "packs": packs})
    return phone.socket.recv(timeout=phone.patience)


def full_room() -> Round:
    round = factories.round_(stage=Stage.REFLECTION)
    for number in range(60):
        factories.reaction(round, f"{LONG} {number}")
    return round


def test_phones_that_unpack_get_the_same_picture_in_the_same_few_bytes(server: House) -> None:
    round = full_room()
    plain = come_in(server.phone(), tickets.for_room(round), packs=False)
    packed = [come_in(server.phone(), tickets.for_room(round), packs=True) for _ in range(2)]
    assert isinstance(plain, str)
    assert isinstance(packed[0], bytes)
    assert packed[0] == packed[1]
    assert gzip.decompress(packed[0]).decode() == plain
    assert len(packed[0]) < len(plain.encode()) / 5


def test_what_changes_much_is_packed_and_what_changes_little_is_not(server: House) -> None:
    round = full_room()
    alice = factories.facilitator("alice-packs", of=round.programme)
    phone, plain = server.phone(), server.phone()
    come_in(phone, tickets.for_room(round), packs=True)
    come_in(plain, tickets.for_room(round), packs=False)
    stages.move(round=round, seen=round.stage, to=Stage.THREADS, by=alice)
    change, same = phone.socket.recv(timeout=phone.patience), plain.raw()
    assert isinstance(change, bytes)
    assert gzip.decompress(change).decode() == same
    phone.send({"t": "beat", "revision": json.loads(same)["revision"]})
    assert phone.next("beat")


def test_a_wall_and_a_console_are_never_sent_anything_packed(server: House) -> None:
    round = full_room()
    alice = factories.facilitator("alice-unpacked", of=round.programme)
    assert isinstance(come_in(server.phone(), tickets.for_wall(round), packs=True), str)
    session = signed_in(alice)
    desk = server.phone(additional_headers={"Cookie": f"sessionid={session}"})
    ticket = tickets.for_console(user=alice, round=round, session_key=session)
    assert isinstance(come_in(desk, ticket, packs=True), str)


def polled(server: House, ticket: str, accepts: str) -> tuple[dict[str, str], bytes]:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    body = json.dumps({"ticket": ticket, "revision": None})
    line.request("POST", "/live/poll", body, {"Content-Type": "application/json", "Accept-Encoding": accepts})
    try:
        answer = line.getresponse()
        return {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        line.close()


def test_over_http_only_a_phone_that_accepts_it_is_sent_it_packed(server: House) -> None:
    round = full_room()
    ticket = tickets.for_room(round)
    headers, plain = polled(server, ticket, "identity")
    assert "content-encoding" not in headers
    assert "Accept-Encoding" in headers["vary"]  # a proxy that keeps answers gives no phone what another can unpack
    headers, packed = polled(server, ticket, "gzip, br")
    assert headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in headers["vary"]
    assert headers["cache-control"] == "no-store"
    assert gzip.decompress(packed) == plain
    for takes in ("br;q=1.0, GZIP ; q=0.001", "gzip;q=1.000"):
        headers, _ = polled(server, tickets.for_room(round), takes)
        assert headers["content-encoding"] == "gzip", takes
    for refuses in ("gzip;q=0", "br, gzip; q=0.000", "notgzip", "gzip2, x-gzip", "gzip;q=much", ""):
        headers, same = polled(server, tickets.for_room(round), refuses)
        assert "content-encoding" not in headers, refuses
        assert same == plain
    headers, _ = polled(server, tickets.for_wall(round), "gzip")
    assert "content-encoding" not in headers


def test_packs_is_yes_or_no_or_left_out() -> None:
    said: dict[str, Any] = {"t": "hello", "ticket": "T", "revision": None}
    assert frames.read(json.dumps(said)) == frames.Hello(ticket="T", revision=None, packs=False)
    for wrong in ("yes", 1, None, [True]):
        try:
            frames.read(json.dumps({**said, "packs": wrong}))
        except frames.Unreadable:
            continue
        raise AssertionError(wrong)
