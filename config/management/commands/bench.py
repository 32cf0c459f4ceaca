"""`python3 manage.py bench`: the measurements of benchmarks/, in a process that holds nothing of Django."""

from __future__ import annotations

import sys
from typing import Any, Final

from django.core.management.base import BaseCommand

from config import bootstrap

YEARS: Final = "--years"  # how long pages take in a programme of ten years, and nothing live


class Command(BaseCommand):
    help = "Measure the live layer beside its peers. Options: bench --help"
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        self.handle(*argv[2:])

    def handle(self, *args: Any, **options: Any) -> None:
        asked = [str(arg) for arg in args]
        module = "benchmarks.years" if YEARS in asked else "benchmarks"
        bootstrap.start_again(sys.executable, ["-m", module, *(arg for arg in asked if arg != YEARS)])
