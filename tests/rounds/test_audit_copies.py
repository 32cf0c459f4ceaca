"""The audit of the data folder: copies of the database, keys in a wrong place, and who may look in."""

from __future__ import annotations

import bz2
import gzip
import os
import secrets
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django import DjangoDbBlocker, Settings

from tests.live.conftest import migrated, using
from tests.rounds.auditing import asked

__all__ = ["migrated"]
pytestmark = pytest.mark.skipif(connections["default"].vendor != "sqlite", reason="another database")


@pytest.fixture
def house(tmp_path: Path, migrated: Path, settings: Settings, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """The data folder of an installation with an SQLite file, as it comes."""
    house = tmp_path / "house"
    house.mkdir(mode=0o700)
    settings.DATA_DIR, settings.KEY_DIR = house, house / "keys"
    settings.BACKUP_DIR, settings.STATIC_ROOT = house / "backups", house / "static"
    settings.KEY_DIR.mkdir(mode=0o700)
    with django_db_blocker.unblock(), using(Path(shutil.copy(migrated, house / "db.sqlite3"))):
        (house / "db.sqlite3").chmod(0o600)
        yield house


def test_a_data_folder_as_it_comes_is_well(house: Path) -> None:
    (house / "demo.json").write_text("{}")
    (house / "mail").mkdir()
    (house / "mail" / "1.log").write_text("Subject: PGDMP")
    call_command("backup", verbosity=0)
    (taken,) = (house / "backups").glob("*.zip")
    shutil.copy(taken, house / "backups" / ".draft-abc.zip")  # as while the next one is being taken
    assert asked("copies").is_well, asked("copies")
    assert asked("data-modes").is_well, asked("data-modes")


def dumped(database: bytes, folder: Path) -> bytes:
    (folder / "copied").write_bytes(database)
    with closing(sqlite3.connect(folder / "copied")) as there:
        return ("PRAGMA foreign_keys=OFF;\n" + "\n".join(there.iterdump())).encode()


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("db.sqlite3.before", lambda copy: copy),
        ("db-copy.sqlite3.gz", gzip.compress),
        ("old", bz2.compress),
        ("mail/x", lambda copy: copy),
        ("backups/db", lambda copy: copy),
        ("tuesday.dump", lambda copy: b"PGDMP" + copy),
        ("tuesday.sql", lambda copy: b"--\n-- PostgreSQL database dump\n--\n"),
        ("db.sqlite3-wal.old", lambda copy: b"\x37\x7f\x06\x82" + copy),
    ],
)
def test_a_copy_of_the_database_is_found(house: Path, name: str, form: Callable[[bytes], bytes]) -> None:
    path = house / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(form((house / "db.sqlite3").read_bytes()))
    assert asked("copies").wrong == (f"{path} is a database, or a copy of one: what ours forgets may be kept in it.",)


def test_a_dump_and_a_second_name_of_the_database_are_found(house: Path, tmp_path: Path) -> None:
    (house / "dump.sql").write_bytes(dumped((house / "db.sqlite3").read_bytes(), tmp_path))
    os.link(house / "db.sqlite3", house / "link")
    wrong = asked("copies").wrong
    assert [sentence.split(" is ")[1] for sentence in wrong] == [
        "a database, or a copy of one: what ours forgets may be kept in it.",
        "the database under another name.",
    ]


def test_a_copy_beside_a_database_that_lies_elsewhere_is_found(house: Path, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "other"
    settings.DATA_DIR.mkdir(mode=0o700)
    shutil.copy(house / "db.sqlite3", house / "db.sqlite3.before")
    assert "db.sqlite3.before is a database" in "".join(asked("copies").wrong)


@pytest.mark.parametrize("name", [f"round-{'a' * 22}.key", f"words-{'b' * 22}.key.bak", "forgotten"])
def test_a_key_outside_the_folder_of_keys_is_found(house: Path, name: str) -> None:
    (house / name).write_bytes(b"\xff" + secrets.token_bytes(31))
    assert f"{name} looks like a key" in "".join(asked("copies").wrong)


def test_an_archive_that_is_no_backup_of_ours_is_found(house: Path) -> None:
    with tarfile.open(house / "everything.tgz", "w:gz") as packed:
        packed.add(house / "db.sqlite3")
    assert "everything.tgz is packed, and not by this program" in "".join(asked("copies").wrong)


def test_files_and_folders_that_others_may_read_are_found(house: Path) -> None:
    (house / "db.sqlite3").chmod(0o666)
    assert asked("data-modes").wrong == (f"Others may read the database’s file {house / 'db.sqlite3'}.",)
    (house / "db.sqlite3").chmod(0o600)
    house.chmod(0o777)
    assert asked("data-modes").wrong == (f"Others may look into the data folder {house}.",)
