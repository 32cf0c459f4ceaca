"""What is kept of the closing: feedback without an author, and the facilitators' debrief."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models

from rounds.models.ids import new_id
from rounds.models.programme import Programme
from rounds.models.round import Round
from rounds.models.story import Storyteller


class Feedback(models.Model):
    """One filled-in feedback form, released shuffled at the close; shown only added up, never below five."""

    id = models.CharField(primary_key=True, max_length=22, default=new_id)
    round = models.ForeignKey(Round, models.CASCADE, related_name="feedback")
    answers = models.JSONField()

    def __str__(self) -> str:
        return "a feedback form"


class FeedbackLine(models.Model):
    """A statement of a programme's own on the feedback form.

    An answer names it by its code, so it never changes its words: another wording is another line, and this one is
    only not asked any more.
    """

    code = models.CharField(max_length=22, default=new_id)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="feedback_lines")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=160)
    asked = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "code"], name="one_line_per_code")]

    def __str__(self) -> str:
        return self.text


class Debrief(models.Model):
    """What the facilitators look back on. "Whom did we notice" keeps the tick and no name.

    followed_procedure: asked only where something is held as a possible disclosure, and forgotten when the words go.
    """

    round = models.OneToOneField(Round, models.CASCADE, related_name="debrief")
    went_well = models.TextField(blank=True)
    noticed_someone = models.BooleanField(default=False)
    followed_procedure = models.BooleanField(default=False)
    pass_on = models.TextField(blank=True)
    pass_on_to = models.CharField(max_length=200, blank=True)
    completed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"debrief of {self.round}"


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def to_do(self, day: date) -> CheckInQuerySet:
        """Those planned for this day that nobody has ticked yet; a rehearsal needs none."""
        return self.filter(on=day, done=False, debrief__round__rehearsal=False)


class CheckIn(models.Model):
    """Speaking with somebody who told their story, best the day after. Without a storyteller: with the whole panel.

    What they say is written down nowhere.
    """

    debrief = models.ForeignKey(Debrief, models.CASCADE, related_name="check_ins")
    storyteller = models.ForeignKey(Storyteller, models.CASCADE, null=True, related_name="check_ins")
    on = models.DateField(null=True)
    done = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[CheckIn]] = CheckInQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["storyteller__position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["debrief", "storyteller"], name="one_check_in_with_each_storyteller"),
            models.UniqueConstraint(
                fields=["debrief"], condition=models.Q(storyteller=None), name="one_check_in_with_the_panel"
            ),
        ]

    def __str__(self) -> str:
        return f"checking in with {self.storyteller or 'the panel'}"
