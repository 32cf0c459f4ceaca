"""The company in a room that several processes share: each says roughly how many it has, never who.

Only where a channel layer is configured; a single process counts for itself and stores nothing. What is
exchanged goes through the database and not the layer, so that a room can also open while the layer is dead.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from datetime import timedelta

from channels.db import database_sync_to_async
from django.db import DatabaseError
from django.utils import timezone

from rounds import stages
from rounds.live import layer, presence
from rounds.models import RoomSketch, Round
from rounds.models.ids import new_id

logger = logging.getLogger(__name__)
EVERY = 2  # seconds between two exchanges; a room over several processes opens so much later
WORTH_SECONDS = 12  # a process that has died counts for so long
RENEWED_SECONDS = 5

_process = new_id()
_said: dict[int, tuple[int, float]] = {}  # round to (marks, when): what this process last wrote
_due: dict[int, float] = {}
_lock = threading.Lock()


async def keep(round_pk: int) -> None:
    """Exchange now and then, until cancelled. One per process and round, as long as the round has sockets here."""
    while layer.is_there():
        try:
            await database_sync_to_async(exchange)(round_pk)
        except DatabaseError:
            logger.warning("The company could not be counted; it will be tried again")
        except Exception:  # a bug here must not be the end of the counting
            logger.exception("The company could not be counted")
        await asyncio.sleep(EVERY)


def exchange(round_pk: int) -> None:
    """Say how many are here, hear how many are elsewhere, and open writing when they are enough together.

    Often called is seldom done: at most every two seconds and round. From any thread.
    """
    now = time.monotonic()
    with _lock:
        if not layer.is_there() or now < _due.get(round_pk, now):
            return
        _due[round_pk] = now + EVERY * 0.9  # a little less, so that `keep` is never the one that is early
    _say(round_pk, now)
    _hear(round_pk)
    round = Round.objects.live().filter(pk=round_pk, room_was_big_enough=False).first()
    if round is not None and presence.count(round_pk) >= round.floor:
        stages.note_room_big_enough(round=round)


def _say(round_pk: int, now: float) -> None:
    marks = presence.marks(round_pk)
    said, when = _said.get(round_pk, (0, now))
    if marks == said and (not marks or now - when < RENEWED_SECONDS):
        return
    mine = RoomSketch.objects.filter(process=_process, round_id=round_pk)
    if not marks:
        mine.delete()
        _said.pop(round_pk, None)
        return
    until = timezone.now() + timedelta(seconds=WORTH_SECONDS)
    RoomSketch.objects.bulk_create(
        [RoomSketch(round_id=round_pk, process=_process, marks=presence.packed(marks), until=until)],
        update_conflicts=True,
        unique_fields=["round", "process"],
        update_fields=["marks", "until"],
    )
    RoomSketch.objects.filter(until__lt=timezone.now() - timedelta(seconds=WORTH_SECONDS)).delete()
    _said[round_pk] = marks, now


def _hear(round_pk: int) -> None:
    others = RoomSketch.objects.filter(round_id=round_pk, until__gt=timezone.now()).exclude(process=_process)
    marks = 0
    for sketch in others:
        marks |= presence.unpacked(bytes(sketch.marks))
    presence.elsewhere(round_pk, marks, seconds=WORTH_SECONDS)
