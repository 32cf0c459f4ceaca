"""An action changes a system and names no person; what became of it is told back (PRODUCT, "From theme to change")."""

from __future__ import annotations

import functools
import operator
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models.functions import Cast, Lower, NullIf
from django.utils import timezone

from facilitation import taxonomies
from facilitation.models.theme import Proposal, Theme
from rounds.models import Programme, Round
from rounds.models.ids import new_id


class State(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Agreed in the round"
    ACCEPTED = "accepted", "Accepted"
    RETURNED = "returned", "Returned with a question"
    WAITING = "waiting", "Waiting for a sponsor"
    UNDER_WAY = "under_way", "Under way"
    DONE = "done", "Done"
    COULD_NOT = "could_not", "We couldn’t, because …"


ENDED = (State.DONE, State.COULD_NOT)


# The words stand in taxonomies alone; here are only the names that code uses.
_LEVELS = taxonomies.labels(taxonomies.LEVELS)
_DOMAINS = taxonomies.labels(taxonomies.DOMAINS)
_STRENGTHS = taxonomies.labels(taxonomies.STRENGTHS)


class Level(models.TextChoices):
    INDIVIDUAL = "individual", _LEVELS["individual"]
    TEAM = "team", _LEVELS["team"]
    ORGANISATION = "organisation", _LEVELS["organisation"]
    WIDER_SYSTEM = "wider_system", _LEVELS["wider_system"]


class Domain(models.TextChoices):
    CARE_DELIVERY = "care_delivery", _DOMAINS["care_delivery"]
    EDUCATION = "education", _DOMAINS["education"]
    BOTH = "both", _DOMAINS["both"]


class Strength(models.TextChoices):
    STRONGER = "stronger", _STRENGTHS["stronger"]
    INTERMEDIATE = "intermediate", _STRENGTHS["intermediate"]
    WEAKER = "weaker", _STRENGTHS["weaker"]


class PatientVoice(models.TextChoices):
    YES = "yes", "Yes"
    NOT_YET = "not_yet", "Not yet, because …"


SEARCHED = ("statement", "first_step", "holder", "sponsor")


def _in_the_order_of(field: str, codes: list[str]) -> models.Case:
    """Sorts as its list stands, and not by the letters of its codes; what is not on it comes last."""
    places = [models.When(**{field: code}, then=place) for place, code in enumerate(codes)]
    return models.Case(*places, default=len(codes), output_field=models.IntegerField())


SORTED_BY: Final[dict[str, Any]] = {  # what a list can be sorted by: the state it is in says nothing of how good it is
    "day": models.F("review_on"),
    "action": Lower("statement"),
    "state": _in_the_order_of("state", State.values),
    "holder": Lower(NullIf("holder", models.Value(""))),
    "level": _in_the_order_of("level", Level.values),
    "round": models.F("round__starts_at"),
}


class ActionQuerySet(models.QuerySet["Action"]):
    def open(self) -> ActionQuerySet:
        return self.exclude(state__in=ENDED)

    def overdue(self) -> ActionQuerySet:
        return self.open().filter(review_on__lt=timezone.localdate())

    def silent(self) -> ActionQuerySet:
        """Those whose day has passed, and of which nothing has been told back since that day."""
        unsaid = models.Q(told_back_at=None) | models.Q(told_back_at__date__lt=models.F("review_on"))
        return self.overdue().filter(unsaid)

    def told_back(self) -> ActionQuerySet:
        return self.exclude(told_back="")

    def due_within(self, days: int) -> ActionQuerySet:
        """The open ones whose day is past, or comes within so many days; with 0, today's is the last of them."""
        return self.open().filter(review_on__lte=timezone.localdate() + timedelta(days=days))

    def removing(self, *barriers: str) -> ActionQuerySet:
        """Those that name one of these barriers (codes of taxonomies.BARRIERS)."""
        listed = self.annotate(barriers_as_text=Cast("barriers", models.TextField()))
        named = [models.Q(barriers_as_text__contains=f'"{barrier}"') for barrier in barriers]
        return listed.filter(functools.reduce(operator.or_, named))

    def with_whom(self, who: str) -> ActionQuerySet:
        """Those that this role or group holds or stands behind."""
        return self.filter(models.Q(holder=who) | models.Q(sponsor=who))

    def whose(self) -> list[str]:
        """The roles and groups that hold or sponsor one of them, by their letters."""
        pairs = self.order_by().values_list("holder", "sponsor").distinct()
        return sorted({who for pair in pairs for who in pair if who}, key=str.casefold)

    def sorted_by(self, column: str, *, backwards: bool = False) -> ActionQuerySet:
        """By a column of SORTED_BY, what has none last; by their day, what has ended comes after what is open."""
        key = SORTED_BY[column]
        ended_last = models.Case(models.When(state__in=ENDED, then=1), default=0)
        first = [ended_last] if column == "day" else []
        order = key.desc(nulls_last=True) if backwards else key.asc(nulls_last=True)
        return self.order_by(*first, order, "review_on", "pk")

    def about(self, words: str, *, themes: models.QuerySet[Theme]) -> ActionQuerySet:
        """Those with all of these words in their sentence, first step, holder, sponsor or a title of these themes."""
        found = self
        for word in words.split():
            here = [models.Q(**{f"{field}__icontains": word}) for field in SEARCHED]
            themed = ActionTheme.objects.filter(theme__in=themes.filter(title__icontains=word).order_by()).values(
                "action"
            )
            found = found.filter(functools.reduce(operator.or_, here, models.Q(pk__in=themed)))
        return found


class Action(models.Model):
    """“We will …”, with everything that says why, where, with whom and until when."""

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="actions")
    round = models.ForeignKey(Round, models.PROTECT, related_name="actions")
    themes = models.ManyToManyField(Theme, through="ActionTheme", related_name="actions")
    from_proposal = models.ForeignKey(Proposal, models.SET_NULL, null=True, blank=True, related_name="actions")

    # The first pass, made in the room.
    statement = models.CharField("we will …", max_length=300)
    barriers = models.JSONField(default=list, blank=True)
    level = models.CharField(max_length=12, choices=Level.choices, blank=True)
    first_step = models.CharField("a first small step", max_length=300, blank=True)

    # The rest, afterwards.
    domain = models.CharField(max_length=15, choices=Domain.choices, blank=True)
    table_1 = models.JSONField("which of the six it serves", default=list, blank=True)
    holder = models.CharField("who holds it: a role or a group", max_length=120, blank=True)
    holder_level = models.CharField("at which level the holder works", max_length=12, choices=Level.choices, blank=True)
    sponsor = models.CharField(max_length=120, blank=True)
    learn_from = models.CharField("we will learn from", max_length=200, blank=True)
    learn_by = models.CharField("by", max_length=200, blank=True)
    learn_tell = models.CharField("and tell", max_length=200, blank=True)
    learn_on = models.DateField("on", null=True, blank=True)
    patient_voice = models.CharField(max_length=10, choices=PatientVoice.choices, blank=True)
    patient_voice_why = models.CharField("not yet, because", max_length=300, blank=True)
    for_the_person = models.CharField("what it does to the person being cared for", max_length=300, blank=True)
    strength_kind = models.CharField("what kind of change it is", max_length=60, blank=True)
    strength = models.CharField(max_length=15, choices=Strength.choices, blank=True)
    easier = models.CharField(
        "what would make the right thing easier to do than not to do?", max_length=300, blank=True
    )
    easier_asked = models.BooleanField(default=False)  # asked once, never again
    readiness = models.JSONField(default=dict, blank=True)  # code of taxonomies.READINESS to true or false
    review_on = models.DateField("when we look at it again", null=True, blank=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    told_back = models.TextField(blank=True)
    told_back_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=0)  # two leads never overwrite each other

    objects: ClassVar[models.Manager[Action]] = ActionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["review_on", "pk"]

    def __str__(self) -> str:
        return f"We will {self.statement}"

    @property
    def is_overdue(self) -> bool:
        return self.state not in ENDED and self.review_on is not None and self.review_on < timezone.localdate()

    @property
    def days_left(self) -> int | None:
        """Whole days until it is looked at again, less than none once its day is past; None where it has no day."""
        if self.state in ENDED or self.review_on is None:
            return None
        return (self.review_on - timezone.localdate()).days


class ActionTheme(models.Model):
    action = models.ForeignKey(Action, models.CASCADE)
    theme = models.ForeignKey(Theme, models.CASCADE)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["action", "theme"], name="one_link_per_theme")]

    def __str__(self) -> str:
        return "an action's theme"
