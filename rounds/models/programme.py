"""A programme: a hospital's or a team's rounds over the years. Nothing of one is reachable from another."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models

from rounds.models.ids import new_id, new_token

LOWEST_FLOOR = 3  # below three, "together with others" would not be true (ARCHITECTURE, release policy)
USUAL_FLOOR = 5
# Days for which the words people wrote are kept: after the themes are signed off, and at most after the close.
WORDS_DAYS, WORDS_DAYS_LEAST, WORDS_DAYS_MOST = 14, 1, 30
WORDS_AT_MOST, WORDS_AT_MOST_LEAST, WORDS_AT_MOST_MOST = 90, 30, 180

PLAIN_NAME = 40  # letters at most; a link's token is longer, so that one can never be taken for the other

SUPPORT_CARD = """If today has stirred something up, you do not have to carry it alone.
Talk to someone you trust, your supervisor, or occupational health."""


ESCALATION = """Stay with the room. Tell the other facilitator quietly, when there is a moment.
Say to everybody, pointing at nobody: “If any of this is close to home, please do not go home alone with it. We stay.”
If somebody may be in danger now, follow our safeguarding and crisis procedure, and call 999 if need be."""


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
    own_model_on = models.BooleanField("let the organisation’s own language model propose groups", default=False)
    words_days = models.PositiveSmallIntegerField(
        "days the words are kept once the themes are signed off", default=WORDS_DAYS
    )
    words_days_at_most = models.PositiveSmallIntegerField(
        "days the words are kept at most after a round", default=WORDS_AT_MOST
    )
    told_back_token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    told_back_is_public = models.BooleanField("the told-back page is open to anyone with its link", default=True)
    # Chosen where the page may be found by anybody: it stands in an address, /told/NAME/. Empty: only the link above.
    told_back_name = models.SlugField("the plain address of the told-back page", max_length=PLAIN_NAME, blank=True)
    # The latest of three heavy rounds when somebody put the suggestion of a lighter one away: its public id.
    heavy_put_away = models.CharField(max_length=22, blank=True, editable=False)
    escalation = models.TextField(
        "what facilitators do when a person may be at risk",
        default=ESCALATION,
        help_text="Shown to the facilitators of a round beside what is held for them to read first.",
    )
    incident_link = models.URLField("where incidents are reported", blank=True)
    speak_up_link = models.URLField("where concerns are raised", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(floor__gte=LOWEST_FLOOR), name="floor_is_never_below_three"),
            models.CheckConstraint(
                condition=models.Q(words_days__range=(WORDS_DAYS_LEAST, WORDS_DAYS_MOST)),
                name="words_go_after_sign_off",
            ),
            models.CheckConstraint(
                condition=models.Q(words_days_at_most__range=(WORDS_AT_MOST_LEAST, WORDS_AT_MOST_MOST)),
                name="words_go_in_the_end",
            ),
            models.UniqueConstraint(
                fields=["told_back_name"], condition=~models.Q(told_back_name=""), name="one_programme_per_plain_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name
