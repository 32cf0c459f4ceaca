"""Pieces of text in raw bytes: thousands of them looked for in one pass. Pure; also a program of its own.

Run as a program it reads `{"pieces": [base64 …], "files": [path …]}` from its input and writes, as JSON, which of the
files hold which pieces. What is looked for is never on a command line, where others on the machine could read it.
"""

from __future__ import annotations

import base64
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

CHUNK = 4 * 1024 * 1024  # bytes looked at in one go
WORD: Final = 8
SHORTEST: Final = 2 * WORD - 1


class Pieces:
    """What to look for.

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

    def standing_in_file(self, path: Path) -> set[bytes]:
        """Which of the pieces stand in a file; of a ZIP file, in what is packed in it. One that has gone holds none."""
        found: set[bytes] = set()
        tail = b""
        for chunk in _chunks(path):
            seen = tail + chunk
            found |= self.standing_in(seen)
            tail = seen[-self.longest :] if self.longest else b""
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


def main() -> None:
    asked = json.load(sys.stdin)
    wanted = Pieces(base64.b64decode(piece) for piece in asked["pieces"])
    found = {name: wanted.standing_in_file(Path(name)) for name in asked["files"]}
    answer = {name: [base64.b64encode(piece).decode() for piece in pieces] for name, pieces in found.items() if pieces}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
