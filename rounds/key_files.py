"""Key files on the disk: 32 random bytes each, made whole, read whole, and overwritten before they go."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

LENGTH = 32


def make(path: Path, key: bytes | None = None) -> None:
    """Create the file (mode 0600, on disk before this returns) with a key, a new one if none is given; keep one that is there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(key or secrets.token_bytes(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def exists(path: Path) -> bool:
    """Whether anything of the key is still there, also of one that a crash left half destroyed."""
    return path.exists() or _leaving(path).exists()


def destroy(path: Path) -> None:
    """Take the file away, overwrite and remove it. Doing it twice, or after a crash, is doing it once."""
    # The name goes first: another process must find no key, never one that is half overwritten.
    leaving = _leaving(path)
    with suppress(FileNotFoundError):
        path.replace(leaving)
    with suppress(FileNotFoundError):  # no key, or another process has just removed it
        with leaving.open("r+b") as file:
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
        leaving.unlink()
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk before this returns."""
    if os.name != "posix":
        return  # other systems cannot open a folder to sync it
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _leaving(path: Path) -> Path:
    return path.with_suffix(".gone")
