"""The certificate that a round took place: the same for everybody who was there, and made out on their own device.

The name on it is typed and printed there and reaches nobody. What is sent is part of the goodbye, the same bytes for
every phone, so fetching it says nothing about who wrote. Its code says that the round took place, and no more: ADR 30.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from rounds import join_codes
from rounds.models import Kind, Round, Stage
from rounds.timings import Timings

_SALT: Final = "rounds.certificates"  # under the installation's key: a round's own key dies at the seal
_STEP: Final = 5  # minutes
_WHAT: Final[dict[str, str]] = {
    Kind.TEAM: "a reflective round with their team",
    Kind.CIRCLE: "the second half of a reflective round, the circle",
    Kind.WINDOW: "the story of a reflective round",
}
_FROM: Final = (Stage.CLOSING, Stage.CLOSED, Stage.WINDOW)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says beside the name.

    minutes: as planned, arriving and leaving included; None of a window, in which each takes their own time.
    """

    what: str
    programme: str
    day: date
    minutes: int | None
    code: str


def of(round: Round) -> Certificate | None:
    """The certificate of a round that has come to its goodbye; none of a rehearsal, nor of a round before that.

    A window has no hour in which people come to it: its own is there from its beginning, for the day it was opened.
    """
    if round.rehearsal or round.stage not in _FROM:
        return None
    return Certificate(
        what=_WHAT.get(round.kind, "a reflective round"),
        programme=round.programme.name,
        day=timezone.localdate(round.starts_at),
        minutes=None if round.kind == Kind.WINDOW else _minutes(round),
        code=join_codes.display(next(_codes(round))),
    )


def find(*, day: date, code: str) -> Certificate | None:
    """The certificate of this day with this code, however it was typed; None where there is none."""
    asked = join_codes.normalise(code) or ""
    rounds = Round.objects.filter(rehearsal=False, stage__in=_FROM, starts_at__date=day)
    for round in rounds.select_related("programme").order_by("pk"):
        if any(constant_time_compare(asked, known) for known in _codes(round)):
            return of(round)
    return None


def _codes(round: Round) -> Iterator[str]:
    """The round's code under the installation's key, then under the keys it had before."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        mac = salted_hmac(_SALT, round.public_id, secret=secret, algorithm="sha256").digest()
        yield "".join(join_codes.ALPHABET[byte % len(join_codes.ALPHABET)] for byte in mac[: join_codes.LENGTH])


def _minutes(round: Round) -> int:
    """The timed parts together, up to the next five: arriving and the goodbye have no clock."""
    timed = Timings(**{name: getattr(round, name) for name in Timings._fields}).total_minutes
    return -(-timed // _STEP) * _STEP
