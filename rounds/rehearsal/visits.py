"""Inviting rehearsal guests from the console, and sending them home: one party of them per round, never two."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from rounds import staff_acts
from rounds.live.doorbell import announce
from rounds.models import Round, User
from rounds.refusals import Refused

PATIENCE: Final = 5  # seconds a party has to say goodbye before it is ended

_lock = threading.Lock()
_parties: dict[int, subprocess.Popen[bytes]] = {}  # by round


def invite(*, round: Round, people: int, by: User) -> None:
    """Start so many guests for an open rehearsal.

    Raises Refused for a real round (a simulated sentence among real ones would be a lie to everyone in the
    room), before the doors open, after the end, and while a party is here already.
    """
    round.refresh_from_db(fields=["stage", "rehearsal", "joining_locked"])
    if not round.rehearsal:
        raise Refused("Guests come to rehearsals only, never to a real round.")
    if not round.is_open:
        raise Refused("Open the doors first, then invite the guests.")
    if round.joining_locked:
        raise Refused("The door is locked. Unlock it first, then invite the guests.")
    with _lock:
        if _is_running(round):
            raise Refused("The rehearsal guests are here already.")
        party = _parties[round.pk] = _start(round, people)
    _watch(round, party)
    _tell(round, by, "invited rehearsal guests")


def send_home(*, round: Round, by: User) -> None:
    """End the round's party; when it has gone already, only say so."""
    with _lock:
        party = _parties.pop(round.pk, None)
        if party is not None and party.poll() is None:
            party.terminate()
            try:
                party.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                party.kill()
                party.wait()
    _tell(round, by, "sent the rehearsal guests home")


def are_here(*, round: Round) -> bool:
    """Whether a party invited from this server is still in the round."""
    with _lock:
        return _is_running(round)


def have_failed(*, round: Round) -> bool:
    """Whether the party last invited from this server ended with an error, sooner or later."""
    party = _parties.get(round.pk)
    return party is not None and party.poll() not in (None, 0)


def command(round: Round, people: int) -> list[str]:
    """What is run: the command a person would type, and that they go home with the server."""
    manage = str(settings.BASE_DIR / "manage.py")
    # One word with "=": a public id may begin with "-", and would be read as an option of its own.
    return [sys.executable, manage, "rehearse", "--beside", f"--round={round.public_id}", f"--people={people}"]


def _start(round: Round, people: int) -> subprocess.Popen[bytes]:
    # A log of its own, begun anew each time: guests say nothing that anybody wrote, and nobody reads it twice.
    with (settings.DATA_DIR / "rehearsal.log").open("wb") as log:
        # Nobody writes to them. A party ends when the server that invited it does, also when that is killed: by
        # standard input it hears of it. A server that is started again knows of no party, and would invite a second.
        return subprocess.Popen(
            command(round, people), cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=log, stderr=log
        )


def _is_running(round: Round) -> bool:
    party = _parties.get(round.pk)
    return party is not None and party.poll() is None


def _watch(round: Round, party: subprocess.Popen[bytes]) -> None:
    """Have the console told once the party ends by itself; nobody waits for it."""
    threading.Thread(target=_see_out, args=(round, party), daemon=True).start()


def _see_out(round: Round, party: subprocess.Popen[bytes]) -> None:
    party.wait()
    party.communicate()  # closes our end of its input; not before it has ended, which would end it
    if _parties.get(round.pk) is not party:
        return  # sent home: that has been told
    try:
        with transaction.atomic():
            announce(round, "rehearsal")
    finally:
        connection.close()  # this thread's own


@transaction.atomic
def _tell(round: Round, by: User, what: str) -> None:
    staff_acts.note(round=round, who=by, what=what)
    announce(round, "rehearsal")
