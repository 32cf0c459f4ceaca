"""Servers that begin where the imports end: `python -m tests.faults.nursery PORT` forks one for every line it reads.

Nine tenths of a start are imports, and a thousand kills would spend hours on them. What begins after them is the whole
`serve` command, in a process of its own that a kill ends as it ends any other; nothing of it is shared with the next.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django
from django.core.management import call_command

# Importing Daphne's server makes an event loop, which no two processes may share: each server does that by itself.
LOADED = (
    "config.asgi",
    "config.urls",
    "config.management.commands.serve",
    "rounds.management.commands.tick",
    "autobahn.twisted.websocket",
    "twisted.internet.asyncioreactor",
    "twisted.web.http",
)


def serve(port: str) -> None:
    """Say which process this is, and be a server until killed."""
    print(os.getpid(), flush=True)
    call_command("serve", port=int(port))


def main(port: str) -> None:
    """For each line, one server; a line says when it has ended. Until then nobody may ask for the next."""
    django.setup()
    for name in LOADED:
        import_module(name)
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            serve(port)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
