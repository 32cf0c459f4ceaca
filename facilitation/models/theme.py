"""Themes people make of a round, the groups the machine only proposes, and what the circle says of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from rounds.models import Reaction, Round, User
from rounds.models.ids import new_id


class Theme(models.Model):
    """A common thread, named by people. Every theme has a human author; the machine never makes one."""

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="themes")
    title = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    to_be_held = models.BooleanField("to be held, not fixed", default=False)  # a full outcome, not a failure
    barriers = models.JSONField(default=list, blank=True)  # codes the facilitator took from what the room chose

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Placement(models.Model):
    """A reaction lying in a theme. A round's placements are rewritten as a whole at each change.

    No row is ever updated, so that after the seal nothing here tells which was placed first.
    """

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="placements")
    reaction = models.OneToOneField(Reaction, models.CASCADE, related_name="placement")

    def __str__(self) -> str:
        return "a placement"


class ProposedGroup(models.Model):
    """A group the machine proposes, seen by facilitators only, until one of them takes or dismisses it."""

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="proposed_groups")
    reaction_ids = models.JSONField()
    titles = models.JSONField(default=list)  # candidate phrases, people's own words
    dismissed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return "a proposed group"


class Offer(models.TextChoices):
    POSSIBLE = "possible", "When was compassion possible here?"
    CHANGE = "change", "What would change it?"


class Proposal(models.Model):
    """Something a person proposed in the circle: anonymous, released like a reaction."""

    id = models.CharField(primary_key=True, max_length=22, default=new_id)
    round = models.ForeignKey(Round, models.CASCADE, related_name="proposals")
    theme = models.ForeignKey(Theme, models.SET_NULL, null=True, related_name="proposals")
    offer = models.CharField(max_length=10, choices=Offer.choices, default=Offer.CHANGE)
    text = models.TextField()
    set_aside = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return "a proposal"
