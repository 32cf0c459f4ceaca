"""`python3 manage.py screenshots`: a picture of every screen, at every width, in both themes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Walk a rehearsal of the demonstration through a browser and save pictures of every screen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, default=settings.BASE_DIR / "var" / "screenshots", help="the folder")

    def handle(self, *, out: Path, **options: Any) -> None:
        from config import screenshots

        screenshots.everything(out, self.say)
        self.stdout.write(f"{len(list(out.glob('*.png')))} pictures are in {out}.")

    def say(self, name: str) -> None:
        self.stdout.write(name)
        self.stdout.flush()
