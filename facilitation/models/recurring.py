"""Threads that run through the months: themes of different rounds that people said belong together."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from facilitation.models.theme import Theme
from rounds.models import Programme, User
from rounds.models.ids import new_id


class Thread(models.Model):
    """Something that keeps coming back. The machine never makes one.

    name: what a facilitator calls it; empty where it goes by the newest of its themes' titles (`titles.of_threads`),
    for a title that is copied would stay when the title goes.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="threads")
    name = models.CharField(max_length=120, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name or "a thread"


class Strand(models.Model):
    """A theme that belongs to a thread: to one at most."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="strands")
    theme = models.OneToOneField(Theme, models.CASCADE, related_name="strand")

    def __str__(self) -> str:
        return "a theme in a thread"


class NotAlike(models.Model):
    """Two themes of which a facilitator said that they are not the same: never proposed together again."""

    first = models.ForeignKey(Theme, models.CASCADE, related_name="+")  # of the two, the one with the lower key
    second = models.ForeignKey(Theme, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="two_themes_are_told_apart_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="told_apart_in_one_order"),
        ]

    def __str__(self) -> str:
        return "two themes told apart"
