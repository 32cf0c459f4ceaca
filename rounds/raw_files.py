"""Raw files: looking for pieces of text in the bytes on the disk, where the database's own answer proves nothing."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from rounds import pieces as searching


@dataclass
class Looked:
    """found: which files hold which pieces. unopened: those that could not be read or unpacked to the end."""

    found: dict[Path, set[bytes]] = field(default_factory=dict)
    unopened: list[Path] = field(default_factory=list)


def ours() -> list[Path]:
    """The database's file with its journal, the data folder and the backups; no keys, no static files."""
    left_out = [Path(settings.KEY_DIR).resolve(), Path(settings.STATIC_ROOT).resolve()]
    found = {file for folder in (settings.DATA_DIR, settings.BACKUP_DIR) for file in below(Path(folder))}
    if connection.vendor == "sqlite" and (database := Path(connection.settings_dict["NAME"])).is_file():
        found |= {path.resolve() for path in database.parent.glob(f"{database.name}*") if path.is_file()}
    return sorted(path for path in found if not any(path.is_relative_to(folder) for folder in left_out))


def below(folder: Path) -> Iterator[Path]:
    """Every file in a folder and its folders; and a folder itself that may not be looked into."""
    shut: list[OSError] = []
    for place, _, names in os.walk(folder, onerror=shut.append):
        for path in (Path(place, name) for name in names):
            try:
                if path.is_file() and not path.is_symlink():
                    yield path.resolve()
            except OSError:  # its folder may be listed, and no more
                yield path
    yield from (Path(error.filename) for error in shut if not isinstance(error, FileNotFoundError))


def holding(pieces: Iterable[bytes], files: Iterable[Path]) -> Looked:
    """Which of the files hold which pieces, as they are and in what is packed in them (`rounds.pieces`).

    In a process of its own: one that opens the database's file by itself and closes it again loses the locks that
    SQLite holds on it (POSIX ties them to the process), and two could write at once. It also keeps no phone waiting.
    Where that process breaks off, none of the files has been looked through.
    """
    asked = {"pieces": [base64.b64encode(piece).decode() for piece in pieces], "files": [str(path) for path in files]}
    done = subprocess.run(
        [sys.executable, "-I", searching.__file__], input=json.dumps(asked), text=True, check=False, capture_output=True
    )
    if done.returncode:
        return Looked(unopened=[Path(name) for name in asked["files"]])
    answer: dict[str, Any] = json.loads(done.stdout)
    found = {Path(name): {base64.b64decode(one) for one in pieces} for name, pieces in answer["found"].items()}
    return Looked(found, [Path(name) for name in answer["unopened"]])
