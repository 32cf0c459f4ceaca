"""The history of an action: append-only, with who and when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from facilitation.models.action import Action, State
from rounds.models import User


class ActionEvent(models.Model):
    """One thing that happened to an action. Rows are added and never changed."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="events")
    who = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=60)  # past tense: "accepted", "returned with a question"
    from_state = models.CharField(max_length=10, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=State.choices, blank=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.what
