"""The server as shipped on a Unix socket, where a proxy would find it, with ways to break it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.live.conftest import ROOT, House

HOST = "rounds.example.org"


class OnASocket(House):
    """What it prints goes to `stderr`; what it makes besides its data, to `tmp`."""

    def __init__(self, data: Path, template: Any, **surroundings: str) -> None:
        data.mkdir()
        super().__init__(data, template)
        self.socket = str(data / "1.sock")
        self.given = surroundings

    def surroundings(self) -> dict[str, str]:
        return {
            **super().surroundings(),
            "DJANGO_SETTINGS_MODULE": "tests.logs.settings",
            "COMMON_THREAD_URL": f"https://{HOST}",
            "TMPDIR": str(self.data / "tmp"),
            **self.given,
        }

    def start(self) -> None:
        (self.data / "tmp").mkdir(exist_ok=True)
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--unix", self.socket],
                cwd=ROOT,
                env=self.surroundings(),
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith(b"Common Thread is running"), self.errors.read_text()

    def leave(self, number: signal.Signals) -> None:
        """Send a signal, and do not wait."""
        assert self.process is not None
        self.process.send_signal(number)

    def gone(self) -> None:
        """Wait until the process has ended, and keep what it still had to say. Does nothing for one that never was."""
        if self.process is None or self.process.stdout is None or self.process.stdout.closed:
            return
        said, _ = self.process.communicate(timeout=20)
        with self.errors.open("ab") as errors:
            errors.write(said)

    def line(self, address: str) -> socket.socket:
        """A connection to the server as a proxy would make it; the proxy knows the address."""
        made = socket.socket(socket.AF_UNIX)
        made.settimeout(20)
        try:
            made.connect(self.socket)
        except OSError:
            made.close()
            raise
        return made
