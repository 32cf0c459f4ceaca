"""`manage.py backup`: everything but what people wrote in the open, in one file. See docs/operations.md."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rounds.backups import taking
from rounds.refusals import Refused


class Command(BaseCommand):
    help = "Take a backup, between rounds. What people wrote is in it only in boxes that shut for ever on their day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BACKUP_DIR, metavar="FOLDER", help="where to")
        parser.add_argument("--keep", type=int, default=0, metavar="N", help="remove all but the N newest there")

    def handle(self, *args: Any, to: Path, keep: int, **options: Any) -> None:
        try:
            path = taking.take(to=to)
        except (Refused, OSError) as reason:
            raise CommandError(f"No backup was taken. {reason}") from None
        self.stdout.write(f"{path} ({path.stat().st_size / 1024:,.0f} KB)")
        for gone in taking.keep_newest(to, keep):
            self.stdout.write(f"Removed {gone}")
