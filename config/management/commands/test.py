"""`python3 manage.py test`: sets up what the tests need, then runs them all with pytest, several files at a time.

`python3 manage.py test --scale` runs on PostgreSQL and Redis, in several processes, what can run there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import browser, scale

NO_TESTS_COLLECTED = 5
MOST_CORES = 6  # more servers and browsers at once would only get into each other's way
SCALE = "--scale"
BESIDE = ("--dist", "loadfile")  # a file's tests stay together: some start a server for all of them


class Command(BaseCommand):
    help = "Set up and run every test. Arguments go to pytest: manage.py test tests/rounds -x"
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Hand everything after `test` to pytest: Django's own parser would refuse pytest's options."""
        sys.exit(self.run_tests(argv[2:]))

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(self.run_tests([]))

    def run_tests(self, arguments: list[str]) -> int:
        """pytest's exit code, after a closing line in words.

        Where no test is named, several processes share them, one more than there are cores, as many wait for a
        server. The browser tests run afterwards, with fewer: synchronous Playwright leaves an event loop running,
        in which asynchronous tests cannot start theirs, and two browsers fill a small machine.
        """
        if SCALE in arguments:
            return self.run_at_scale([argument for argument in arguments if argument != SCALE])
        os.environ["COMMON_THREAD_BROWSER"] = browser.find_or_install()
        if scale.is_named(arguments):
            return self.say(run_pytest(*arguments))
        cores = min(os.cpu_count() or 1, MOST_CORES)
        code = worst(
            run_pytest(*arguments, *spread(cores + 1, arguments), "-m", "not browser"),
            run_pytest(*arguments, *spread(cores, arguments), "-m", "browser"),
        )
        return self.say(code)

    def run_at_scale(self, arguments: list[str]) -> int:
        """As run_tests, on servers of our own; a sentence where they cannot be had."""
        try:
            return self.say(scale.run(arguments, run_pytest))
        except scale.CannotScale as reason:
            raise CommandError(str(reason)) from None

    def say(self, code: int) -> int:
        """Say in words how it went; the code as it is."""
        self.stdout.write("Every test passed." if code == 0 else f"Not every test passed (pytest ended with {code}).")
        return code


def spread(processes: int, arguments: list[str]) -> list[str]:
    """What makes pytest use so many processes, where the arguments do not say how many."""
    own = any(argument.startswith(("-n", "--numprocesses")) for argument in arguments)
    return [*BESIDE] if own else [*BESIDE, "-n", str(processes)]


def worst(*codes: int) -> int:
    """One exit code for several runs: that there was nothing to run counts only where it is so of all."""
    return max((code for code in codes if code != NO_TESTS_COLLECTED), default=NO_TESTS_COLLECTED)


def run_pytest(*arguments: str) -> int:
    """Run pytest in a process of its own, so that it configures Django for itself."""
    return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=settings.BASE_DIR)
