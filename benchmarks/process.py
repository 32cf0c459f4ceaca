"""A server's process on a core of its own: started, watched through /proc, ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60


class DidNotStart(Exception):
    """The server said nothing in time, or left; the text is the end of what it wrote."""


def cores() -> tuple[int, int]:
    """The server's core and the load generator's. Raises DidNotStart where there is only one."""
    available = sorted(os.sched_getaffinity(0))
    if len(available) < 2:
        raise DidNotStart("Two cores are needed: one for the server, one for the load generator.")
    return available[0], available[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """command: what to run; ready: the start of the line by which it says that it listens."""

    def __init__(self, command: list[str], *, core: int, port: int, env: dict[str, str], ready: str, log: Path) -> None:
        self.command = ["taskset", "-c", str(core), *command]
        self.port = port
        self.env = {**os.environ, **env}
        self.ready = ready
        self.log = log
        self.process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def launch(self) -> None:
        """Start it and wait for nothing."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=log, text=True
            )

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.launch()
        if self.ready:
            assert self.process is not None
            self._await_line(self.process.stdout)
        self._await_port()

    def _await_line(self, output: IO[str] | None) -> None:
        assert output is not None
        for line in output:
            if line.startswith(self.ready):
                return
        raise DidNotStart(self.log.read_text()[-2000:])

    def _await_port(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise DidNotStart(self.log.read_text()[-2000:])

    def cpu_seconds(self) -> float:
        """User and system time of all its threads so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident(self) -> int:
        """Bytes of memory it holds now."""
        return self._status("VmRSS")

    def most_resident(self) -> int:
        """The most it has held since `forget_most_resident`."""
        return self._status("VmHWM")

    def forget_most_resident(self) -> None:
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def _status(self, name: str) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
        raise KeyError(name)

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()
