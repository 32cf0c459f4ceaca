"""`python3 manage.py gates`: everything besides the tests that a change must pass; CI runs this very command."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

MANAGE = [sys.executable, "-W", "error", "manage.py"]
TEMPLATES = ["templates"]
GATES: dict[str, list[str]] = {
    "ruff": ["ruff", "check", "--quiet"],
    "format": ["ruff", "format", "--check", "--quiet"],
    "mypy": ["mypy"],
    "imports": ["lint-imports", "--no-cache"],
    "templates": ["djlint", "--lint", "--quiet", *TEMPLATES],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "checks": [*MANAGE, "check", "--fail-level", "WARNING"],
    "deploy": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}
# What a hospital would set; without it the deployment checks speak about this machine, not about the code.
AS_DEPLOYED = {"COMMON_THREAD_URL": "https://rounds.example.org"}


class Command(BaseCommand):
    help = "Lint, types, import contracts, templates, migrations and system checks."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        failed = [name for name, command in GATES.items() if not self.passes(name, command)]
        if failed:
            raise CommandError(f"Not passed: {', '.join(failed)}.")
        self.stdout.write("Every gate passed.")

    def passes(self, name: str, command: list[str]) -> bool:
        """Run one gate, print its line, and what it said if it failed."""
        start = time.monotonic()
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=environment(name), text=True, capture_output=True, check=False
        )
        passed = done.returncode == 0
        self.stdout.write(f"{'pass' if passed else 'FAIL'}  {name:<10} {time.monotonic() - start:6.1f} s")
        if not passed:
            self.stdout.write(done.stdout + done.stderr)
        self.stdout.flush()
        return passed


def environment(name: str) -> dict[str, str]:
    """The variables that the gate called `name` runs with; tools are found beside our Python."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, **(AS_DEPLOYED if name == "deploy" else {})}
