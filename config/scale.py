"""Private PostgreSQL, Redis and nginx servers for `manage.py test --scale`: in a folder of their own, gone afterwards.

Nothing here looks at, starts or stops a server of the system. PostgreSQL and Redis listen on Unix sockets
only, so that no port can collide and nobody else on the machine can reach them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from config import browser

POSTGRES = ("postgres", "initdb", "pg_isready")
REDIS = ("valkey-server", "redis-server")  # either will do
NGINX = "nginx"
START_SECONDS = 30
PLAIN = ["tests/rounds", "tests/facilitation", "tests/linkage", "-n", "auto"]
SEVERAL = ["tests/scale", "tests/faults", "tests/logs"]


class CannotScale(Exception):
    """A server that the scale tests need is not on this machine; the text says how to get it."""


def find(program: str) -> str | None:
    """Where a server's program is; Debian keeps PostgreSQL's out of the path, and nginx out of all paths but root's."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    return shutil.which(
        program, path=os.pathsep.join([*map(str, newest), os.environ.get("PATH", os.defpath), "/usr/sbin"])
    )


def found(*programs: str) -> str:
    """Where the first of these programs that is there is. Raises CannotScale."""
    for program in programs:
        place = find(program)
        if place:
            return place
    raise CannotScale(f"{programs[-1]} is not on this machine.")


def require_programs() -> None:
    """Install what is missing where we may (root of a Debian), else raise CannotScale in a sentence."""
    missing = _missing()
    if missing and browser.is_debian_root():
        _install(missing)
        missing = _missing()
    if missing:
        raise CannotScale(
            "These tests need real servers, which are not on this machine. "
            f"On Debian or Ubuntu:  sudo apt install {' '.join(missing)}"
        )


def _missing() -> list[str]:
    """Debian's packages with what is not there."""
    postgres = [] if all(find(program) for program in POSTGRES) else ["postgresql"]
    redis = [] if any(find(program) for program in REDIS) else ["redis-server"]
    return postgres + redis + ([] if find(NGINX) else ["nginx"])


def _install(packages: list[str]) -> None:
    with _services_stay_stopped():
        browser.apt("update")
        browser.apt("install", "-y", "--no-install-recommends", *packages)


@contextlib.contextmanager
def _services_stay_stopped() -> Iterator[None]:
    """Keep the packages from starting servers of the system, which we neither need nor want to leave behind."""
    policy = Path("/usr/sbin/policy-rc.d")
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


class Private:
    """A server's process and its folder, under an account that is not root's. A subclass says what to run."""

    leaves_on = signal.SIGTERM

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="common-thread-scale-"))
        self.account: dict[str, Any] = {}
        if os.name == "posix" and os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, "postgres", "postgres")
            self.account = {"user": "postgres", "group": "postgres", "extra_groups": []}
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self.account
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise CannotScale(f"{self.command()[0]} does not start:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.05)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the server's process, if it is there."""
        if self.process is not None and self.is_running():
            self.process.send_signal(number)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End it at once, as a crash would."""
        if self.process is not None and self.is_running():
            self.process.send_signal(number)
            self.process.wait(START_SECONDS)

    def remove(self) -> None:
        """End it and forget everything it kept."""
        self.send(signal.SIGCONT)  # one that a test has stopped would not hear the next
        self.kill(self.leaves_on)
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(Private):
    """A cluster of its own. Texts sort as people expect, not by byte: what most hospitals' clusters do."""

    leaves_on = signal.SIGQUIT  # at once, but not without giving shared memory back

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "fsync": "off",  # the machine is not meant to lose power during a test
            "max_connections": "150",
            "log_min_error_statement": "panic",
            "log_timezone": "UTC",
        }
        given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [found("postgres"), "-D", str(self.folder / "data"), *given]

    def start(self) -> None:
        if not (self.folder / "data").exists() and not self.initialise("--locale-provider=icu", "--icu-locale=en-GB"):
            self.initialise()  # older than 15, which can sort by byte only where no language is installed
        super().start()

    def initialise(self, *collation: str) -> bool:
        """Make the cluster's files; whether this PostgreSQL can."""
        data = self.folder / "data"
        options = ["--no-sync", "--auth=trust", "--username=common_thread", "--encoding=UTF8", "--locale=C.UTF-8"]
        command = [found("initdb"), "-D", str(data), *options, *collation]
        return (
            subprocess.run(command, cwd=self.folder, check=False, capture_output=True, **self.account).returncode == 0
        )

    def answers(self) -> bool:
        ready = [found("pg_isready"), "--quiet", "--host", str(self.folder), "--username=common_thread"]
        return subprocess.call(ready) == 0

    def url(self, database: str = "postgres") -> str:
        """As DATABASE_URL wants it."""
        return f"postgres://common_thread@/{self.folder}/{database}"


class Redis(Private):
    """Valkey or Redis, keeping nothing."""

    def command(self) -> list[str]:
        return [found(*REDIS), "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"]

    @property
    def socket(self) -> Path:
        return self.folder / "redis.sock"

    def start(self) -> None:
        self.socket.unlink(missing_ok=True)  # left by a kill, and no sign of life
        super().start()

    def answers(self) -> bool:
        return self.socket.exists()

    @property
    def url(self) -> str:
        """As CHANNEL_LAYER_URL wants it."""
        return f"unix://{self.socket}"


def is_named(arguments: list[str]) -> bool:
    """Whether some of pytest's arguments name files or folders of tests."""
    return any(Path(argument.split("::")[0]).exists() for argument in arguments)


def run(arguments: list[str], pytest: Callable[..., int]) -> int:
    """Start PostgreSQL, run the plain tests on it, then those of several processes and of faults; the worst exit code.

    Arguments that name tests run these instead; others go to both.
    """
    require_programs()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or whoever ends us leaves PostgreSQL behind
    server = Postgres()
    try:
        server.start()
        os.environ["DATABASE_URL"] = server.url()
        os.environ["COMMON_THREAD_SCALE"] = "1"
        return max(pytest(*arguments, *tests) for tests in ([[]] if is_named(arguments) else [PLAIN, SEVERAL]))
    finally:
        server.remove()
