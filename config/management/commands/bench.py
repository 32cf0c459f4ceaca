"""`python3 manage.py bench`: the measurements of benchmarks/, in a process that holds nothing of Django."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from config import bootstrap


class Command(BaseCommand):
    help = "Measure the live layer beside its peers. Options: bench --help"
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        self.handle(*argv[2:])

    def handle(self, *args: Any, **options: Any) -> None:
        bootstrap.start_again(sys.executable, ["-m", "benchmarks", *map(str, args)])
