"""What is kept of the closing: feedback without an author, and the facilitators' debrief."""

from __future__ import annotations

from django.db import models

from rounds.models.ids import new_id
from rounds.models.round import Round


class Feedback(models.Model):
    """One filled-in feedback form, released shuffled at the close; shown only added up, never below five."""

    id = models.CharField(primary_key=True, max_length=22, default=new_id)
    round = models.ForeignKey(Round, models.CASCADE, related_name="feedback")
    answers = models.JSONField()

    def __str__(self) -> str:
        return "a feedback form"


class Debrief(models.Model):
    """What the facilitators look back on. "Whom did we notice" keeps the tick and no name."""

    round = models.OneToOneField(Round, models.CASCADE, related_name="debrief")
    went_well = models.TextField(blank=True)
    noticed_someone = models.BooleanField(default=False)
    panel_check_in = models.DateField("next-day check-in with the panel", null=True, blank=True)
    pass_on = models.TextField(blank=True)
    completed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"debrief of {self.round}"
