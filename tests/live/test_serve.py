"""`manage.py serve`, typed as a person types it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.live.conftest import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """A machine with an empty data folder and no address of its own."""
    kept = {name: value for name, value in os.environ.items() if name != "COMMON_THREAD_URL"}
    return {**kept, "COMMON_THREAD_DATA": str(tmp_path), "COMMON_THREAD_NO_BOOTSTRAP": "1"}


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    listener = socket.create_server(("127.0.0.1", 0))
    yield listener
    listener.close()


def manage(surroundings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=surroundings, text=True, capture_output=True, timeout=60, check=False)


def test_a_port_in_use_is_said_in_one_sentence(surroundings: dict[str, str], taken: socket.socket) -> None:
    port = taken.getsockname()[1]
    for command in ("serve", "demo"):
        done = manage(surroundings, command, "--port", str(port))
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr == (
            f"CommandError: Cannot listen on 127.0.0.1 port {port} (Address already in use). "
            f"Stop what is running there, or choose another port: --port {port + 1}\n"
        )


def test_a_database_that_is_not_up_to_date_is_said_in_words(surroundings: dict[str, str]) -> None:
    done = manage(surroundings, "serve", "--port", str(free_port()))
    assert done.returncode == 1
    assert done.stderr == ("CommandError: The database is not up to date. Run this first: python3 manage.py migrate\n")


@pytest.fixture
def server(surroundings: dict[str, str]) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A port and the server that was told to listen there, on a database that is up to date."""
    assert manage(surroundings, "migrate", "--verbosity", "0").returncode == 0
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=ROOT,
        env=surroundings,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    yield port, process
    process.kill()
    process.communicate()


def test_it_serves_at_the_port_that_was_asked_for_and_says_so(server: tuple[int, subprocess.Popen[str]]) -> None:
    port, process = server
    assert process.stdout is not None
    assert process.stdout.readline() == f"Common Thread is running at http://127.0.0.1:{port}. Ctrl-C stops it.\n"
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as browser:
        browser.request("GET", "/")
        answer = browser.getresponse()
        assert answer.status == 200
        # The policy names the very port, not the default one, or no old browser could open a socket.
        assert f"ws://127.0.0.1:{port}" in str(answer.headers["Content-Security-Policy"])
        answer.read()
    process.terminate()
    assert process.wait(timeout=60) == 0
    assert process.communicate() == ("", "")
