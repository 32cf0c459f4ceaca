"""Clients that mean harm or are merely broken: cut off in time, with memory bounded and nobody else disturbed."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from rounds.live import tickets
from rounds.models import Stage
from tests import factories
from tests.live.conftest import House, Phone, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
MEGABYTE = 1024 * 1024
UPGRADE = (
    b"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
TEXT, PIECE, PING, FINAL = 1, 0, 9, 0x80


def frame(kind: int, payload: bytes) -> bytes:
    """One frame of a client, masked with zeros."""
    if len(payload) < 126:
        return bytes((kind, 0x80 | len(payload), 0, 0, 0, 0)) + payload
    if len(payload) < 2**16:
        return struct.pack("!BBHI", kind, 0x80 | 126, len(payload), 0) + payload
    return struct.pack("!BBQI", kind, 0x80 | 127, len(payload), 0) + payload


def plain_socket(port: int, *, read_buffer: int = 0) -> socket.socket:
    raw = socket.socket()
    if read_buffer:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, read_buffer)
    raw.settimeout(10)
    raw.connect(("127.0.0.1", port))
    raw.sendall(UPGRADE)
    while b"\r\n\r\n" not in raw.recv(1024):
        pass
    return raw


def memory(process: subprocess.Popen[bytes]) -> int:
    """Bytes that the server holds just now."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def seconds_of_flooding(raw: socket.socket, flood: bytes) -> float:
    """How long the server takes these bytes, again and again; half a minute at most."""
    began = time.monotonic()
    raw.settimeout(3)
    with suppress(OSError):
        while time.monotonic() - began < 30:
            raw.sendall(flood)
    return time.monotonic() - began


class Beating(threading.Thread):
    """A phone of somebody else, and how long the server takes to answer it."""

    def __init__(self, phone: Phone) -> None:
        super().__init__(daemon=True)
        self.phone = phone
        self.slowest = 0.0
        self.over = False
        self.start()

    def run(self) -> None:
        while not self.over:
            asked = time.monotonic()
            try:
                self.phone.send({"t": "beat", "revision": 0})
                self.phone.next("beat")
            except (ConnectionClosed, TimeoutError):
                self.slowest = float("inf")  # the others were not left in peace
                return
            self.slowest = max(self.slowest, time.monotonic() - asked)
            time.sleep(0.1)

    def ended(self) -> float:
        self.over = True
        self.join()
        return self.slowest


FLOODS = {
    "tiny frames": frame(TEXT | FINAL, b"{}") * 2_000,
    "empty frames": frame(TEXT | FINAL, b"") * 2_000,
    "large frames": frame(TEXT | FINAL, b'{"t":"beat","x":"' + b"a" * 60_000 + b'"}'),
    "pings": frame(PING | FINAL, b"p" * 125) * 1_000,
    "pieces without an end": frame(PIECE, b"a" * 60_000),
    "empty pieces without an end": frame(PIECE, b"") * 2_000,
    "noise": bytes(range(256)) * 256,
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_socket_at_full_speed_is_cut_and_the_others_are_answered(server: House, name: str) -> None:
    round = factories.round_(stage=Stage.STORY)
    good = server.phone()
    good.hello(tickets.for_room(round))
    beating = Beating(good)
    assert server.process is not None
    raw = plain_socket(server.port)
    raw.sendall(frame(TEXT | FINAL, f'{{"t":"hello","ticket":"{tickets.for_room(round)}"}}'.encode()))
    if "pieces" in name:
        raw.sendall(frame(TEXT, b"a"))
    before = memory(server.process)
    lasted = seconds_of_flooding(raw, FLOODS[name])
    grown = memory(server.process) - before
    raw.close()
    # On a quiet machine well under two seconds, and the others' answers at once; here only that it ends.
    assert lasted < 25
    assert grown < 8 * MEGABYTE
    assert beating.ended() < 15


def test_many_floods_at_once_leave_the_others_their_answers(server: House) -> None:
    good = server.phone()
    good.hello(tickets.for_room(factories.round_(stage=Stage.STORY)))
    beating = Beating(good)
    assert server.process is not None
    before = memory(server.process)
    sockets = [plain_socket(server.port) for _ in range(20)]
    floods = [threading.Thread(target=seconds_of_flooding, args=(raw, FLOODS["tiny frames"])) for raw in sockets]
    for flood in floods:
        flood.start()
    for flood, raw in zip(floods, sockets, strict=True):
        flood.join(35)
        raw.close()
    assert memory(server.process) - before < 16 * MEGABYTE
    assert beating.ended() < 15


def test_a_message_in_pieces_of_more_than_two_frames_ends_that_socket(server: House) -> None:
    phone = server.phone()
    phone.hello(tickets.for_room(factories.round_(stage=Stage.STORY)))
    with suppress(ConnectionClosed):  # the goodbye may come before the last piece has left
        phone.socket.send(iter(["a" * 50_000] * 4))
    assert phone.closed()[0] == 1009


def test_a_reader_of_nothing_is_found_out_while_it_pings(server: House) -> None:
    """Answers to pings pile up for whoever does not read them; the frames are counted before they can."""
    assert server.process is not None
    raw = plain_socket(server.port, read_buffer=4096)
    before = memory(server.process)
    assert seconds_of_flooding(raw, FLOODS["pings"]) < 25
    assert memory(server.process) - before < 4 * MEGABYTE
    raw.close()


# The product's server, consumer and hub, with a large picture that changes all the time in the database's place.
BUSY_ROOM = """
import asyncio, os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from types import SimpleNamespace
from config import asgi, server
from rounds import replies
from rounds.live import hub, pictures, saying, sockets, tickets
from rounds.live.pictures import Picture

sockets.PATIENCE = 3
shown = Picture(revision=1, stage="story", html={"a": ""}, rows={})

def look(round_pk, audiences):
    return dict.fromkeys(audiences, shown)

async def change():
    global shown
    while True:
        await asyncio.sleep(0.05)
        text = f"{time.monotonic()}".ljust(20_000, "x")
        shown = Picture(revision=shown.revision + 1, stage="story", html={"a": text}, rows={})
        hub.ring(1)

def ready():
    server.twisted_loop.create_task(change())
    print("ready", flush=True)

pictures.look = look
replies.renew = lambda round_pk: None
round = SimpleNamespace(pk=1, kind="round")
tickets.admit_at_once = lambda ticket, known: tickets.Guest(audience="room", round=round, voice=ticket)
saying.is_company = lambda guest: False
server.Server(asgi.application, [sys.argv[1]], on_ready=ready).run()
"""


@pytest.fixture
def busy() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", BUSY_ROOM, f"tcp:port={port}:interface=127.0.0.1"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    yield port, process
    process.terminate()
    assert process.communicate(timeout=60)[1] == b""


def test_those_who_never_read_are_dropped_and_the_others_get_theirs_in_time(
    busy: tuple[int, subprocess.Popen[bytes]],
) -> None:
    port, process = busy
    good = Phone(port)
    good.hello("good")
    before = memory(process)
    silent = [plain_socket(port, read_buffer=4096) for _ in range(10)]
    for number, raw in enumerate(silent):
        raw.sendall(frame(TEXT | FINAL, f'{{"t":"hello","ticket":"{number}"}}'.encode()))
    slowest, most, frames = 0.0, 0, 0
    end = time.monotonic() + 12
    while time.monotonic() < end:
        heard = good.next()
        if heard["t"] == "change":
            slowest = max(slowest, time.monotonic() - float(heard["html"]["a"].strip("x")))
            frames += 1
            if frames % 20 == 0:
                good.send({"t": "beat", "revision": heard["revision"]})
        most = max(most, memory(process) - before)
    good.leave()
    assert frames > 20  # two hundred on a quiet machine, each after a tenth of a second at most
    assert slowest < 6
    assert most < 16 * MEGABYTE  # ten times 256 KiB, and what one look's frames take
    for raw in silent:
        assert is_dropped(raw)
        raw.close()


def is_dropped(raw: socket.socket) -> bool:
    """Whether the far end has gone, also when there is still something of it to read."""
    with suppress(OSError):
        for _ in range(100):
            raw.sendall(frame(PING | FINAL, b""))
            time.sleep(0.01)
        return False
    return True
