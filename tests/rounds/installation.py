"""An installation in a folder of its own, and processes that work on it, for tests of what is in its files."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """A data folder, and processes that work on it."""

    def __init__(self, data: Path) -> None:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("COMMON_THREAD_", "DATABASE_"))
        }
        self.environment = {**kept, "COMMON_THREAD_DATA": str(data), "COMMON_THREAD_NO_BOOTSTRAP": "1"}
        self.data = data

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, text=True, capture_output=True, check=False)

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.data / "db.sqlite3")) as database:
            return database.execute(sql).fetchall()

    def holds(self, words: str) -> list[str]:
        """The files in which the bytes of these words are."""
        files = [path for path in self.data.rglob("*") if path.is_file()]
        return [path.name for path in files if words.encode() in path.read_bytes()]
