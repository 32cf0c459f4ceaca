"""`manage.py loaddemo`: a rehearsal that is ready to start, and two years of a programme to look at."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from facilitation.demo import build, years


class Command(BaseCommand):
    help = "Make the demonstration programme and two years of another, or what is missing of them."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        demo = build.load()
        programme = years.load()
        if verbosity:
            self.stdout.write(f"“{demo.round.programme.name}” is ready, with “{demo.round.title}” to rehearse.")
            self.stdout.write(f"“{programme.name}” is there to be looked at.")
            self.stdout.write(f"Sign in as {', '.join(build.PEOPLE)}; password {demo.password}")
