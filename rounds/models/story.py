"""The case a facilitator shares, told by panellists in the first person. There is no diagnosis field."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from rounds.models.ids import new_id
from rounds.models.round import Round


class Story(models.Model):
    """What was it like for me, what did it mean to them. Only the title is ever shown to the room."""

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    round = models.OneToOneField(Round, models.CASCADE, related_name="story")
    title = models.CharField(max_length=120)
    what_it_was_like = models.TextField("what it was like for me", blank=True)
    what_it_meant = models.TextField("what it meant to them", blank=True)
    private_notes = models.TextField("notes for the facilitators", blank=True)
    no_identifiers = models.BooleanField("nobody can be recognised in it", default=False)
    withdrawn = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.title


class Storyteller(models.Model):
    """A panellist, known here by what they do, not by name; told from least to most intense."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="storytellers")
    position = models.PositiveSmallIntegerField(default=0)
    role = models.CharField("who is speaking", max_length=80, help_text="What they do, for example “ward clerk”.")

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.role
