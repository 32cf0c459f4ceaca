"""Raw files: looking for pieces of text in the bytes on the disk, where the database's own answer proves nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

CHUNK = 4 * 1024 * 1024  # bytes looked at in one go: searching keeps every other thread waiting


def ours() -> list[Path]:
    """The database's file with its journal, the data folder and the backups; no keys, no static files."""
    left_out = [Path(settings.KEY_DIR).resolve(), Path(settings.STATIC_ROOT).resolve()]
    found = {file for folder in (settings.DATA_DIR, settings.BACKUP_DIR) for file in below(Path(folder))}
    if connection.vendor == "sqlite" and (database := Path(connection.settings_dict["NAME"])).is_file():
        found |= {path.resolve() for path in database.parent.glob(f"{database.name}*") if path.is_file()}
    return sorted(path for path in found if not any(path.is_relative_to(folder) for folder in left_out))


def below(folder: Path) -> Iterator[Path]:
    """Every file in a folder and its folders."""
    return (path.resolve() for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def holding(pieces: Collection[bytes], files: Collection[Path]) -> dict[Path, set[bytes]]:
    """Which of the files hold which pieces; of a ZIP file, what is packed in it. Files that go meanwhile hold none."""
    found = {}
    for path in files:
        standing = _standing_in(path, pieces)
        if standing:
            found[path] = standing
    return found


def _standing_in(path: Path, pieces: Collection[bytes]) -> set[bytes]:
    longest = max((len(piece) for piece in pieces), default=0)
    found: set[bytes] = set()
    tail = b""
    for chunk in _chunks(path):
        seen = tail + chunk
        found.update(piece for piece in pieces if piece in seen)
        tail = seen[-longest:]
    return found


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield archive.read(name)
            return
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except FileNotFoundError:
        return
