"""What staff did in a round or a programme: who, what, when. Staff only; a participant never appears here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from rounds.models.people import User
from rounds.models.programme import Programme
from rounds.models.round import Round


class StaffActQuerySet(models.QuerySet["StaffAct"]):
    def told(self, round: Round) -> list[str]:
        """What the room is told of changes since its doors opened: the last of each subject, in their order."""
        acts = self.filter(round=round).exclude(told="").order_by("at", "pk")
        last = {act.subject: act for act in acts}
        return [act.told for act in acts if last[act.subject] is act]


class StaffAct(models.Model):
    """One staff action on a round, or on a programme. `what` is a plain past-tense phrase and never quotes a reaction.

    told: what the room is told of it, where it changes something people were promised; of one `subject` the last
    such sentence holds.
    """

    round = models.ForeignKey(Round, models.CASCADE, null=True, related_name="staff_acts")
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, related_name="staff_acts")
    who = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=200)
    subject = models.CharField(max_length=20, blank=True)
    told = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[StaffAct]] = StaffActQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(round=None, programme__isnull=False) | models.Q(round__isnull=False, programme=None),
                name="a_staff_act_is_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.what
