"""A programme: a hospital's or a team's rounds over the years. Nothing of one is reachable from another."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models

from rounds.models.ids import new_id, new_token

LOWEST_FLOOR = 3  # below three, "together with others" would not be true (ARCHITECTURE, release policy)
USUAL_FLOOR = 5

SUPPORT_CARD = """If today has stirred something up, you do not have to carry it alone.
Talk to someone you trust, your supervisor, or occupational health."""


class Programme(models.Model):
    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    support_card = models.TextField(
        "support card", default=SUPPORT_CARD, help_text="Shown one tap away on every phone: who to turn to, here."
    )
    floor = models.PositiveSmallIntegerField(
        "smallest room in which anyone can write", default=USUAL_FLOOR, validators=[MinValueValidator(LOWEST_FLOOR)]
    )
    machine_on = models.BooleanField("let the machine propose groups", default=True)
    told_back_token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    told_back_is_public = models.BooleanField("the told-back page is open to anyone with its link", default=True)
    incident_link = models.URLField("where incidents are reported", blank=True)
    speak_up_link = models.URLField("where concerns are raised", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(floor__gte=LOWEST_FLOOR), name="floor_is_never_below_three")
        ]

    def __str__(self) -> str:
        return self.name
