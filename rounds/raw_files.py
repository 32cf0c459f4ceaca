"""Raw files: looking for pieces of text in the bytes on the disk, where the database's own answer proves nothing."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

CHUNK = 1024 * 1024  # bytes looked at in one go
WORD: Final = 8
SHORTEST: Final = 2 * WORD - 1


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


class Pieces:
    """Pieces of text to look for, thousands of them in one pass.

    An occurrence of SHORTEST bytes holds, wherever it begins, a whole word of eight bytes that begins at a multiple
    of eight. So only those words of the data are looked up, among the first eight places of each piece.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        """Raises ValueError for a piece below SHORTEST bytes."""
        self._at: dict[int, list[tuple[bytes, int]]] = {}
        self.longest = 0
        for piece in pieces:
            if len(piece) < SHORTEST:
                raise ValueError("A piece as short as this cannot be looked for.")
            self.longest = max(self.longest, len(piece))
            for offset in range(WORD):
                word = int.from_bytes(piece[offset : offset + WORD], sys.byteorder)
                self._at.setdefault(word, []).append((piece, offset))

    def standing_in(self, data: bytes) -> set[bytes]:
        """Which of the pieces stand anywhere in the data."""
        words = memoryview(data)[: len(data) // WORD * WORD].cast("Q")
        return {
            piece
            for place in [place for place, word in enumerate(words) if word in self._at]
            for piece, offset in self._at[words[place]]
            if place * WORD >= offset and data.startswith(piece, place * WORD - offset)
        }


def holding(pieces: Collection[bytes], files: Iterable[Path]) -> dict[Path, set[bytes]]:
    """Which of the files hold which pieces; of a ZIP file, what is packed in it. Files that go meanwhile hold none."""
    wanted = Pieces(pieces)
    found = {path: _standing_in(path, wanted) for path in files}
    return {path: standing for path, standing in found.items() if standing}


def _standing_in(path: Path, wanted: Pieces) -> set[bytes]:
    found: set[bytes] = set()
    tail = b""
    for chunk in _chunks(path):
        seen = tail + chunk
        found |= wanted.standing_in(seen)
        tail = seen[-wanted.longest :]
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
