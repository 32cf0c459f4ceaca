"""Getting ready for a round: what was agreed with each storyteller, and what a facilitator notes for themselves."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from rounds.models.people import User
from rounds.models.round import Round
from rounds.models.story import Storyteller


class Preparation(models.Model):
    """What has been gone through with one storyteller. Ticks and a day; nothing they said is kept here."""

    storyteller = models.OneToOneField(Storyteller, models.CASCADE, related_name="preparation")
    meet_on = models.DateField("the day you meet", null=True, blank=True)  # none: a week before the round
    met = models.BooleanField("we have met, and I have heard the story", default=False)
    knows_the_hour = models.BooleanField("they know what happens in the hour, part by part", default=False)
    left_out = models.BooleanField("they have chosen what to leave out", default=False)
    may_stop = models.BooleanField("they know they can stop, or withdraw it, at any time", default=False)
    note_agreed = models.BooleanField("the content note is agreed with them", default=False)
    after_care = models.BooleanField("we know who will be with them afterwards", default=False)
    check_in = models.BooleanField("we will speak the day after, and they know it", default=False)
    again_agreed = models.BooleanField("they know it may be told or read again, and agree", default=False)

    STEPS: ClassVar = ("met", "knows_the_hour", "left_out", "may_stop", "note_agreed", "after_care", "check_in")

    def __str__(self) -> str:
        return "a preparation"

    @staticmethod
    def steps_of(round: Round) -> tuple[str, ...]:
        """What is gone through before this round: one thing more where its story may be told or read again."""
        again = round.may_be_told_again or round.may_stay_open
        return (*Preparation.STEPS, "again_agreed") if again else Preparation.STEPS

    def still_open(self, round: Round) -> list[str]:
        """What is still to be gone through, as its page names it, in its order."""
        steps = [step for step in self.steps_of(round) if not getattr(self, step)]
        return [str(self._meta.get_field(step).verbose_name) for step in steps]  # type: ignore[union-attr]


class OwnNote(models.Model):
    """What in a story touches the facilitator who will hold it. Its writer reads it, and nobody else on any screen.

    Gone when the round's themes are signed off, or its words go; no backup holds it.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="+")
    who = models.ForeignKey(User, models.CASCADE, related_name="+")
    words = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "who"], name="one_own_note_each")]

    def __str__(self) -> str:
        return "a facilitator's own note"
