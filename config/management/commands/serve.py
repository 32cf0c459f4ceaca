"""`python3 manage.py serve`: the server that people's browsers talk to."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from config import bootstrap, logs, static_files, workers
from rounds import forgetting

logger = logging.getLogger(__name__)
TICK_SECONDS = 60
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def add_address(parser: ArgumentParser) -> None:
    """The options that say where to listen; `demo` has them too."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument("--unix", metavar="PATH", default="", help="listen on this Unix socket instead")


def believe_address(host: str, port: int) -> None:
    """Start again with COMMON_THREAD_URL set, where only the port on this machine was asked for.

    Links, the security policy and the origin check are all made from that address when settings load.
    """
    url = f"http://{host}:{port}"
    if "COMMON_THREAD_URL" in os.environ or host not in LOOPBACK or url == settings.SITE_URL:
        return
    os.environ["COMMON_THREAD_URL"] = url
    bootstrap.start_again(sys.executable, sys.argv)


def require_free(host: str, port: int) -> None:
    """Raise CommandError, in one sentence, if something else listens at this address."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name != "nt":  # on Windows this option would take the port from the other program
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(refusal(host, port, error.strerror or str(error))) from error


def refusal(host: str, port: int, reason: str) -> str:
    """The sentence for an address that cannot be had."""
    return (
        f"Cannot listen on {host} port {port} ({reason}). "
        f"Stop what is running there, or choose another port: --port {port + 1}"
    )


def make_folders() -> None:
    """Make the folders for data and for collected static files: without them SQLite stops and WhiteNoise complains."""
    for folder in (settings.DATA_DIR, settings.STATIC_ROOT):
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)


def tick_for_ever() -> None:
    """Do what must happen by itself, every minute: a small installation needs no timer of its own."""
    while True:
        time.sleep(TICK_SECONDS)
        try:
            tick_once()
        finally:
            connections.close_all()


def tick_once() -> None:
    """One tick; one that fails is neither the last, nor does it keep the server from starting."""
    try:
        call_command("tick", verbosity=0, leave=True)
        forgetting.look()
    except Exception as error:  # noqa: BLE001  whatever it was, people are waiting at the door
        logger.warning("A tick failed (%s); the next one tries again", type(error).__name__)


class Command(BaseCommand):
    help = "Serve Common Thread to browsers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_address(parser)

    def handle(self, *, host: str, port: int, unix: str, **options: Any) -> None:
        if not unix:
            believe_address(host, port)
            require_free(host, port)
        make_folders()
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # or grouping would take every core from the live room
        self.require_migrations()
        static_files.collect()
        if not settings.DEBUG:
            logs.close_other_ways()  # from here on people's words pass through; before, an error may say all it knows
        tick_once()  # what a crash interrupted is finished before anyone comes in
        threading.Thread(target=tick_for_ever, daemon=True).start()
        workers.start(unix or f"{host}:{port}")
        self.serve(host, port, unix)

    def require_migrations(self) -> None:
        """Raise CommandError if the database lacks a change that this version needs."""
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The database is not up to date. Run this first: python3 manage.py migrate")

    def serve(self, host: str, port: int, unix: str) -> None:
        """Listen until told to stop. Does not return unless the address cannot be had."""
        from config import server

        connections.close_all()  # the server's threads open their own
        if unix:
            server.remove_dead_socket(unix)
        endpoint = server.unix(unix) if unix else server.tcp(host, port)
        where = unix or settings.SITE_URL
        running = server.Server(
            import_string(settings.ASGI_APPLICATION),
            [endpoint],
            on_ready=lambda: self.say(f"Common Thread is running at {where}. Ctrl-C stops it."),
        )
        running.run()
        raise CommandError(f"Cannot listen: {running.refusal}")

    def say(self, words: str) -> None:
        """Print at once: whoever waits for this line reads it through a pipe."""
        self.stdout.write(words)
        self.stdout.flush()
