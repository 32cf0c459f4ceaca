"""A real server in a process of its own, on a database and keys of its own, and real clients to talk to it.

`server` also points this process at the server's database: a test acts as a second process would.
"""

from __future__ import annotations

import copy
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib import error, request

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connections
from pytest_django import DjangoDbBlocker, Settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parent.parent.parent
Frame = dict[str, Any]


class Phone:
    """One socket, by hand."""

    patience = 20.0  # seconds: for what comes at once, on a machine with much else to do

    def __init__(self, port: int, **options: Any) -> None:
        address = f"ws://127.0.0.1:{port}/live/"
        self._open = ExitStack()
        self.socket: ClientConnection = self._open.enter_context(
            connect(address, open_timeout=30, close_timeout=2, max_size=None, **options)
        )

    def send(self, frame: Frame | str | bytes) -> None:
        self.socket.send(json.dumps(frame) if isinstance(frame, dict) else frame)

    def raw(self, within: float = 0) -> str:
        text = self.socket.recv(timeout=within or self.patience)
        assert isinstance(text, str)
        return text

    def next(self, kind: str = "", within: float = 0) -> Frame:
        """The next frame, of this kind if one is named."""
        deadline = time.monotonic() + (within or self.patience)
        while True:
            frame: Frame = json.loads(self.raw(max(0.01, deadline - time.monotonic())))
            if not kind or frame["t"] == kind:
                return frame

    def hello(self, ticket: str, revision: int | None = None) -> Frame:
        """Come in; the snapshot."""
        self.send({"t": "hello", "ticket": ticket, "revision": revision})
        return self.next("snapshot")

    def say(self, what: str, nonce: str = "", **fields: Any) -> Frame:
        """Say something; the answer."""
        self.send({"t": "say", "what": what, "nonce": nonce or new_nonce(), **fields})
        while (frame := self.next())["t"] not in {"saved", "refused"}:
            pass
        return frame

    def is_silent(self, seconds: float) -> bool:
        try:
            self.socket.recv(timeout=seconds)
        except TimeoutError:
            return True
        return False

    def closed(self, within: float = 20) -> tuple[int, list[Frame]]:
        """The close code, and the frames that came before it."""
        frames: list[Frame] = []
        try:
            while True:
                frames.append(json.loads(self.raw(within)))
        except ConnectionClosed as end:
            return (end.rcvd.code if end.rcvd else 1006), frames

    def leave(self) -> None:
        self._open.close()


class House:
    """The server's process, its port and its data folder."""

    def __init__(self, data: Path, template: Any) -> None:
        self.data = data
        self.database = self.copied(template)
        self.errors = data / "stderr"
        self.port = free_port()
        self.phones: list[Phone] = []
        self.process: subprocess.Popen[bytes] | None = None

    def copied(self, template: Any) -> Any:
        """A database of its own, made from an empty one that is up to date: here files, elsewhere names."""
        return shutil.copy(template, self.data / "db.sqlite3")

    def beside(self) -> AbstractContextManager[None]:
        """Have this thread's default connection be to the house's database."""
        return using(self.database)

    def surroundings(self) -> dict[str, str]:
        """The environment of the server, and of any command that is to meet it on its database."""
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CHANNEL_LAYER_URL"}}
        return {
            **kept,
            "COMMON_THREAD_DATA": str(self.data),
            "COMMON_THREAD_URL": f"http://127.0.0.1:{self.port}",
            "COMMON_THREAD_SECRET_KEY": django_settings.SECRET_KEY,
            "COMMON_THREAD_NO_BOOTSTRAP": "1",
        }

    def start(self) -> None:
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.surroundings(),
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith(b"Common Thread is running"), self.errors.read_text()

    def kill(self) -> None:
        """End the server as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=60)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.communicate(timeout=60)

    def phone(self, **options: Any) -> Phone:
        self.phones.append(Phone(self.port, **options))
        return self.phones[-1]

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any, dict[str, str]]:
        """Status, JSON (None where there is none) and headers of a POST below /live/."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        asked = request.Request(f"http://127.0.0.1:{self.port}/live/{path}", data=data, headers=headers)
        try:
            with request.urlopen(asked, timeout=45) as answer:
                status, text, got = answer.status, answer.read(), dict(answer.headers)
        except error.HTTPError as refusal:
            with refusal:
                status, text, got = refusal.code, refusal.read(), dict(refusal.headers)
        return status, json.loads(text) if text else None, got

    def logged(self) -> str:
        return self.errors.read_text()


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def using(database: Path) -> Iterator[None]:
    """Have this thread's default connection be to that SQLite file; the tests' own database is left as it is."""
    before = connections["default"]
    there: Any = type(before)(copy.deepcopy({**before.settings_dict, "NAME": str(database)}), "default")
    connections["default"] = there
    try:
        yield
    finally:
        there.close()
        connections["default"] = before


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    """An empty, up-to-date database file, made once and copied."""
    path = tmp_path_factory.mktemp("migrated") / "db.sqlite3"
    with django_db_blocker.unblock(), using(path):
        call_command("migrate", verbosity=0, interactive=False)
        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"), migrated)
    house.start()
    yield house
    house.stop()


@pytest.fixture
def server(house: House, settings: Settings, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """The running server; afterwards nothing may have been logged as an error, and no traceback printed."""
    settings.DATA_DIR = house.data
    settings.KEY_DIR = house.data / "keys"
    already = len(house.logged())
    with django_db_blocker.unblock(), using(house.database):
        yield house
    for phone in house.phones:
        phone.leave()
    house.phones.clear()
    logged = house.logged()[already:]
    assert "Traceback" not in logged
    assert "ERROR" not in logged
