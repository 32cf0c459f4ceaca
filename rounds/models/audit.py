"""What staff did in a live round: who, what, when. Staff only; a participant never appears here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from rounds.models.people import User
from rounds.models.round import Round


class StaffAct(models.Model):
    """One staff action on a round. `what` is a plain past-tense phrase and never quotes a reaction."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="staff_acts")
    who = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=120)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.what
