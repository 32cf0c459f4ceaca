"""Sorting together: whether the room is asked to, and what came of it, as counts of pairs."""

from __future__ import annotations

from django.db import models

from rounds.models import Round


class Sorting(models.Model):
    """That a facilitator asked the room to sort together, and until when. Nothing in it comes from a participant."""

    round = models.OneToOneField(Round, models.CASCADE, related_name="sorting", primary_key=True)
    is_open = models.BooleanField(default=True)
    ends_at = models.DateTimeField()  # what the timers count to; nothing happens by itself when it comes

    def __str__(self) -> str:
        return "sorting together" if self.is_open else "sorting together, ended"


class SortedPairs(models.Model):
    """How often which two reactions were put together: one row per round, rewritten for several people at once.

    ids: sorted. pairs: [place of one in ids, place of the other, times put together, times judged], sorted. hands:
    lists of ids, what every phone is dealt from. No answer stands here by itself: none can be told from the sums.
    """

    round = models.OneToOneField(Round, models.CASCADE, related_name="sorted_pairs", primary_key=True)
    ids = models.JSONField(default=list)
    pairs = models.JSONField(default=list)
    hands = models.JSONField(default=list)

    def __str__(self) -> str:
        return "sorted pairs"
