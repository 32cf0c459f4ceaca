"""Raw files: looking for pieces of text in the bytes on the disk, where the database's own answer proves nothing."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from rounds import pieces as searching


def ours() -> list[Path]:
    """The database's file with its journal, the data folder and the backups; no keys, no static files."""
    left_out = [Path(settings.KEY_DIR).resolve(), Path(settings.STATIC_ROOT).resolve()]
    found = {file for folder in (settings.DATA_DIR, settings.BACKUP_DIR) for file in below(Path(folder))}
    if connection.vendor == "sqlite" and (database := Path(connection.settings_dict["NAME"])).is_file():
        found |= {path.resolve() for path in database.parent.glob(f"{database.name}*") if path.is_file()}
    return sorted(path for path in found if not any(path.is_relative_to(folder) for folder in left_out))


def below(folder: Path) -> Iterator[Path]:
    """Every file in a folder and its folders."""
    return (path.resolve() for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def holding(pieces: Iterable[bytes], files: Iterable[Path]) -> dict[Path, set[bytes]]:
    """Which of the files hold which pieces; of a ZIP file, what is packed in it. Files that go meanwhile hold none.

    In a process of its own: one that opens the database's file by itself and closes it again loses the locks that
    SQLite holds on it (POSIX ties them to the process), and two could write at once. It also keeps no phone waiting.
    """
    asked = {"pieces": [base64.b64encode(piece).decode() for piece in pieces], "files": [str(path) for path in files]}
    done = subprocess.run(
        [sys.executable, "-I", searching.__file__], input=json.dumps(asked), text=True, check=True, capture_output=True
    )
    answer: dict[str, list[str]] = json.loads(done.stdout)
    return {Path(name): {base64.b64decode(piece) for piece in found} for name, found in answer.items()}
