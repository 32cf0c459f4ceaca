"""The folder of keys: where it lies, who may read it, and what is in it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from rounds import keys, word_keys
from rounds.models import Round
from rounds.self_audit.asking import CannotLook, Check, Surroundings

# As rounds/keys.py, word_keys.py, purge.py and the settings name them; ".gone" is one that a crash left half destroyed.
OURS: Final = re.compile(
    rf"round-[\w-]+\.(key|gone)|words-[\w-]+\.(key|gone|list)|secret_key|{word_keys.MARK}", re.ASCII
)
OF_THE_SECOND: Final = re.compile(rf"words-[\w-]+\.(key|gone)|{word_keys.MARK}", re.ASCII)


def _modes(surroundings: Surroundings) -> Iterator[str]:
    if os.name != "posix":
        raise CannotLook("This system has no file modes.")
    for folder in _folders():
        owner = folder.stat().st_uid
        if folder.stat().st_mode & 0o077:
            yield f"Others may look into the folder of keys {folder}."
        for file in sorted(folder.iterdir()):
            known = file.lstat()
            if not stat.S_ISREG(known.st_mode):
                yield f"In the folder of keys is {file.name}, which is no file of ours."
            elif known.st_mode & 0o077:
                yield f"Others may read the key file {file.name}."
            elif known.st_uid != owner:
                yield f"The key file {file.name} belongs to another account than its folder."


def _contents(surroundings: Surroundings) -> Iterator[str]:
    for folder in _folders():
        expected = OURS if folder == Path(settings.KEY_DIR) else OF_THE_SECOND
        for path in sorted(folder.iterdir()):
            if not expected.fullmatch(path.name):
                yield f"In the folder of keys {folder} is {path.name}, which does not belong there."
    with_keys = {round.public_id for round in Round.objects.filter(sealed_at=None) if keys.exists(round)}
    found = {path.stem.removeprefix("round-") for path in Path(settings.KEY_DIR).glob("round-*")}
    if left := len(found - with_keys):
        yield f"{left} key(s) of rounds that are sealed or not there any more have been left."
    unknown = word_keys.known() - set(Round.objects.values_list("public_id", flat=True))
    if unknown:
        yield f"{len(unknown)} key(s) of words belong to no round."


def _places(surroundings: Surroundings) -> Iterator[str]:
    away_from = {
        "the backups": Path(settings.BACKUP_DIR),
        "the files that everybody may fetch": Path(settings.STATIC_ROOT),
        "the mail": Path(settings.EMAIL_FILE_PATH),
        **dict.fromkeys(("PostgreSQL’s files",), _postgresql()),
    }
    for folder in _folders():
        for name, other in away_from.items():
            if other is not None and folder.resolve().is_relative_to(other.resolve()):
                yield f"The folder of keys {folder} lies in the folder of {name}."
    if connection.vendor == "sqlite" and Path(connection.settings_dict["NAME"]).is_relative_to(settings.KEY_DIR):
        yield "The database lies in the folder of keys: a backup of one is a backup of both."
    if Path(settings.BACKUP_DIR).resolve().is_relative_to(Path(settings.KEY_DIR).resolve()):
        yield "The backups lie in the folder of keys."


def _postgresql() -> Path | None:
    """Where PostgreSQL keeps its files, if it is on this machine and tells."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
        row = cursor.fetchone()
    return Path(row[0]) if row else None


def _folders() -> list[Path]:
    given = (settings.KEY_DIR, settings.WORD_KEYS_COPY)
    return [folder for folder in (Path(one) for one in given if one) if folder.is_dir()]


CHECKS = (
    Check("key-modes", "Nobody but the server’s account may read a key.", _modes),
    Check("keys-left", "There is no key of a sealed round, and nothing beside the keys.", _contents),
    Check("key-places", "The keys lie apart from backups and from everything that is given away.", _places),
)
