"""Bytes to sockets: what the straight way leans on in the installed Daphne and autobahn, and that both ways arrive.

When a new version of Daphne, autobahn or Twisted turns one of these red, nothing is lost: `way_for` falls back to
ASGI by itself. Read docs/adr/0009-bytes-to-sockets.md, then mend rounds/live/delivery.py.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from rounds.live.delivery import Straight, ThroughAsgi, way_for
from rounds.live.frames import Outgoing
from tests.live.conftest import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
# One application, both ways: it sends what it is asked for and says which way that was.
APPLICATION = """
import asyncio, json, sys
from config import server
from rounds.live import delivery
from rounds.live.frames import Outgoing

async def application(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    way = delivery.ThroughAsgi(send) if scope["path"] == "/asgi" else delivery.way_for(send)
    way.put(Outgoing(type(way).__name__))
    while (event := await receive())["type"] == "websocket.receive":
        asked = json.loads(event["text"])
        if "echo" in asked:
            await send({"type": "websocket.send", "text": asked["echo"]})
        for size in asked.get("sizes", []):
            way.put(Outgoing(asked["letter"] * size))
        if "close" in asked:
            way.close(asked["close"], deaf=False)
        if "unsent" in asked:
            print(way.unsent(), flush=True)
    await way.finish()

running = server.Server(application, [sys.argv[1]], on_ready=lambda: print("ready", flush=True))
running.run()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, Any]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", APPLICATION, f"tcp:port={port}:interface=127.0.0.1"],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield port, process.stdout
    process.terminate()
    assert process.communicate(timeout=60)[1] == ""


def come_in(port: int, path: str = "", **options: Any) -> ClientConnection:
    phone: ClientConnection = connect(f"ws://127.0.0.1:{port}/{path}", max_size=None, proxy=None, **options)
    return phone


def ask(phone: ClientConnection, **asked: Any) -> None:
    phone.send(json.dumps(asked))


def test_a_phone_on_daphne_is_served_the_straight_way(server: tuple[int, Any]) -> None:
    with come_in(server[0]) as phone:
        assert phone.recv(timeout=30) == "Straight"


@pytest.mark.parametrize("path", ["", "asgi"])
@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_frames_of_every_length_arrive_whole_and_in_order(server: tuple[int, Any], path: str, letter: str) -> None:
    wide = len(letter.encode())
    sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 300_000]
    sizes = sorted({size // wide + more for size in sizes for more in (0, 1)})
    with come_in(server[0], path) as phone:
        phone.recv(timeout=30)
        ask(phone, sizes=sizes, letter=letter)
        for size in sizes:
            if size or not path:  # Daphne's own `send` takes an empty text for none
                assert phone.recv(timeout=30) == letter * size


def test_both_ways_put_the_same_bytes_on_the_wire(server: tuple[int, Any]) -> None:
    heard = []
    for path in ("/", "/asgi"):
        with socket.create_connection(("127.0.0.1", server[0]), timeout=30) as raw:
            raw.sendall(
                f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
            )
            reader = raw.makefile("rb")
            while reader.readline().strip():
                pass
            reader.read(2 + len("Straight" if path == "/" else "ThroughAsgi"))
            asked = b'{"sizes": [7, 200, 70000], "letter": "y"}'
            raw.sendall(bytes((0x81, 0x80 | len(asked), 0, 0, 0, 0)) + asked)
            heard.append(reader.read(2 + 7 + 4 + 200 + 10 + 70_000))
    assert heard[0] == heard[1]
    assert heard[0] == b"".join(Outgoing("y" * size).octets for size in (7, 200, 70_000))


def test_what_the_server_says_by_itself_does_not_tear_a_frame_apart(server: tuple[int, Any]) -> None:
    """Frames of ours, ASGI's own and answers to pings, on a line that is full most of the time."""
    sizes = [random.Random(7).choice([10, 5_000, 400_000]) for _ in range(60)]
    with come_in(server[0]) as phone:
        phone.recv(timeout=30)
        for number, size in enumerate(sizes):
            ask(phone, sizes=[size], letter="z", echo=str(number))
            phone.ping()
        time.sleep(0.3)
        for number, size in enumerate(sizes):
            assert phone.recv(timeout=30) == str(number)
            assert phone.recv(timeout=30) == "z" * size


def test_what_the_system_does_not_take_is_known_and_goes_down_again(server: tuple[int, Any]) -> None:
    port, printed = server
    with come_in(port, max_queue=1) as phone:
        phone.recv(timeout=30)
        ask(phone, sizes=[1_000_000] * 20, letter="w", unsent=True)
        assert int(printed.readline()) > 5_000_000
        for _ in range(20):
            assert len(phone.recv(timeout=30)) == 1_000_000
        ask(phone, unsent=True)
        assert int(printed.readline()) == 0


@pytest.mark.parametrize("code", [1012, 4404])
def test_a_close_comes_after_what_was_put(server: tuple[int, Any], code: int) -> None:
    with come_in(server[0]) as phone:
        phone.recv(timeout=30)
        ask(phone, sizes=[500_000], letter="v", close=code)
        assert len(phone.recv(timeout=30)) == 500_000
        with pytest.raises(ConnectionClosed) as end:
            phone.recv(timeout=30)
        assert end.value.rcvd is not None
        assert end.value.rcvd.code == code


def test_a_phone_that_goes_away_in_the_middle_troubles_nobody(server: tuple[int, Any]) -> None:
    for _ in range(5):
        with come_in(server[0]) as phone:
            phone.recv(timeout=30)
            ask(phone, sizes=[1_000_000] * 3, letter="u")
            phone.socket.shutdown(socket.SHUT_RDWR)
    with come_in(server[0]) as another:
        assert another.recv(timeout=30) == "Straight"


def test_anything_that_is_not_daphnes_is_served_through_asgi() -> None:
    class Phone:
        async def send(self, event: Any) -> None:
            pass

    send = Phone().send

    async def story() -> None:
        for other in (send, partial(send), partial(send, object()), Phone().send):
            assert isinstance(way_for(other), ThroughAsgi)

    asyncio.run(story())


def test_a_daphne_that_changed_inside_is_served_through_asgi(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thing the straight way leans on, taken away: the choice falls back and nothing breaks."""
    from daphne import ws_protocol
    from twisted.internet.abstract import FileDescriptor

    from rounds.live import delivery

    class Line(FileDescriptor):
        def __init__(self) -> None:
            super().__init__(reactor=object())  # type: ignore[arg-type]

    def behind(**changed: Any) -> Any:
        protocol = ws_protocol.WebSocketProtocol()
        plain = {"state": 3, "transport": Line(), "send_queue": [], "maskServerFrames": False}
        for name, value in {**plain, "_perMessageCompress": None, **changed}.items():
            setattr(protocol, name, value)
        return partial(lambda protocol, event: None, protocol)

    assert isinstance(way_for(behind()), Straight)
    assert isinstance(way_for(behind(transport=object())), ThroughAsgi)
    assert isinstance(way_for(behind(_perMessageCompress=object())), ThroughAsgi)
    assert isinstance(way_for(behind(maskServerFrames=True)), ThroughAsgi)
    for names in ("OF_THE_PROTOCOL", "OF_THE_TRANSPORT"):
        with monkeypatch.context() as changed:
            changed.setattr(delivery, names, (*getattr(delivery, names), "renamed_in_a_later_version"))
            assert isinstance(way_for(behind()), ThroughAsgi)
