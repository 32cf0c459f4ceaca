"""Key files on the disk: 32 random bytes each, made whole, read whole, and overwritten before they go."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

LENGTH = 32
DRAFT = ".draft-"
DRAFT_SECONDS = 60  # a draft that is older was left by a crash: it has its name, or is gone, within one


def make(path: Path, key: bytes | None = None) -> None:
    """Have a key in the file, mode 0600, on disk before this returns: this one, or one made once and then kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(path.parent)
    if key is None and path.exists():
        return
    # Written whole before it has its name: a crash, or a second process, must never leave or find half a key.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=DRAFT)
    with os.fdopen(handle, "wb") as file:
        file.write(key or secrets.token_bytes(LENGTH))
        on_disk(file)
    if key is not None:
        Path(draft).replace(path)
    else:
        with suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    sync_folder(path.parent)


def exists(path: Path) -> bool:
    """Whether anything of the key is still there, also of one that a crash left half destroyed."""
    return path.exists() or _leaving(path).exists()


def destroy(path: Path, key: bytes | None = None) -> None:
    """Take the file away, overwrite and remove it. Doing it twice, or after a crash, is doing it once.

    Drafts of this key go with it, at once; key: what it is, where this file may not be there to tell.
    """
    if key is None and path.exists():
        key = path.read_bytes()
    # The name goes first: another process must find no key, never one that is half overwritten.
    leaving = _leaving(path)
    with suppress(FileNotFoundError):
        path.replace(leaving)
    with suppress(FileNotFoundError):  # no key, or another process has just removed it
        _overwrite(leaving)
    sweep(path.parent, of=key)


def sweep(folder: Path, of: bytes | None = None) -> None:
    """Overwrite and remove the drafts that a crash left in a folder, and those of one key however new they are.

    Others that are new are left: another process may be writing them.
    """
    for draft in folder.glob(f"{DRAFT}*"):
        with suppress(FileNotFoundError):  # it has its name now, or another process has just removed it
            is_new = 0 <= time.time() - draft.stat().st_mtime < DRAFT_SECONDS
            if not is_new or (of is not None and draft.read_bytes() == of):
                _overwrite(draft)


def on_disk(file: IO[bytes]) -> None:
    """Have what was written to an open file on disk before this returns."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk before this returns."""
    if os.name != "posix":
        return  # other systems cannot open a folder to sync it
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(LENGTH))
        on_disk(file)
    path.unlink()
    sync_folder(path.parent)


def _leaving(path: Path) -> Path:
    return path.with_suffix(".gone")
