"""A phone's own rows, for the page that shows exactly what is stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from rounds import own_rows
from rounds.keys import KeyGone
from rounds.live import frames, tickets
from rounds.live.throttle import Rates
from rounds.views.live import spoken

_rates = Rates(10, 10)
LONGEST = 64


@spoken
def own(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """The rows of what this phone has written, as HTML; asked with its ticket and the nonces it wrote under."""
    ticket = body.get("ticket")
    if not isinstance(ticket, str):
        raise frames.Unreadable
    guest = tickets.admit(ticket)
    if guest.audience != "room":
        raise tickets.NoTicket
    if not _rates.hit(guest.voice):
        return JsonResponse({"because": "A moment, please."}, status=429)
    try:
        rows = own_rows.of(round=guest.round, written=_written(body.get("written")))
    except KeyGone:
        raise tickets.RoundGone from None
    return JsonResponse({"html": render_to_string("rounds/room/_own_rows.html", {"rows": rows})})


def _written(given: Any) -> list[tuple[str, str]]:
    """Pairs of short texts. Raises frames.Unreadable for anything else."""
    if not isinstance(given, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in given):
        raise frames.Unreadable
    if not all(isinstance(part, str) and len(part) <= LONGEST for pair in given for part in pair):
        raise frames.Unreadable
    return [(public_id, nonce) for public_id, nonce in given]
