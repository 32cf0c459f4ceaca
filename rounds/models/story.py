"""The case a facilitator shares, told by panellists in the first person. There is no diagnosis field."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Final

from django.db import models
from django.utils import timezone

from rounds import marks
from rounds.models.ids import new_id
from rounds.models.round import Round, Stage, Weight

MEET_BEFORE: Final = timedelta(days=7)  # the panel meets a week before the round, unless another day is agreed


class Story(models.Model):
    """What is told in a round, by one storyteller or several. Only the title is ever shown to the room.

    no_identifiers: somebody has read it, as it stands now, for whether anybody can be recognised in it.
    withdrawn: the whole of it; a storyteller alone may withdraw their part.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    round = models.OneToOneField(Round, models.CASCADE, related_name="story")
    title = models.CharField(max_length=120)
    private_notes = models.TextField("notes for the facilitators", blank=True)
    no_identifiers = models.BooleanField("nobody can be recognised in it", default=False)
    withdrawn = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.title

    @property
    def tellers(self) -> list[Storyteller]:
        """Those who tell it, in their order: nobody of a story, or a part of it, that was withdrawn."""
        return [] if self.withdrawn else [teller for teller in self.storytellers.all() if not teller.withdrawn]

    @property
    def lightest_first(self) -> bool:
        """Whether nobody is told after somebody heavier."""
        weights = [teller.weight for teller in self.tellers]
        return weights == sorted(weights)

    @property
    def mark(self) -> str:
        """A mark of all its words that anybody could be recognised by, for telling whether they have changed."""
        told = [[teller.role, teller.what_it_was_like, teller.what_it_meant] for teller in self.tellers]
        return marks.of(self.title, self.round.content_note, *sorted(told))


class StorytellerQuerySet(models.QuerySet["Storyteller"]):
    def to_meet(self, day: date) -> StorytellerQuerySet:
        """Those whose meeting before the round is on `day`, and has not taken place: on the day agreed with them.

        Where none was agreed, a week before. Rehearsals, cancelled rounds and withdrawn stories need no meeting.
        """
        waiting = self.filter(
            withdrawn=False,
            story__withdrawn=False,
            story__round__stage=Stage.PLANNED,
            story__round__rehearsal=False,
            story__round__cancelled_at=None,
        ).exclude(preparation__met=True)
        usual = models.Q(preparation__meet_on=None, story__round__starts_at__date=day + MEET_BEFORE)
        return waiting.filter(models.Q(preparation__meet_on=day) | usual)


class Storyteller(models.Model):
    """A panellist, known here by what they do, not by name; told from least to most intense.

    The weight is for planning the order only; no participant ever sees it.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    story = models.ForeignKey(Story, models.CASCADE, related_name="storytellers")
    position = models.PositiveSmallIntegerField(default=0)
    role = models.CharField("who is speaking", max_length=80, help_text="What they do, for example “ward clerk”.")
    what_it_was_like = models.TextField("what it was like for me", blank=True)
    what_it_meant = models.TextField("what it meant to them", blank=True)
    weight = models.PositiveSmallIntegerField(choices=Weight.choices, default=Weight.MIDDLING)
    withdrawn = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Storyteller]] = StorytellerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.shown_role or "A storyteller"

    @property
    def shown_role(self) -> str:
        """What they do, as any page may show it: whoever withdrew is known by nothing."""
        return "" if self.withdrawn or self.story.withdrawn else self.role

    @property
    def usual_meeting(self) -> date:
        """The day a week before the round."""
        return timezone.localdate(self.story.round.starts_at) - MEET_BEFORE
