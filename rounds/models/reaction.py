"""What people wrote. No row here has an author, a time or an order, from the first migration on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from rounds.feelings import QUIET
from rounds.models.ids import new_id
from rounds.models.prompt import Prompt
from rounds.models.round import Round


class SealedPost(models.Model):
    """Something written and not yet released: unreadable without the round's key file.

    `id` is the keyed hash of the sender's nonce, so that a repeat is the same row; `box` is AES-GCM over the
    text padded to a fixed size, so that not even its length can be seen.
    """

    id = models.CharField(primary_key=True, max_length=43)
    round = models.ForeignKey(Round, models.CASCADE, related_name="sealed_posts")
    basket = models.CharField(max_length=40)
    box = models.BinaryField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["round", "basket"])]

    def __str__(self) -> str:
        return "a sealed post"


class Spent(models.Model):
    """A nonce's keyed hash, kept until the seal: a repeat after the release must not become a second row."""

    id = models.CharField(primary_key=True, max_length=43)
    round = models.ForeignKey(Round, models.CASCADE, related_name="spent")

    def __str__(self) -> str:
        return "a spent nonce"


class ReactionQuerySet(models.QuerySet["Reaction"]):
    def shown(self) -> ReactionQuerySet:
        """What the room may see."""
        return self.filter(state__in=[Reaction.State.RELEASED, Reaction.State.FORWARD])

    def of(self, round: Round) -> ReactionQuerySet:
        return self.filter(prompt__round_id=round.pk)

    def pooled(self, round: Round) -> ReactionQuerySet:
        """What was written to the same story: in its first telling, its re-runs and its window."""
        return self.filter(prompt__round__in=Round.objects.pool_of(round))


class Reaction(models.Model):
    """A released reaction: random id, prompt, text, feelings, state, and why it is held. Nothing else, ever.

    held_for: why it was held before the room saw it (a key of holding.SAYS); empty where a facilitator held it.
    """

    class State(models.TextChoices):
        RELEASED = "released", "Released"
        FORWARD = "forward", "Brought forward"
        HELD = "held", "Held"
        ASIDE = "aside", "Set aside for later"

    id = models.CharField(primary_key=True, max_length=22, default=new_id)
    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="reactions")
    text = models.TextField(blank=True)
    feelings = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RELEASED)
    held_for = models.CharField(max_length=10, blank=True)

    objects: ClassVar[models.Manager[Reaction]] = ReactionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return "a reaction"

    @property
    def is_quiet(self) -> bool:
        """Whether it says "nothing just now" and no more: welcome, and nothing to read out or to sort."""
        return not self.text and QUIET.issuperset(self.feelings)


class Voice(models.Model):
    """One person's "this is mine too", "this rings true", "I'd help", barrier or staff group: counted once.

    `id` is a keyed hash of the person's ticket, the kind and the target; it cannot be tied to another of
    the same person's voices, and dies with the round's key. What it is for is locked with that key (voices.py).
    """

    id = models.CharField(primary_key=True, max_length=43)
    round = models.ForeignKey(Round, models.CASCADE, related_name="voices")
    kind = models.CharField(max_length=20)
    target = models.CharField(max_length=200)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["round", "kind", "target"])]

    def __str__(self) -> str:
        return f"a voice for {self.kind}"


class Tally(models.Model):
    """What is left of the voices after the seal: how many, of what."""

    id = models.CharField(primary_key=True, max_length=22, default=new_id)
    round = models.ForeignKey(Round, models.CASCADE, related_name="tallies")
    kind = models.CharField(max_length=20)
    target = models.CharField(max_length=80)
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "kind", "target"], name="one_tally_each")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.count}"
