"""A real server (manage.py serve) on a database, keys and a folder of its own, which this process can use too."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(tempfile.mkdtemp(prefix="common-thread-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


PORT = free_port()
os.environ |= {
    "COMMON_THREAD_DATA": str(DATA),
    "COMMON_THREAD_URL": f"http://127.0.0.1:{PORT}",
    "COMMON_THREAD_SECRET_KEY": "only for measuring",
    "COMMON_THREAD_NO_BOOTSTRAP": "1",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402


class House:
    """The server's process, on the first core where there are two."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if (os.cpu_count() or 1) > 1 and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {1})
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(PORT)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            preexec_fn=self._own_core,  # noqa: PLW1509  no threads here
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()

    @staticmethod
    def _own_core() -> None:
        if (os.cpu_count() or 1) > 1 and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {0})

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """Memory held just now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
