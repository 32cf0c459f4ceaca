"""Pictures: what an audience sees of a round, rendered once per revision and shared by sockets and polls.

Everything here is synchronous and may be called from any thread.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.db import DatabaseError

from rounds.live import doorbell, frames, reading, regions
from rounds.live.frames import Outgoing
from rounds.live.regions import Audience, ListRegion
from rounds.models import Round

logger = logging.getLogger(__name__)
FORGOTTEN_AFTER = 60  # seconds without a look; what the room wrote is not kept in memory for longer
KNOWN_FOR = 5  # seconds: a little longer than a hub with somebody in it goes without a look


class Row(NamedTuple):
    """What a row holds, how it looks, and a short hash of that."""

    held: Hashable
    html: str
    mark: bytes


Rows = Mapping[str, Row]


@dataclass(frozen=True)
class Picture:
    """revision: the picture's number, see `numbered`; pictures of one number are the same to whoever sees them."""

    revision: int
    stage: str
    html: Mapping[str, str]
    rows: Mapping[str, Rows]

    @cached_property
    def snapshot(self) -> Outgoing:
        """The frame that shows everything; the same for every socket and poll."""
        rows = {name: {key: row.html for key, row in of.items()} for name, of in self.rows.items()}
        head = {"t": "snapshot", "revision": self.revision, "stage": self.stage}
        return Outgoing(frames.write({**head, "html": self.html, "rows": rows}), self.revision)

    def change_from(self, old: Picture) -> Outgoing:
        """The frame that turns the old picture into this one; the same for every socket."""
        head = {"t": "change", "from": old.revision, "revision": self.revision, "stage": self.stage}
        html = {name: now for name, now in self.html.items() if now != old.html.get(name)}
        rows = {name: _moves(old.rows.get(name, {}), now) for name, now in self.rows.items()}
        moved = {name: moves for name, moves in rows.items() if moves}
        return Outgoing(frames.write({**head, "html": html, "rows": moved}), self.revision)


def row(key: str, held: Hashable, html: str) -> Row:
    """A row of a list that is rendered."""
    return Row(held, html, hashlib.blake2b(f"{key} {html}".encode(), digest_size=16).digest())


def numbered(stage: str, html: Mapping[str, str], rows: Mapping[str, Rows]) -> Picture:
    """The picture of this, under a number that hangs on nothing but what is seen (docs/adr/0013).

    So nobody can count by it what happened unseen, every process gives it the same one, and so does a restarted one.
    """
    parts = [stage.encode()]
    for name, fragment in html.items():
        parts += name.encode(), fragment.encode()
    for name, of in rows.items():
        parts += name.encode(), b"".join([one.mark for one in of.values()])
    number = hashlib.blake2b(digest_size=6)  # six bytes: what a browser counts exactly
    for part in parts:
        number.update(len(part).to_bytes(8, "big") + part)
    return Picture(revision=int.from_bytes(number.digest(), "big"), stage=stage, html=html, rows=rows)


@dataclass
class _Album:
    """What this process last saw of one round."""

    seen: dict[Audience, int] = field(default_factory=dict)  # the round's revision at the last look
    pictures: dict[Audience, Picture] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    looked_at: float = field(default_factory=time.monotonic)
    round: Round | None = None
    read_at: float = float("-inf")


_albums: dict[int, _Album] = {}
_albums_lock = threading.Lock()


def look(round_pk: int, audiences: Iterable[Audience]) -> dict[Audience, Picture]:
    """What these audiences see now. Renders only what changed. Raises Round.DoesNotExist."""
    album = _album(round_pk)
    with album.lock, reading.one_look():
        began = time.monotonic()
        round = Round.objects.select_related("programme", "current_prompt").get(pk=round_pk)
        album.round, album.read_at = round, began
        # The revision is read before what it stands for: read after, a change in between would be missed.
        topics: dict[str, int] | None = None
        for audience in audiences:
            if album.seen.get(audience) == round.revision:
                continue
            topics = doorbell.revisions(round) if topics is None else topics
            _look_again(album, audience, round, topics)
        return {audience: album.pictures[audience] for audience in audiences}


def known(public_id: str) -> Round | None:
    """The round as it was read within the last seconds; None when it was not. Shared: for reading only."""
    horizon = time.monotonic() - KNOWN_FOR
    albums = tuple(_albums.values())
    found = (a.round for a in albums if a.round and a.read_at > horizon and a.round.public_id == public_id)
    return next(found, None)


def note(round: Round) -> None:
    """Remember a round that was read just now."""
    album = _album(round.pk)
    album.round, album.read_at = round, time.monotonic()


def _album(round_pk: int) -> _Album:
    now = time.monotonic()
    with _albums_lock:
        for pk in [pk for pk, album in _albums.items() if now - album.looked_at > FORGOTTEN_AFTER]:
            del _albums[pk]
        album = _albums.setdefault(round_pk, _Album())
        album.looked_at = now
        return album


def _look_again(album: _Album, audience: Audience, round: Round, topics: Mapping[str, int]) -> None:
    old = album.pictures.get(audience)
    seen = album.seen.get(audience, -1)
    dirty = {topic for topic, revision in topics.items() if revision > seen}
    new = _painted(audience, round, old, dirty)
    if old is None or new.revision != old.revision:
        album.pictures[audience] = new
    album.seen[audience] = round.revision


def _painted(audience: Audience, round: Round, old: Picture | None, dirty: set[str]) -> Picture:
    html: dict[str, str] = {}
    rows: dict[str, Rows] = {}
    for region in regions.of(audience):
        if isinstance(region, ListRegion):
            was = old.rows.get(region.name) if old else None
            fresh = was is not None and not region.depends_on(dirty)
            rows[region.name] = was if fresh and was is not None else _rows(region, round, was or {})
        else:
            before = old.html.get(region.name) if old else None
            fresh = before is not None and not region.depends_on(dirty)
            html[region.name] = before if fresh and before is not None else _html(region, round, before or "")
    return numbered(round.stage, html, rows)


def _html(region: regions.Region, round: Round, before: str) -> str:
    try:
        return region.html(round)
    except DatabaseError:
        raise  # the next look tries again
    except Exception:
        logger.exception("A region could not be rendered")
        return before


def _rows(region: ListRegion, round: Round, was: Rows) -> Rows:
    try:
        return {
            key: was[key] if key in was and was[key].held == held else row(key, held, region.row_html(key, held))
            for key, held in region.current(round).items()
        }
    except DatabaseError:
        raise
    except Exception:
        logger.exception("A list could not be rendered")
        return was


def _moves(old: Rows, new: Rows) -> dict[str, Any]:
    """What to put and what to drop; empty when nothing moved."""
    put = {key: row.html for key, row in new.items() if key not in old or old[key].html != row.html}
    drop = [key for key in old if key not in new]
    return {"put": put, "drop": drop} if put or drop else {}
