"""`python3 manage.py walk`: the founding paper's 45 statements, each looked for on the running product."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config import browser

PROGRAM = "import sys; from tests.walk import rows; {}"
TABLE = PROGRAM.format("sys.stdout.write(rows.table())")
TESTS = PROGRAM.format("print(*sorted({test for row in rows.ROWS for test in row.tests}), sep=chr(10))")


class Command(BaseCommand):
    help = "Walk the 45 statements of the founding paper on a server of its own; ends with 1 when one is not seen."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, default=settings.BASE_DIR / "var" / "walk", help="the folder")
        parser.add_argument("--table", action="store_true", help="only print docs/walk.md as it should be")

    def handle(self, *, out: Path, table: bool, **options: Any) -> None:
        if table:
            self.stdout.write(self.said_by(TABLE), ending="")
            return
        out.mkdir(parents=True, exist_ok=True)
        surroundings = {
            **os.environ,
            "COMMON_THREAD_WALK": str(out.resolve()),
            "COMMON_THREAD_BROWSER": browser.find_or_install(),
        }
        tests = self.said_by(TESTS).splitlines()
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "tests.walk.report",
            *tests,
            "tests/walk/the_walk.py",
        ]
        code = subprocess.call(command, cwd=settings.BASE_DIR, env=surroundings)
        self.stdout.write(f"Pictures and the table are in {out}.")
        if code:
            sys.exit(1)
        self.stdout.write("Every one of the 45 statements was seen.")

    def said_by(self, program: str) -> str:
        """What a short program of the tests prints; the tests are no part of what is installed."""
        return subprocess.check_output([sys.executable, "-c", program], cwd=settings.BASE_DIR, text=True)
