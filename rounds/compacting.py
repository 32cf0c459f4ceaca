"""Compacting: what deleted rows leave behind in the database's files is removed."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

if TYPE_CHECKING:
    from psycopg.errors import Diagnostic  # not everybody has it

logger = logging.getLogger(__name__)
WAITS = 2000  # milliseconds for others to finish reading; whoever pressed waits with it


def compact(models: Iterable[type[Model]]) -> bool:
    """Remove free pages, dead rows and the write-ahead log: of these models' tables, on SQLite of the whole file.

    Returns whether it is done. While somebody reads on (a backup, say), it is not, and must be tried again.
    """
    if connection.in_atomic_block:
        return True  # inside a test's transaction nothing can be compacted
    try:
        with connection.cursor() as cursor:
            return _sqlite(cursor) if connection.vendor == "sqlite" else _postgresql(cursor, models)
    except DatabaseError:
        logger.warning("The files could not be compacted yet; the next tick tries again")
        return False


def _sqlite(cursor: CursorWrapper) -> bool:
    patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
    cursor.execute(f"PRAGMA busy_timeout = {WAITS}")
    try:
        cursor.execute("VACUUM")
        is_busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {patience}")
    return not is_busy


def _postgresql(cursor: CursorWrapper, models: Iterable[type[Model]]) -> bool:
    # While it waits for somebody who reads, everybody else who wants the table waits behind it.
    cursor.execute(f"SET lock_timeout = {WAITS}")
    with _told() as details:
        try:
            for table in sorted(model._meta.db_table for model in models):
                # Statistics hold samples of a table's cells, and would go on holding those of rows that are gone.
                cursor.execute(f"VACUUM (FULL, ANALYZE, VERBOSE) {connection.ops.quote_name(table)}")
        finally:
            cursor.execute("RESET lock_timeout")
    is_read = any(int(number) for detail in details for number in re.findall(r"\d+", detail)[:1])
    if is_read:
        logger.warning("Somebody is reading; the files could not be compacted yet; the next tick tries again")
    return not is_read


@contextmanager
def _told() -> Iterator[list[str]]:
    """Collect the details of what PostgreSQL tells meanwhile.

    Of each table: "0 dead row versions cannot be removed yet", in whatever language. Who reads anything in the database
    since before the rows were deleted, another table even, keeps them: they are copied into the new file.
    """

    details: list[str] = []

    def note(told: Diagnostic) -> None:
        if told.message_detail:
            details.append(told.message_detail)

    line = connection.connection
    line.add_notice_handler(note)
    try:
        yield details
    finally:
        line.remove_notice_handler(note)


def turn_journal() -> bool:
    """Have PostgreSQL begin a new journal file and drop those before it; returns whether it did.

    Its journal holds every deleted row until then. It takes two rights that only an administrator of the database
    can give (docs/operations.md); without them the journal goes when it is written over. SQLite's is gone already.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return connection.vendor != "postgresql"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_switch_wal()")
            cursor.execute("CHECKPOINT")
    except DatabaseError:
        logger.warning("PostgreSQL's journal could not be turned over: this account may not")
        return False
    return True
