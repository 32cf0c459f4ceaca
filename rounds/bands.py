"""Bands on screens that change while people watch: about how many, never the moment when it is exactly so many."""

from __future__ import annotations

import base64

from rounds import keys, small_numbers
from rounds.models import Round


def about(*, round: Round, what: str, number: int) -> str | None:
    """ "about 10", or None where there are too few to say anything.

    what: a name of its own for everything that is counted in a round. Where each step lies is drawn from the round's
    key: for everybody alike, for this round alone, and known to nobody. Without a key nothing changes any more.
    """
    try:
        drawn = base64.urlsafe_b64decode(keys.keyed_hash(round.public_id, "band", what) + "=")
    except keys.KeyGone:
        drawn = b""
    words = small_numbers.band(number, moved=drawn)
    return None if words == small_numbers.FEW else words
