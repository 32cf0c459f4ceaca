"""Databases on the PostgreSQL that `manage.py test --scale` started: made in a moment, each for one use."""

from __future__ import annotations

import copy
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connections

IS_HERE = "COMMON_THREAD_SCALE" in os.environ


@contextmanager
def using(database: str) -> Iterator[None]:
    """Have this thread's default connection be to that database, outside the tests' own pool."""
    before = connections["default"]
    if before.vendor != "postgresql":  # or SQLite would make a file of that name wherever the tests are run
        raise RuntimeError("These tests run with `manage.py test --scale`.")
    settings: dict[str, Any] = copy.deepcopy(before.settings_dict)
    settings["OPTIONS"].pop("pool", None)
    there: Any = type(before)({**settings, "NAME": database}, "default")
    connections["default"] = there
    try:
        yield
    finally:
        there.close()
        connections["default"] = before


def create(template: str) -> str:
    """Make a database that is a copy of another; its name."""
    name = f"house_{secrets.token_hex(4)}"
    with using("postgres"), connections["default"].cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return name


def empty() -> str:
    """Make an empty, up-to-date database, to be copied; its name."""
    name = create("template0")
    with using(name):
        call_command("migrate", verbosity=0, interactive=False)
    return name


def url(database: str) -> str:
    """As DATABASE_URL wants it."""
    return f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{database}"
