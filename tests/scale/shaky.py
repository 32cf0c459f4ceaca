"""The house that faults are injected into, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
from django.db import connections

from tests.faults.house import Shaky
from tests.scale import databases


class OnPostgres(Shaky):
    """One server on a PostgreSQL database of its own; the template is another database's name."""

    def copied(self, template: str) -> str:
        return databases.create(template)

    def beside(self) -> AbstractContextManager[None]:
        return databases.using(self.database)

    def surroundings(self) -> dict[str, str]:
        return {
            **super().surroundings(),
            "DATABASE_URL": databases.url(self.database),
            "COMMON_THREAD_CONNECTIONS": "6",
        }

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self.beside():
            there = connections["default"].settings_dict
        with psycopg.connect(host=there["HOST"], user=there["USER"], dbname=self.database) as other:
            other.execute("LOCK TABLE rounds_round IN ACCESS EXCLUSIVE MODE")
            yield
            other.rollback()
