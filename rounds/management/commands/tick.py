"""`manage.py tick`: everything that must happen by itself. Run as often as you like; twice is once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from rounds import schedule, sealing, windows, word_keys
from rounds.models import Round


class Command(BaseCommand):
    help = (
        "Close windows whose 48 hours are over, seal closed rounds that a crash left unsealed, remove half-made keys, "
        "let go of words whose day has come, and send the mails that are due."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--leave", action="store_true", help="only queue what is due: a worker (serve, db_worker) is there to do it"
        )

    def handle(self, *args: Any, verbosity: int, leave: bool, **options: Any) -> None:
        word_keys.sweep()
        windows.end_due()
        sealed = sealing.seal_all_closed()  # not queued: nobody comes in before a crash is mended
        if verbosity and sealed:
            self.stdout.write(f"Sealed {sealed} closed round(s).")
        gone_before = _gone()
        schedule.queue_due()
        if leave:
            return
        schedule.work_off()
        if verbosity and (gone := _gone() - gone_before):
            self.stdout.write(f"Let go of the words of {gone} round(s).")


def _gone() -> int:
    return Round.objects.exclude(words_gone_at=None).count()
