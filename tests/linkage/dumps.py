"""All that an adversary finds in a stolen database: rows with their places, files byte by byte, text dumps.

Physical places only exist in the files: `rowid` and byte offsets in SQLite; `ctid`, `xmin`, `xmax`, `cmin`, the
relations' files, indices and TOAST in PostgreSQL.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from config.scale import found

Places = Mapping[str, float]


@dataclass(frozen=True)
class Row:
    """A row as it stands: its table, its cells, and where it lies."""

    table: str
    cells: Mapping[str, Any]
    places: Places = field(default_factory=dict)


@dataclass(frozen=True)
class Dump:
    """rows: of every table. files: by a name that says what it is, their bytes."""

    rows: list[Row]
    files: Mapping[str, bytes]

    def counted(self) -> dict[str, float]:
        """What can be counted of the dump as a whole: rows of each table, sizes of files."""
        rows: dict[str, float] = {}
        for row in self.rows:
            rows[f"rows of {row.table}"] = rows.get(f"rows of {row.table}", 0) + 1
        return rows | {f"bytes of {name}": len(content) for name, content in self.files.items()}


def taken() -> Dump:
    """A dump of the database that Django is connected to, as it is this moment."""
    return _of_sqlite(Path(str(connection.settings_dict["NAME"]))) if connection.vendor == "sqlite" else _of_postgres()


def _of_sqlite(database: Path) -> Dump:
    with tempfile.TemporaryDirectory() as folder:
        stolen = Path(folder) / database.name
        for suffix in ("", "-wal"):
            source = database.with_name(database.name + suffix)
            if source.exists():
                shutil.copy(source, stolen.with_name(stolen.name + suffix))
        files = {f"file{path.name[len(database.name) :]}": path.read_bytes() for path in Path(folder).iterdir()}
        with closing(sqlite3.connect(stolen)) as there:
            there.row_factory = sqlite3.Row
            names = [row["name"] for row in there.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = [row for name in names for row in _sqlite_rows(there, name)]
            files[".dump"] = "\n".join(there.iterdump()).encode()
    return Dump(rows, files)


def _sqlite_rows(there: sqlite3.Connection, table: str) -> Iterator[Row]:
    indices = [row["name"] for row in there.execute(f'PRAGMA index_list("{table}")') if not row["partial"]]
    order: dict[int, dict[str, float]] = {}
    for index in indices:
        named = [row["name"] for row in there.execute(f'PRAGMA index_info("{index}")')]
        columns = ", ".join(f'"{name}"' for name in named)
        walk = f'SELECT rowid AS r, {columns} FROM "{table}" INDEXED BY "{index}" ORDER BY {columns}'
        for at, row in enumerate(there.execute(walk)):
            order.setdefault(row["r"], {})[f"order in {index}"] = at
    for row in there.execute(f'SELECT rowid AS "the rowid", * FROM "{table}"'):
        cells = {name: _read(row[name]) for name in row.keys() if name != "the rowid"}  # noqa: SIM118  a Row, no dict
        yield Row(table, cells, {"rowid": row["the rowid"], **order.get(row["the rowid"], {})})


def _read(cell: Any) -> Any:
    """A cell as PostgreSQL would give it: JSON and times are texts in SQLite."""
    if isinstance(cell, str):
        if cell[:1] in "[{":
            try:
                return json.loads(cell)
            except ValueError:
                return cell
        if len(cell) >= 19 and cell[4:5] == "-" and cell[10:11] == " ":
            return datetime.fromisoformat(cell)
    return cell


def _of_postgres() -> Dump:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")  # so that the files hold what the rows say
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        rows = [row for (table,) in cursor.fetchall() for row in _postgres_rows(cursor, table)]
        cursor.execute(
            "SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class"
            " WHERE relkind IN ('r', 'i', 't') AND oid >= 16384 AND pg_relation_filepath(oid) IS NOT NULL"
        )
        files = {f"file of {name}": bytes(content) for name, content in cursor.fetchall()}
        cursor.execute("SELECT string_agg(pg_stats::text, chr(10)) FROM pg_stats WHERE schemaname = 'public'")
        files["statistics"] = (cursor.fetchone()[0] or "").encode()
        cursor.execute("SELECT string_agg(s::text, chr(10)) FROM pg_sequences s")
        files["sequences"] = (cursor.fetchone()[0] or "").encode()
    files["pg_dump"] = _pg_dump()
    return Dump(rows, files)


def _postgres_rows(cursor: Any, table: str) -> Iterator[Row]:
    hidden = ("page", "line", "xmin", "xmax", "cmin")
    cursor.execute(
        "SELECT (ctid::text::point)[0], (ctid::text::point)[1], xmin::text::bigint, xmax::text::bigint,"
        f' cmin::text::bigint, * FROM "{table}"'
    )
    names = [column.name for column in cursor.description][len(hidden) :]
    for row in cursor.fetchall():
        page, line, *others = row[: len(hidden)]
        places = {"ctid": page * 10_000 + line, **dict(zip(hidden[2:], others, strict=True))}
        yield Row(table, {name: _bytes(cell) for name, cell in zip(names, row[len(hidden) :], strict=True)}, places)


def _bytes(cell: Any) -> Any:
    if isinstance(cell, str) and cell[:1] in "[{":  # Django reads JSON itself, so that psycopg gives the text
        return _read(cell)
    return bytes(cell) if isinstance(cell, memoryview) else cell


def _pg_dump() -> bytes:
    there = connection.settings_dict
    command = [found("pg_dump"), "--data-only", "--no-unlogged-table-data", "--username", str(there["USER"])]
    command += ["--host", str(there["HOST"]), str(there["NAME"])]
    return subprocess.run(command, check=True, capture_output=True).stdout


def journal() -> dict[str, bytes]:
    """PostgreSQL's write-ahead log, file by file, with what is kept to be written over. Empty for SQLite."""
    if connection.vendor == "sqlite":
        return {}
    with connection.cursor() as cursor:
        # A file that a checkpoint removes meanwhile is not there any more, and no trouble.
        cursor.execute(
            "SELECT name, pg_read_binary_file('pg_wal/' || name, 0, size, true) FROM pg_ls_waldir() ORDER BY name"
        )
        return {name: bytes(content) for name, content in cursor.fetchall() if content is not None}
