"""`manage.py retain`: let go of words whose day has come, show that nothing is left, and say when the next go."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.formats import date_format

from rounds import purge, retention


class Command(BaseCommand):
    help = "Let go of words whose day has come, as tick does, and say in words what was done and found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--look", action="store_true", help="only say what goes when")
        parser.add_argument(
            "--search",
            type=Path,
            action="append",
            default=[],
            metavar="FOLDER",
            help="look for what went in here too: PostgreSQL's data folder, a mounted backup",
        )

    def handle(self, *args: Any, look: bool, search: list[Path], **options: Any) -> None:
        if not look:
            self._run(search)
        for round in retention.with_words():
            day = date_format(round.words_go_on or timezone.localdate(), "j F Y")
            signed = "signed off" if round.signed_off_at else "not signed off"
            held = date_format(timezone.localdate(round.starts_at), "j F Y")
            self.stdout.write(f"Round of {held} in “{round.programme}”, {signed}: words go on {day}.")

    def _run(self, search: list[Path]) -> None:
        missing = [str(folder) for folder in search if not folder.is_dir()]
        if missing:
            raise CommandError(f"There is no folder {', '.join(missing)}.")
        self._say(purge.run(search=search))

    def _say(self, outcome: purge.Outcome) -> None:
        self.stdout.write(f"Words of {len(outcome.gone)} round(s) went now.")
        self.stdout.write(
            f"Of {len(outcome.proved)} round(s) nothing was found in the files searched; their key is destroyed."
        )
        for path, pieces in outcome.found.items():
            self.stdout.write(f"FOUND in {path}: {pieces} piece(s) of what should be gone.")
        for path in outcome.unopened:
            self.stdout.write(f"COULD NOT OPEN {path}: nobody can say what is in it, so the keys stay.")
        for round in outcome.unlisted:
            name = f"words-{round.public_id}"
            self.stdout.write(f"NO LIST {name}.list: there is a key of words that are gone, and nothing to look for.")
        self._refuse(outcome)

    def _refuse(self, outcome: purge.Outcome) -> None:
        if outcome.waits_for:
            raise CommandError(f"Not done yet: it waits for {outcome.waits_for}. Run it again, or leave it to tick.")
        if outcome.unopened:
            raise CommandError("The words are not shown to be gone. Remove these files, then run this again.")
        if outcome.unlisted:
            raise CommandError("The words are not shown to be gone, and the keys stay. See docs/operations.md.")
        if outcome.found:
            raise CommandError("Remove these files if they are copies, then run this again. See docs/operations.md.")
