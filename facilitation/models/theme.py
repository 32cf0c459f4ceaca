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
    # Whether the title stood word for word in a sentence when it was given: that sentence may be held later.
    from_sentence = models.BooleanField(default=False)
    # About how many sentences lay in it, once they have gone; rounded, None where a small number is kept back.
    sentences = models.PositiveSmallIntegerField(null=True, editable=False)
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
    """A group the machine proposes, seen by facilitators only, until one of them takes it or puts it away.

    Kept until the seal whatever becomes of it, so that a step back finds it: what people wrote (`titles`) never
    has to be copied into the history of the weaving.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a person"
        PREVIEW = "preview", "Beside today’s, to be compared"
        TAKEN = "taken", "A person made a theme of it"
        DISMISSED = "dismissed", "Put away for good"
        PAST = "past", "Made way for another proposal"

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="proposed_groups")
    for_theme = models.CharField(max_length=22, blank=True)  # a theme's public id: these may belong to it as well
    reaction_ids = models.JSONField()
    titles = models.JSONField(default=list)  # candidate phrases, people's own words
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)

    def __str__(self) -> str:
        return "a proposed group"


class Weaving(models.Model):
    """What people decided by hand about a round's sentences, beside where they lie. Lists are sorted: no order is kept.

    left_out: ids of reactions that shall lie in no theme. kept_out: for the public id of a theme or a proposed
    group, ids of reactions a person took out of it; the machine never proposes them there again.
    """

    round = models.OneToOneField(Round, models.CASCADE, related_name="weaving", primary_key=True)
    left_out = models.JSONField(default=list)
    kept_out = models.JSONField(default=dict)

    def __str__(self) -> str:
        return "what was decided by hand"


class WeavingStep(models.Model):
    """One thing a facilitator did to the themes, so that it can be taken back. Dropped at the seal.

    It has no time and no sentence: `changes` names what differs, each with its value before and after
    (facilitation/weaving/state.py), by random ids. `known` is how many reactions there were: a step of another
    number is worthless, so that no step can tell which reactions came later than others.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="weaving_steps")
    who = models.ForeignKey(User, models.CASCADE, related_name="+")
    what = models.CharField(max_length=80)
    changes = models.JSONField()
    known = models.PositiveIntegerField()
    undone = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.what


class Offer(models.TextChoices):
    POSSIBLE = "possible", "When was compassion possible here?"
    CHANGE = "change", "What would change it?"


class Proposal(models.Model):
    """Something a person proposed in the circle: anonymous, released like a reaction.

    held_for: why it was set aside before the room saw it (a key of holding.SAYS); empty where a facilitator did.
    """

    id = models.CharField(primary_key=True, max_length=22, default=new_id)
    round = models.ForeignKey(Round, models.CASCADE, related_name="proposals")
    theme = models.ForeignKey(Theme, models.SET_NULL, null=True, related_name="proposals")
    offer = models.CharField(max_length=10, choices=Offer.choices, default=Offer.CHANGE)
    text = models.TextField()
    set_aside = models.BooleanField(default=False)
    held_for = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return "a proposal"
