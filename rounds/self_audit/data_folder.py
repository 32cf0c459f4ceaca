"""The data folder: who may look into it, and whether it holds copies of what must be there only once."""

from __future__ import annotations

import os
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from rounds import key_files
from rounds.backups import archive
from rounds.self_audit import packed
from rounds.self_audit.asking import CannotLook, Check, Surroundings

HEAD: Final = 4096
BEING_TAKEN: Final = ".draft-*.zip"  # a backup, at this moment (rounds/backups/archive.py)
# SQLite's file and its write-ahead log (its file format, sections 1.3 and 4.1), and what sqlite3 and pg_dump write.
A_DATABASE: Final = re.compile(
    rb"SQLite format 3\x00|\x37\x7f\x06[\x82\x83]|PRAGMA foreign_keys=OFF;|PGDMP|--\s+-- PostgreSQL database"
)
A_KEY: Final = re.compile(r"(?:round|words)-[\w-]{22}\.", re.ASCII)


def _modes(surroundings: Surroundings) -> Iterator[str]:
    if os.name != "posix":
        raise CannotLook("This system has no file modes.")
    folder = Path(settings.DATA_DIR)
    if folder.stat().st_mode & 0o077:
        yield f"Others may look into the data folder {folder}."
    for file in _database():
        if file.stat().st_mode & 0o077:
            yield f"Others may read the database’s file {file}."


def _copies(surroundings: Surroundings) -> Iterator[str]:
    database = _database()
    for path in sorted(_looked_through()):
        if path.is_symlink() or path in database:
            continue  # opening the database's own file here would undo the locks that SQLite holds on it
        try:
            if any(path.samefile(own) for own in database):
                yield f"{path} is the database under another name."
            elif what := _what(path):
                yield f"{path} {what}."
        except FileNotFoundError:
            continue  # gone meanwhile
        except PermissionError:
            raise CannotLook(f"{path} may not be read by this account.") from None


def _what(path: Path) -> str:
    """What is wrong with a file of the data folder, or nothing."""
    head = _head(path)
    if A_DATABASE.match(head):
        return "is a database, or a copy of one: what ours forgets may be kept in it"
    if A_KEY.search(path.name) or (len(head) == key_files.LENGTH and not head.isascii()):
        return "looks like a key, and does not lie in the folder of keys"
    if (packed.is_closed(path) or _is_tar(head)) and not any(map(path.match, (archive.NAME, BEING_TAKEN))):
        return "is packed, and not by this program: nobody sees what it is a copy of"
    return ""


def _head(path: Path) -> bytes:
    with packed.opened(path) as file:
        try:
            return file.read(HEAD)
        except packed.BROKEN:
            return b""


def _is_tar(head: bytes) -> bool:
    return head[257:262] == tarfile.POSIX_MAGIC[:5]


def _looked_through() -> set[Path]:
    """Every file of the data folder and the backups, and those beside the database; no keys, no static files."""
    left_out = [Path(folder).resolve() for folder in (settings.KEY_DIR, settings.STATIC_ROOT)]
    found = {path for folder in (settings.DATA_DIR, settings.BACKUP_DIR) for path in Path(folder).rglob("*")}
    for own in _database()[:1]:
        found |= set(own.parent.iterdir())
    whole = {path.resolve() if not path.is_symlink() else path for path in found if path.is_file()}
    return {path for path in whole if not any(path.is_relative_to(folder) for folder in left_out)}


def _database() -> list[Path]:
    """The files of an SQLite database, itself first; none of any other."""
    if connection.vendor != "sqlite" or not Path(connection.settings_dict["NAME"]).is_file():
        return []
    path = Path(connection.settings_dict["NAME"]).resolve()
    journals = [path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal")]
    return [path, *(journal for journal in journals if journal.is_file())]


CHECKS = (
    Check("data-modes", "Nobody but the server’s account may read the database.", _modes),
    Check("copies", "There is no copy of the database beside it, and no key outside the folder of keys.", _copies),
)
