"""A PostgreSQL cluster that waits for its disk, as a real one does, on a Unix socket of its own."""

from __future__ import annotations

import atexit
import os

from config.scale import Postgres


class Durable(Postgres):
    def command(self) -> list[str]:
        return [*super().command(), "-c", "fsync=on", "-c", "synchronous_commit=on"]


def start() -> None:
    """Start it until this process ends, and have everything started from here use it."""
    server = Durable()
    atexit.register(server.remove)
    server.start()
    os.environ["DATABASE_URL"] = server.url()
