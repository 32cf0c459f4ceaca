"""The words' keys: one file per round whose words are in a backup, outside the database and the backups.

A backup holds what people wrote only in boxes that these keys open. When the words go, the key goes: every backup
there is becomes useless for them at once (crypto-shredding). A second folder (COMMON_THREAD_WORD_KEYS_COPY) may
hold the same files against a dead disk; it is emptied together with the first.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from rounds import key_files
from rounds.keys import KeyGone

NONCE = 12
MARK = "second-folder"


class BoxDamaged(Exception):
    """A box and a key that do not belong together, or one of them is not whole: this does not say that it is gone."""


def make(round_id: str) -> bytes:
    """The round’s key; one is made where there is none. Not for a round whose words have gone."""
    key_files.make(_path(settings.KEY_DIR, round_id))
    return read(round_id)


def copy_out(round_id: str) -> None:
    """Have the key in the second folder too, where there is one. Raises OSError while that cannot be reached."""
    second = _second()
    if second is not None:
        key_files.make(_path(second, round_id), read(round_id))


def read(round_id: str) -> bytes:
    """The round's key. Raises KeyGone."""
    try:
        return _path(settings.KEY_DIR, round_id).read_bytes()
    except FileNotFoundError:
        raise KeyGone from None


def exists(round_id: str) -> bool:
    """Whether anything of the key is left in one of the folders."""
    return round_id in known()


def destroy(round_id: str) -> None:
    """Overwrite and remove the key in both folders. Raises OSError while the second cannot be reached."""
    second = _second()
    try:
        key = read(round_id)
    except KeyGone:  # a crash half-way through this
        key = None
    if second is not None:
        key_files.destroy(_path(second, round_id), key)
    key_files.destroy(_path(settings.KEY_DIR, round_id), key)


def sweep() -> None:
    """Remove half-made key files that a crash left, in both folders; in one that is away, another time."""
    key_files.sweep(Path(settings.KEY_DIR))
    if not (Path(settings.KEY_DIR) / MARK).exists():
        return  # nothing was ever copied; looking for the second folder would make one of what is there
    with suppress(OSError):
        second = _second()
        if second is not None:
            key_files.sweep(second)


def known() -> set[str]:
    """The public ids of the rounds of which a key is left in the folder of keys: there it goes last."""
    found = Path(settings.KEY_DIR).glob("words-*")
    return {path.stem.removeprefix("words-") for path in found if path.suffix in (".key", ".gone")}


def read_copy(folder: Path, round_id: str) -> bytes:
    """The round's key in a copy of the keys. Raises KeyGone."""
    try:
        return _path(folder, round_id).read_bytes()
    except FileNotFoundError:
        raise KeyGone from None


def list_of(round_id: str) -> Path:
    """Where the purge keeps, under this key, what it looks for."""
    return Path(settings.KEY_DIR) / f"words-{round_id}.list"


def is_going(round_id: str) -> bool:
    """Whether its destroying has begun, and was cut off."""
    path = _path(settings.KEY_DIR, round_id)
    return key_files.exists(path) and not path.exists()


def bring_back(folder: Path, round_ids: Iterable[str]) -> int:
    """Take over keys from a copy of them, for a machine that has lost its own; returns how many."""
    brought = 0
    for round_id in round_ids:
        source = _path(folder, round_id)
        if source.exists() and not exists(round_id):
            key_files.make(_path(settings.KEY_DIR, round_id), source.read_bytes())
            brought += 1
    return brought


def seal(key: bytes, text: bytes, *, what: str) -> bytes:
    """A box only this key opens (AES-256-GCM, fresh nonce in front); `what` is bound in and must be named again."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, what.encode())


def unseal(key: bytes, box: bytes, *, what: str) -> bytes:
    """What is in a box. Raises BoxDamaged when this key does not open it."""
    try:
        return AESGCM(key).decrypt(box[:NONCE], box[NONCE:], what.encode())
    except (InvalidTag, ValueError):
        raise BoxDamaged from None


def _second() -> Path | None:
    """The second folder, where there is one, known again by a mark it shares with the first.

    Raises OSError for another: an empty place where a stick should be would let a key live on that stick.
    """
    if not settings.WORD_KEYS_COPY:
        return None
    first, second = (Path(folder) / MARK for folder in (settings.KEY_DIR, settings.WORD_KEYS_COPY))
    if not first.exists():
        mark = secrets.token_bytes(key_files.LENGTH)
        key_files.make(second, mark)
        key_files.make(first, mark)
    if second.read_bytes() != first.read_bytes():
        raise OSError("This is not the folder that the copies of the words' keys are in.")
    return second.parent


def _path(folder: Path | str, round_id: str) -> Path:
    return Path(folder) / f"words-{round_id}.key"
