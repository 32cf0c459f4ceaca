"""Packed files, known by their first bytes: a name promises nothing."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Final

OPENERS: Final[Mapping[bytes, Callable[[Any], Any]]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
# Nothing in Python's own library reads these; a ZIP file is a folder, and no log.
CLOSED: Final = (b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"7z\xbc\xaf\x27\x1c", b"PK\x03\x04")
# What comes of a file that was cut short, or is being written.
BROKEN: Final = (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError)


def opened(path: Path) -> IO[bytes]:
    """The file, unpacked as it is read where it is packed. Reading raises one of BROKEN when it is not whole."""
    start = first_bytes(path)
    for magic, opener in OPENERS.items():
        if start.startswith(magic):
            unpacked: IO[bytes] = opener(path)
            return unpacked
    return path.open("rb")


def is_closed(path: Path) -> bool:
    """Whether it is packed in a way that nobody here can open."""
    return first_bytes(path).startswith(CLOSED)


def first_bytes(path: Path, size: int = 8) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
