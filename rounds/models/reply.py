"""Something held because a person may be at risk, and what lets the facilitators answer them, one way."""

from __future__ import annotations

from django.db import models

from rounds.models.round import Round


class Disclosure(models.Model):
    """A reaction or a proposal (`id` is its id) that may be a disclosure, until it is let go or the round seals.

    key: the random key its phone sent along, locked with the round's; empty where the phone could make none.
    words: the facilitators' answer, locked, always of one length; empty until there is one. read: whether a
    facilitator has read it. No time, no order, nothing of who: rows are made in the shuffled order of a release.
    """

    id = models.CharField(primary_key=True, max_length=22)
    round = models.ForeignKey(Round, models.CASCADE, related_name="disclosures")
    key = models.BinaryField(default=bytes)
    words = models.BinaryField(default=bytes)
    read = models.BooleanField(default=False)

    def __str__(self) -> str:
        return "a possible disclosure"
