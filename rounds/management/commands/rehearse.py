"""`manage.py rehearse`: fill a rehearsal room with simulated participants over real sockets."""

from __future__ import annotations

import asyncio
import sys
import urllib.error
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rounds.models import Round
from rounds.rehearsal.guest import Guest, party


class Command(BaseCommand):
    help = "Send simulated participants into a rehearsal until it is closed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--round", help="--round=ID: its public id; without it, the newest open rehearsal")
        parser.add_argument("--people", type=int, default=12, help="how many (2 to 200)")
        parser.add_argument("--pace", type=float, default=1.0, help="10 is ten times as fast")
        parser.add_argument("--minutes", type=float, default=90, help="they leave after so long at the latest")
        parser.add_argument("--url", default=settings.SITE_URL, help="where the server answers")
        parser.add_argument("--seed", type=int, help="the same seed does the same things")
        parser.add_argument("--beside", action="store_true", help="they leave when standard input ends (the console)")

    def handle(self, *args: Any, **options: Any) -> None:
        round = self._rehearsal(options["round"])
        people = min(200, max(2, options["people"]))
        guests = party(
            code=round.join_code,
            url=options["url"].rstrip("/"),
            people=people,
            pace=options["pace"],
            seed=options["seed"],
        )
        self.stdout.write(f"{people} rehearsal guests are on their way to “{round.title}”. Ctrl+C sends them home.")
        try:
            asyncio.run(self._all(guests, minutes=options["minutes"], beside=options["beside"]))
        except urllib.error.HTTPError:
            raise CommandError("The door is closed: open it from the console, then invite the guests.") from None
        except OSError:
            raise CommandError(f"Nobody answers at {options['url']}. Is the server running there?") from None
        except (KeyboardInterrupt, TimeoutError):
            pass
        self.stdout.write("The rehearsal guests have gone home.")

    @staticmethod
    def _rehearsal(public_id: str | None) -> Round:
        rehearsals = Round.objects.filter(rehearsal=True)
        found = rehearsals.filter(public_id=public_id) if public_id else rehearsals.live().order_by("-starts_at")
        round = found.first()
        if round is None:
            # A simulated sentence among real ones would be a lie to everyone in the room.
            raise CommandError("Guests may only join a rehearsal, and there is no open one of that name.")
        return round

    @staticmethod
    async def _all(guests: list[Guest], *, minutes: float, beside: bool) -> None:
        """Have them in the room until all have gone, the time is up or, where it matters, the server has ended."""
        visit = asyncio.create_task(_visit(guests))
        ends = [asyncio.create_task(_input_ends())] if beside else []
        async with asyncio.timeout(minutes * 60):
            await asyncio.wait([visit, *ends], return_when=asyncio.FIRST_COMPLETED)
        if visit.done():
            visit.result()  # the error, if there was one


async def _visit(guests: list[Guest]) -> None:
    await asyncio.gather(*(guest.live(after=0.15 * number) for number, guest in enumerate(guests)))


async def _input_ends() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
