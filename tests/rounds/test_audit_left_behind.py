"""The audit of what deleted rows leave behind: on a real file, or in a real table of PostgreSQL."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper
from pytest_django import DjangoDbBlocker

from rounds.models import Reaction, Stage
from rounds.self_audit import left_behind
from tests import factories
from tests.live.conftest import migrated, using
from tests.rounds.auditing import asked, sealed

__all__ = ["migrated"]
is_sqlite = connections["default"].vendor == "sqlite"
only_sqlite = pytest.mark.skipif(not is_sqlite, reason="another database")


@contextmanager
def installation(empty: Path, folder: Path, blocker: DjangoDbBlocker) -> Iterator[None]:
    """A copy of an empty, up-to-date SQLite file as this thread's database."""
    with blocker.unblock(), using(Path(shutil.copy(empty, folder / "db.sqlite3"))):
        yield


def delete(secure: str) -> None:
    """Write and delete many rows, with or without overwriting."""
    of = sealed(400)
    with connections["default"].cursor() as cursor:
        cursor.execute(f"PRAGMA secure_delete = {secure}")
    Reaction.objects.of(of).delete()


@only_sqlite
@pytest.mark.parametrize(("secure", "is_well"), [("ON", True), ("OFF", False)])
def test_what_deleted_rows_leave_in_the_file_is_found(
    tmp_path: Path,
    migrated: Path,
    django_db_blocker: DjangoDbBlocker,
    secure: str,
    is_well: bool,  # noqa: FBT001
) -> None:
    with installation(migrated, tmp_path, django_db_blocker):
        delete(secure)
        answer = asked("free-space")
    assert answer.is_well == is_well, answer
    assert is_well or "still hold what stood in them" in answer.wrong[0]


@only_sqlite
def test_while_a_round_is_open_the_files_are_not_said_to_be_clean(
    tmp_path: Path, migrated: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with installation(migrated, tmp_path, django_db_blocker):
        factories.round_(stage=Stage.REFLECTION)
        assert asked("free-space").state == "not seen"


@only_sqlite
@pytest.mark.parametrize("size", [512, 4096, 65536])
def test_every_free_page_of_a_file_is_looked_at(tmp_path: Path, size: int) -> None:
    path = tmp_path / "pages"
    with closing(sqlite3.connect(path)) as there:
        there.execute(f"PRAGMA page_size = {size}")
        there.execute("PRAGMA secure_delete = OFF")
        there.execute("CREATE TABLE words (text)")
        there.executemany("INSERT INTO words VALUES (?)", [(f"{number} " + "zirkon" * size,) for number in range(200)])
        there.execute("DELETE FROM words")
        there.commit()
        free = there.execute("PRAGMA freelist_count").fetchone()[0]
    with path.open("rb") as file:
        pages = list(left_behind.free_pages(file))
    trunks = len([page for page in pages if len(page) < size])
    assert len(pages) == free
    assert 0 < trunks < free
    assert any(b"zirkon" in page for page in pages)


@contextmanager
def unswept(table: str) -> Iterator[CursorWrapper]:
    """A cursor, while PostgreSQL does not tidy this table by itself."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
        try:
            yield cursor
        finally:
            cursor.execute(f"ALTER TABLE {table} RESET (autovacuum_enabled)")


@pytest.mark.skipif(is_sqlite, reason="another database")
@pytest.mark.django_db(transaction=True)
def test_dead_rows_in_a_table_of_postgresql_are_found() -> None:
    with unswept("rounds_reaction") as cursor:
        Reaction.objects.of(sealed(50)).delete()
        assert "deleted row(s) of rounds_reaction are still in its file" in "".join(asked("free-space").wrong)
        for _ in range(60):  # who reads anything meanwhile, PostgreSQL itself even, keeps the rows for so long
            cursor.execute("VACUUM (FULL, ANALYZE) rounds_reaction")
            if "rounds_reaction" not in "".join(asked("free-space").wrong):
                break
            time.sleep(0.5)
        assert "rounds_reaction" not in "".join(asked("free-space").wrong)
