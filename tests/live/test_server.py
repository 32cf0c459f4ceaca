"""The server itself, as a process of its own, in front of a small application: how it starts and how it leaves."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection, connect, unix_connect

from tests.live.conftest import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
APPLICATION = """
import sys
from config import server

async def application(scope, receive, send):
    while True:
        event = await receive()
        if event["type"] == "http.request":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"here"})
            return
        if event["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        if event["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": event["text"]})
        if event["type"] == "websocket.disconnect":
            return

running = server.Server(application, [sys.argv[1]], on_ready=lambda: print("ready", flush=True))
running.run()
print(running.refusal, flush=True)
"""


def start(endpoint: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", APPLICATION, endpoint],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(port: int) -> Iterator[subprocess.Popen[str]]:
    """A server that is ready, ended after the test if the test did not end it."""
    process = start(f"tcp:port={port}:interface=127.0.0.1:backlog=4096")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


def phone(port: int) -> AbstractContextManager[ClientConnection]:
    return connect(f"ws://127.0.0.1:{port}/")


def close_code(phone: ClientConnection) -> int | None:
    """The code with which the server closes this socket in the end; None if it just went away."""
    with pytest.raises(ConnectionClosedError) as closed:
        phone.recv(timeout=30)
    return closed.value.rcvd.code if closed.value.rcvd else None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_every_open_socket_is_told_to_come_back_when_the_server_leaves(
    server: subprocess.Popen[str], port: int, number: signal.Signals
) -> None:
    with ExitStack() as room:
        phones = [room.enter_context(phone(port)) for _ in range(20)]
        server.send_signal(number)
        assert [close_code(each) for each in phones] == [1012] * 20
    assert server.wait(timeout=60) == 0
    assert server.communicate() == ("", "")


def test_a_server_that_is_leaving_takes_nobody_new(server: subprocess.Popen[str], port: int) -> None:
    with phone(port) as waiting:
        server.send_signal(signal.SIGTERM)
        assert close_code(waiting) == 1012
    with pytest.raises(ConnectionRefusedError), phone(port):
        pass


def test_a_message_over_64_kib_is_refused_and_the_others_hear_nothing_of_it(
    server: subprocess.Popen[str], port: int
) -> None:
    with phone(port) as loud, phone(port) as quiet:
        loud.send("x" * (64 * 1024 + 1))
        assert close_code(loud) == 1009
        quiet.send("still here")
        assert quiet.recv(timeout=30) == "still here"


def test_answers_do_not_name_the_server(server: subprocess.Popen[str], port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: raw.recv(4096), b""))
    assert answer.endswith(b"here\r\n0\r\n\r\n")
    assert b"server:" not in answer.lower()


def test_a_taken_port_is_said_and_not_served(server: subprocess.Popen[str], port: int) -> None:
    second = start(f"tcp:port={port}:interface=127.0.0.1")
    out, _ = second.communicate(timeout=60)
    assert "ready\n" not in out
    assert "ddress already in use" in out


def test_a_unix_socket_left_by_a_crash_does_not_keep_the_next_server_out(tmp_path: Path) -> None:
    path = tmp_path / "thread.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    code = (
        f"import sys; from config import server; server.remove_dead_socket({str(path)!r});"
        f"sys.argv[1] = server.unix({str(path)!r})\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code + APPLICATION, ""], cwd=ROOT, text=True, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    with unix_connect(str(path), "ws://localhost/") as caller:
        caller.send("hello")
        assert caller.recv(timeout=30) == "hello"
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_five_hundred_phones_that_connect_at_once_all_get_in(server: subprocess.Popen[str], port: int) -> None:
    async def one() -> bool:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True

    async def herd() -> list[bool]:
        return await asyncio.gather(*(asyncio.wait_for(one(), 20) for _ in range(500)))

    server.send_signal(signal.SIGSTOP)  # busy with something else: they have to wait in the line before it
    try:
        assert all(asyncio.run(herd()))
    finally:
        server.send_signal(signal.SIGCONT)
