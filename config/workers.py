"""The worker processes beside a server: started with it, started again when they end, gone when it goes."""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from typing import Final

from django.conf import settings

logger = logging.getLogger(__name__)
LOOKS_EVERY: Final = 5  # seconds between two looks into the queue
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before one that ended is started again
STEADY: Final = 60.0  # seconds after which one is believed to be well


def start(address: str) -> None:
    """Have as many workers beside this server as the settings say. address: where it, and nobody else, listens."""
    for number in range(_number()):
        threading.Thread(target=keep_running, args=[name(address, number)], daemon=True).start()


def name(address: str, number: int) -> str:
    """What a worker is called: the same after every restart, so that it finds what it was killed over."""
    return hashlib.sha256(f"{socket.gethostname()} {address} {number}".encode()).hexdigest()[:32]


def keep_running(worker_id: str) -> None:
    """Start the worker, and start it again whenever it ends, after longer and longer pauses while it cannot stay."""
    pause = FIRST_PAUSE
    while True:
        began = time.monotonic()
        with _started(worker_id) as process:
            process.wait()
        pause = FIRST_PAUSE if time.monotonic() - began > STEADY else pause
        logger.warning("The worker has ended; it is started again")
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _started(worker_id: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "db_worker", "--beside", "--no-startup-delay"]
    return subprocess.Popen(
        [*command, "--worker-id", worker_id, "--interval", str(LOOKS_EVERY)],
        # Nobody writes to it. It ends when we end, also when we are killed: that is how the worker hears of it.
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "COMMON_THREAD_NO_BOOTSTRAP": "1"},
        start_new_session=True,  # Ctrl-C is for the server, which takes the worker with it
    )


def _number() -> int:
    return int(settings.WORKERS) if settings.WORKERS.isdecimal() else 0
