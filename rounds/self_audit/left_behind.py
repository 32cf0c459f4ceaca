"""What deleted rows leave behind in the database's files."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.db import connection

from rounds.models import Round, Stage
from rounds.self_audit import tables
from rounds.self_audit.asking import CannotLook, Check, Surroundings


def _free_space(surroundings: Surroundings) -> Iterator[str]:
    open_rounds = Round.objects.exclude(stage=Stage.PLANNED).filter(sealed_at=None).exists()
    if open_rounds:
        raise CannotLook("A round is open or waits for its seal: until then its words may be in the files.")
    yield from _of_sqlite() if connection.vendor == "sqlite" else _of_postgresql()


def _of_sqlite() -> Iterator[str]:
    path = Path(connection.settings_dict["NAME"])
    if not path.is_file():
        raise CannotLook("The database is not a file.")
    with connection.cursor() as cursor:
        is_busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise CannotLook("Somebody is reading the database just now.")
    with path.open("rb") as file:
        full = sum(1 for rest in free_pages(file) if any(rest))
    if full:
        yield f"{full} page(s) that SQLite has given up still hold what stood in them."


def free_pages(file: BinaryIO) -> Iterator[bytes]:
    """What stands in the unused part of every free page of an SQLite file (its file format, section 1.5)."""
    header = file.read(100)
    size = int.from_bytes(header[16:18], "big")
    size = 65536 if size == 1 else size
    trunk = int.from_bytes(header[32:36], "big")
    while trunk:
        page = _page(file, trunk, size)
        trunk, count = struct.unpack(">II", page[:8])
        yield page[8 + 4 * count :]
        for leaf in struct.unpack(f">{count}I", page[8 : 8 + 4 * count]):
            yield _page(file, leaf, size)


def _page(file: BinaryIO, number: int, size: int) -> bytes:
    file.seek((number - 1) * size)
    return file.read(size)


def _of_postgresql() -> Iterator[str]:
    """Dead rows, counted now: what PostgreSQL keeps count of by itself comes seconds late from each connection."""
    with connection.cursor() as cursor:
        for model in tables.guarded():
            table = model._meta.db_table
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
            cursor.execute("SELECT pg_stat_force_next_flush()")
            cursor.execute("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = %s", [table])
            dead = sum(int(count) for (count,) in cursor.fetchall())
            if dead:
                yield f"{dead} deleted row(s) of {table} are still in its file: run VACUUM (FULL, ANALYZE) {table}."


CHECKS = (Check("free-space", "Deleted rows have left nothing behind in the files.", _free_space),)
