"""The private address at which a member's calendar asks for days of review."""

from __future__ import annotations

from django.db import models

from rounds.models import Membership


class CalendarFeed(models.Model):
    """One address for one role of one person in one programme. It goes when the role goes.

    token_hash: SHA-256 of the address's secret, which is shown once and kept nowhere.
    """

    membership = models.OneToOneField(Membership, models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return "a calendar’s address"
