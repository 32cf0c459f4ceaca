"""`manage.py db_worker`: does what `tick` queues. `serve` starts one beside itself; larger installations run their own.

The library's command, made to say no more than a log may, to die with the server that started it, and to do
again what a worker of its name was killed over.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django_tasks_db.management.commands import db_worker

from config import logs
from rounds import schedule

GRACE_SECONDS: Final = 8.0  # what is under way may end in this time; what does not is done again by the next worker


class Command(db_worker.Command):
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--beside", action="store_true", help="end when standard input ends (serve starts it so)")

    def handle(self, *, beside: bool, worker_id: str, batch: bool, **options: Any) -> None:  # type: ignore[override]
        if not batch and not settings.DEBUG:
            logs.close_other_ways()
        if beside:
            if hasattr(os, "nice"):
                os.nice(5)  # a room that writes comes first
            threading.Thread(target=end_with_the_server, daemon=True).start()
        schedule.give_back(worker_id)
        options.update(verbosity=0, reload=False)  # our own log says what matters, and who was written to does not
        super().handle(worker_id=worker_id, batch=batch, **options)


def end_with_the_server() -> None:
    """End this process when the one that started it is gone, however it went: nobody holds the other end then."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(0)
