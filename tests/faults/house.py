"""The real server in a process that may be killed, and a facilitator who presses buttons over HTTP."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from rounds.models import User
from tests.faults.lengths import SOAK
from tests.live.conftest import ROOT, House

CSRF = "c" * 32


class Shaky(House):
    """A server that loses `rings_lost` (0 to 1) of its doorbell's rings. In a soak it is born in a nursery."""

    rings_lost = 0.0
    child: int | None = None

    def __init__(self, data: Path, template: Any) -> None:
        super().__init__(data, template)
        # Below the ports that outgoing connections take: while the server is dead nobody else may get its port.
        self.port = next(port for port in random.sample(range(20_000, 32_000), 100) if is_free(port))

    def surroundings(self) -> dict[str, str]:
        lost = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "FAULTS_RINGS_LOST": str(self.rings_lost)}
        return {**super().surroundings(), **lost}

    def start(self) -> None:
        if not SOAK:
            super().start()
            return
        if self.process is None:
            self.process = self.nursery()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        self.child = int(self.process.stdout.readline())
        assert self.process.stdout.readline().startswith(b"Common Thread is running"), self.errors.read_text()

    def nursery(self) -> subprocess.Popen[bytes]:
        with self.errors.open("ab") as errors:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery", str(self.port)],
                cwd=ROOT,
                env=self.surroundings(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )

    def kill(self) -> None:
        if self.child is None:
            super().kill()
        else:
            self.end_child(signal.SIGKILL)

    def end_child(self, number: signal.Signals) -> None:
        """Send the server that signal, and wait until it has ended."""
        assert self.child is not None
        assert self.process is not None
        assert self.process.stdout is not None
        os.kill(self.child, number)
        self.child = None
        assert self.process.stdout.readline() == b"ended\n"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Meanwhile somebody else has the database, and nobody's post can be taken."""
        with closing(sqlite3.connect(self.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    def end(self) -> None:
        """Stop the server if it runs."""
        if self.child is not None:
            self.end_child(signal.SIGTERM)
        if self.process is not None and self.process.poll() is None:
            self.stop()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class Facilitator:
    """A signed-in person's presses, each a request to the running server as the console sends it."""

    def __init__(self, house: House, user: User) -> None:
        self.house = house
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session["_csrftoken"] = CSRF
        session.create()
        assert session.session_key
        self.session_key = session.session_key

    def press(self, path: str, **fields: Any) -> tuple[int, str]:
        """Status and words of a POST. A server that is not there raises OSError or HTTPException."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={self.session_key}",
            "X-CSRFToken": CSRF,
            "Origin": f"http://127.0.0.1:{self.house.port}",
        }
        with closing(http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=45)) as line:
            line.request("POST", path, urlencode(fields, doseq=True), headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
