"""`manage.py restore`: an installation from a backup, on a machine that has only the program (docs/operations.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rounds.backups import restoring
from rounds.refusals import Refused


class Command(BaseCommand):
    help = "Make this installation what it was when the backup was taken. Stop the server first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path, help="the backup's file")
        parser.add_argument(
            "--keys-from", type=Path, metavar="FOLDER", help="the copy of the words' keys, if you keep one"
        )
        parser.add_argument("--replace", action="store_true", help="also where the database has rounds in it")

        parser.add_argument(
            "--even-while-live", action="store_true", help="also where a round is being held: it is lost"
        )

    def handle(self, *args: Any, archive: Path, keys_from: Path | None, replace: bool, **options: Any) -> None:
        live = options["even_while_live"]
        try:
            done = restoring.restore(path=archive, keys_from=keys_from, replace=replace, even_while_live=live)
        except Refused as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(f"Restored {done.rounds} round(s). People sign in again; everything else is as it was.")
        if done.opened:
            self.stdout.write(f"What people wrote came back for {len(done.opened)} of them.")
        if done.shut:
            self.stdout.write(f"Of {len(done.shut)} the words are gone: their keys are not there any more.")
