"""`python3 manage.py demo`: a living rehearsal on this machine, from nothing, in one command."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from config.management.commands import serve


class Command(BaseCommand):
    help = "Set up a demonstration programme and serve it. Run again, it starts at once and loses nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        serve.add_address(parser)

    def handle(self, *, host: str, port: int, unix: str, **options: Any) -> None:
        if not unix:
            serve.believe_address(host, port)
            serve.require_free(host, port)
        serve.make_folders()
        call_command("migrate", interactive=False, verbosity=0)
        self.print_links()
        call_command("serve", host=host, port=port, unix=unix)

    def print_links(self) -> None:
        """Say where to go and how to sign in."""
        from config import demo

        rows = demo.links()
        width = max(len(label) for label, _ in rows)
        self.stdout.write("")
        for label, text in rows:
            self.stdout.write(f"  {label:<{width}}  {text}")
        self.stdout.write("")
