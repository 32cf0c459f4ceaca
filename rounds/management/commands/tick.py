"""`manage.py tick`: everything that must happen by itself. Run as often as you like; twice is once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from rounds import purge, sealing, word_keys


class Command(BaseCommand):
    help = (
        "Seal closed rounds that a crash left unsealed, remove half-made keys, and let go of words whose day has come."
    )

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        word_keys.sweep()
        sealed = sealing.seal_all_closed()
        if verbosity and sealed:
            self.stdout.write(f"Sealed {sealed} closed round(s).")
        outcome = purge.run_by_the_clock()
        if verbosity and outcome.gone:
            self.stdout.write(f"Let go of the words of {len(outcome.gone)} round(s).")
