"""Round keys: one file per round, outside the database and its backups, destroyed at the seal.

With the file gone, the sealed posts, the voices and the tickets of the round are noise: this is what makes
a backup useless for finding out who wrote what (ARCHITECTURE, "Sealed ingest").
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from rounds import key_files
from rounds.models import Round

Use = Literal["post", "nonce", "voice", "target", "ticket", "hand", "band", "reply"]


class KeyGone(Exception):
    """The round has been sealed, or was never opened: nothing of it can be read or written any more."""


def make(round: Round) -> None:
    """Create the round's key file; keep the one that is there."""
    key_files.make(_path(round.public_id))


def exists(round: Round) -> bool:
    """Whether anything of the round's key is still there, also of one that a crash left half destroyed."""
    return key_files.exists(_path(round.public_id))


def destroy(round: Round) -> None:
    """Overwrite and remove the round's key file. Doing it twice, or after a crash, is doing it once."""
    key_files.destroy(_path(round.public_id))
    _derived.cache_clear()


def derived(round_id: str, use: Use) -> bytes:
    """The 32-byte key of one use (HKDF-SHA256 over the round's key). Raises KeyGone after the seal.

    The file is looked for every time, because another process may have sealed the round: what this one
    remembers must not open anything.
    """
    path = _path(round_id)
    try:
        mark = path.stat()
    except FileNotFoundError:
        _derived.cache_clear()
        raise KeyGone from None
    return _derived(path, mark.st_ino, mark.st_mtime_ns, use)


def hasher(round_id: str, use: Use) -> Callable[..., str]:
    """A function from `parts` to their 43-character keyed hash (HMAC-SHA256), for many of them at one moment.

    Lengths are bound in, so parts cannot run together. Raises KeyGone; what it returns must not be kept.
    """
    key = derived(round_id, use)

    def hashed(*parts: str) -> str:
        message = "".join([f"{len(part)}:{part}" for part in parts]).encode()
        digest = hmac.digest(key, message, "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    return hashed


def keyed_hash(round_id: str, use: Use, *parts: str) -> str:
    """The keyed hash of one thing, as `hasher` makes it."""
    return hasher(round_id, use)(*parts)


@lru_cache(maxsize=4096)
def _derived(path: Path, inode: int, written: int, use: Use) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        raise KeyGone from None
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"common-thread {use}".encode()).derive(key)


def _path(round_id: str) -> Path:
    return Path(settings.KEY_DIR) / f"round-{round_id}.key"
