"""The words' keys: one file per round whose words are in a backup, outside the database and the backups.

A backup holds what people wrote only in boxes that these keys open. When the words go, the key goes: every backup
there is becomes useless for them at once (crypto-shredding). A second folder (COMMON_THREAD_WORD_KEYS_COPY) may
hold the same files against a dead disk; it is written and emptied together with the first.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from rounds import key_files
from rounds.keys import KeyGone

NONCE = 12


def make(round_id: str) -> bytes:
    """The round's key; one is made where there is none. Call under the round's lock, and never once its words are gone.

    Raises OSError while the second folder cannot be written: a key that is in one place only was not asked for.
    """
    key_files.make(_path(settings.KEY_DIR, round_id))
    key = read(round_id)
    for folder in _folders()[1:]:
        key_files.make(_path(folder, round_id), key)
    return key


def read(round_id: str) -> bytes:
    """The round's key. Raises KeyGone."""
    try:
        return _path(settings.KEY_DIR, round_id).read_bytes()
    except FileNotFoundError:
        raise KeyGone from None


def exists(round_id: str) -> bool:
    """Whether anything of the key is left in one of the folders."""
    return any(key_files.exists(_path(folder, round_id)) for folder in _folders())


def destroy(round_id: str) -> None:
    """Overwrite and remove the key in every folder. Raises OSError while the second folder cannot be reached."""
    for folder in _folders():
        if folder != Path(settings.KEY_DIR) and not folder.is_dir():
            raise FileNotFoundError(folder)
        key_files.destroy(_path(folder, round_id))


def known() -> set[str]:
    """The public ids of the rounds of which a key is left."""
    found = [path for folder in _folders() for path in Path(folder).glob("words-*")]
    return {path.stem.removeprefix("words-") for path in found if path.suffix in (".key", ".gone")}


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
    """What is in a box. Raises KeyGone when this key does not open it."""
    try:
        return AESGCM(key).decrypt(box[:NONCE], box[NONCE:], what.encode())
    except (InvalidTag, ValueError):
        raise KeyGone from None


def _folders() -> list[Path]:
    copy = settings.WORD_KEYS_COPY
    return [Path(settings.KEY_DIR), *([Path(copy)] if copy else [])]


def _path(folder: Path | str, round_id: str) -> Path:
    return Path(folder) / f"words-{round_id}.key"
