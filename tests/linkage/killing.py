"""A process that seals and is killed on the way: before any statement, around any commit, at any touch of a key file.

Run as `python -m tests.linkage.killing`: it reads orders, one a line, and forks a child for each, which is the
process that dies. It has no connection and no thread of its own, so that a fork is safe.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
NEVER = 10**9
TICKS = 50
WIDE = {"os.rename", "os.remove", "os.link"}


class Knife:
    """Counts steps, and ends this process with SIGKILL at one of them."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(self, execute: Callable[..., Any], *rest: Any) -> Any:
        self.step()
        return execute(*rest)

    def around_commit(self, commit: Callable[[], None]) -> Callable[[], None]:
        def committed() -> None:
            self.step()
            commit()
            self.step()

        return committed

    def hear(self, event: str, details: tuple[Any, ...]) -> None:
        """What Python itself tells of files: names given, taken away, and opened for writing."""
        if event in WIDE or (event == "open" and str(details[0]).endswith((".gone", ".key"))):
            self.step()


def seal(store: tuple[str, str], at: int) -> None:
    """In a child: seal everything that is due, and die at that step. Writes how many steps there were."""
    from django.db import connections

    from rounds import sealing
    from tests.linkage.stores import Store

    knife = Knife(at)
    with Store(store[0], Path(store[1])).opened():
        connection: Any = connections["default"]
        connection.ensure_connection()
        connection._commit = knife.around_commit(connection._commit)
        sys.addaudithook(knife.hear)
        with connection.execute_wrapper(knife.before_statement):
            sealing.seal_all_closed()
        (Path(store[1]) / "steps").write_text(str(knife.steps))


def main() -> None:
    import django

    django.setup()
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                seal((order["name"], order["data"]), order["at"])
                os._exit(0)
            except BaseException:  # noqa: BLE001  a child must never go on as its parent
                sys.excepthook(*sys.exc_info())
                os._exit(1)
        if order["after"] is not None:  # seconds
            killer = threading.Timer(order["after"], os.kill, (child, signal.SIGKILL))
            killer.start()
            killer.join()
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


class Executioner:
    """The other side: gives orders to such a process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def seal(self, name: str, data: Path, *, at: int = NEVER, after: float | None = None) -> int:
        """Have a child seal that store; its exit code, -9 when it was killed at step `at` or `after` seconds.

        Where PostgreSQL itself was reading at that moment, nothing is compact yet: then again, as the next tick would.
        """
        for _ in range(TICKS if at == NEVER and after is None else 1):
            code = self._sealed(name, data, at=at, after=after)
            if code != 0 or not any((data / "keys").glob("round-*")):
                break
            time.sleep(0.2)
        return code

    def _sealed(self, name: str, data: Path, *, at: int, after: float | None) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"name": name, "data": str(data), "at": at, "after": after}) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def executioner(data: Path) -> Iterator[Executioner]:
    """One, for as long as it is needed. data: its own, unused folder."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "COMMON_THREAD_DATA": str(data),
        "COMMON_THREAD_NO_BOOTSTRAP": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.linkage.killing"],
        cwd=ROOT,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        yield Executioner(process)
        assert process.stdin is not None
        process.stdin.close()


if __name__ == "__main__":
    main()
