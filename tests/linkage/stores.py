"""Databases of the harness's own, on whatever the settings name: a SQLite file, or a database of a private cluster."""

from __future__ import annotations

import copy
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connections
from django.test import override_settings


@dataclass(frozen=True)
class Store:
    """A database and the folder of its keys. `name`: a file's path, or a database of the cluster."""

    name: str
    data: Path

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Have this thread's default connection, and the keys, be these."""
        self.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        with (
            override_settings(DATA_DIR=self.data, KEY_DIR=self.keys, PASSWORD_HASHERS=quick),
            connected(self.name),
        ):
            yield

    def copied(self, data: Path) -> Store:
        """The same once more, in another folder. Nobody may be connected to this one."""
        data.mkdir(parents=True)
        if self.keys.exists():
            shutil.copytree(self.keys, data / "keys")
        if is_sqlite():
            name = str(data / "db.sqlite3")
            for suffix in ("", "-wal"):
                if Path(self.name + suffix).exists():
                    shutil.copy(self.name + suffix, name + suffix)
        else:
            name = f"linkage_{secrets.token_hex(6)}"
            _in_the_cluster(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}" STRATEGY file_copy')
        return Store(name, data)

    def removed(self) -> None:
        if not is_sqlite():
            _in_the_cluster(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        shutil.rmtree(self.data, ignore_errors=True)


def empty(data: Path) -> Store:
    """A new, migrated database."""
    data.mkdir(parents=True, exist_ok=True)
    name = str(data / "db.sqlite3") if is_sqlite() else f"linkage_{secrets.token_hex(6)}"
    if not is_sqlite():
        _in_the_cluster(f'CREATE DATABASE "{name}" TEMPLATE template0')
    store = Store(name, data)
    with store.opened():
        call_command("migrate", verbosity=0, interactive=False)
    return store


def is_sqlite() -> bool:
    return connections["default"].vendor == "sqlite"


@contextmanager
def connected(name: str) -> Iterator[None]:
    """This thread's default connection, to that database and outside any pool."""
    before = connections["default"]
    settings: dict[str, Any] = copy.deepcopy(before.settings_dict)
    settings["CONN_MAX_AGE"] = None  # or the desk would connect anew for all that is said
    settings["OPTIONS"].pop("pool", None)
    if "init_command" in settings["OPTIONS"]:  # no simulated round has to survive a power cut
        settings["OPTIONS"]["init_command"] = settings["OPTIONS"]["init_command"].replace("=FULL", "=OFF")
    there: Any = type(before)({**settings, "NAME": name}, "default")
    connections["default"] = there
    try:
        yield
    finally:
        there.close()
        connections["default"] = before


def _in_the_cluster(statement: str) -> None:
    with connected("postgres"), connections["default"].cursor() as cursor:
        cursor.execute(statement)
