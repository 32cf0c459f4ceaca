"""Pieces of text in raw bytes: thousands of them looked for in one pass. Pure; also a program of its own.

Run as a program it reads `{"pieces": [base64 …], "files": [path …]}` from its input and writes, as JSON, which of the
files hold which pieces, and which could not be read or unpacked to the end. What is
looked for is never on a command line, where others on the machine could read it.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import json
import lzma
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final, cast

CHUNK = 4 * 1024 * 1024  # bytes looked at in one go
WORD: Final = 8
SHORTEST: Final = 2 * WORD - 1
DEEP: Final = 3  # archives in archives are unpacked so often
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# 7-Zip, RAR, Zstandard, LZ4, compress, pg_dump's own, OpenSSL, age, PGP: what lies in them cannot be seen here.
SHUT: Final = (
    *(b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"\x1f\x9d\x90", b"PGDMP"),
    *(b"Salted__", b"age-encryption.org", b"-----BEGIN PGP MESSAGE"),
)


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

    def look_into(self, path: Path) -> tuple[set[bytes], bool]:
        """Which of the pieces stand in a file and in what is packed in it, and whether all of it could be read.

        ZIP, gzip, bzip2 and xz are unpacked, as far as DEEP. A file that has gone meanwhile holds none.
        """
        found: set[bytes] = set()
        try:
            with path.open("rb") as file:
                return found, self._look(file, found, DEEP)
        except FileNotFoundError:
            return found, True
        except Exception:  # noqa: BLE001  there are as many ways to be damaged as formats, and one file must not end it
            return found, False

    def _look(self, file: IO[bytes], found: set[bytes], deep: int) -> bool:
        head = self._read(file, found)
        packed = _unpacked(head, file)
        is_zip = head.startswith(ZIP) or (deep == DEEP and zipfile.is_zipfile(file))
        if head.startswith(SHUT) or ((packed or is_zip) and not deep):
            return False
        if packed:
            file.seek(0)
            return self._look(packed, found, deep - 1)
        try:
            return not is_zip or self._look_into_members(file, found, deep)
        except zipfile.BadZipFile:
            return not head.startswith(ZIP)  # another file, in whose end four bytes happen to look like a ZIP file's

    def _look_into_members(self, file: IO[bytes], found: set[bytes], deep: int) -> bool:
        is_whole = True
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                try:
                    with archive.open(info) as member:
                        is_whole &= self._look(member, found, deep - 1)
                except Exception:  # noqa: BLE001  the other members may still be read
                    is_whole = False
        return is_whole

    def _read(self, file: IO[bytes], found: set[bytes]) -> bytes:
        """Look through a file as it stands; returns how it begins."""
        head = tail = b""
        while chunk := file.read(CHUNK):
            head = head or chunk[:32]
            seen = tail + chunk
            found |= self.standing_in(seen)
            tail = seen[-self.longest :] if self.longest else b""
        return head


def _unpacked(head: bytes, file: IO[bytes]) -> IO[bytes] | None:
    """What is packed in a file that begins like this, to be read in pieces."""
    if head.startswith(b"\x1f\x8b\x08"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if head.startswith(b"BZh") and head[4:10] == b"1AY&SY":
        return bz2.BZ2File(file)
    return lzma.LZMAFile(file) if head.startswith(b"\xfd7zXZ\x00") else None


def main() -> None:
    asked = json.load(sys.stdin)
    wanted = Pieces(base64.b64decode(piece) for piece in asked["pieces"])
    looked = {name: wanted.look_into(Path(name)) for name in asked["files"]}
    found = {name: [base64.b64encode(one).decode() for one in there] for name, (there, _) in looked.items() if there}
    json.dump(
        {"found": found, "unopened": [name for name, (_, is_whole) in looked.items() if not is_whole]}, sys.stdout
    )


if __name__ == "__main__":
    main()
