"""`manage.py loaddemo`: a programme to look at, with a rehearsal that is ready to start."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from facilitation.demo import build


class Command(BaseCommand):
    help = "Make the demonstration programme, or what is missing of it."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        demo = build.load()
        if verbosity:
            self.stdout.write(f"“{demo.round.programme.name}” is ready, with “{demo.round.title}” to rehearse.")
