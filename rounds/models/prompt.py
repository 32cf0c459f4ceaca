"""A prompt: a question the room answers, and how the answers are shown."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from rounds.models.ids import new_id
from rounds.models.round import Round


class ReleasePolicy(models.TextChoices):
    TOGETHER = "together", "Together: gathered quietly, shown at your word"
    FLOWING = "flowing", "Flowing: shown while people write, never fewer than five at once"


def basket_of(prompt_id: str) -> str:
    """The basket of the prompt with this public id, whether there is one or not."""
    return f"prompt:{prompt_id}"


class Prompt(models.Model):
    """A question the room answers. Reactions belong to the prompt they answered, also when another follows."""

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="prompts")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(max_length=300)
    policy = models.CharField(max_length=10, choices=ReleasePolicy.choices, default=ReleasePolicy.TOGETHER)
    rest_shown = models.BooleanField(default=False)  # its end has come once; a second end shows no leftover

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def least_together(self) -> int:
        """How many answers are shown at once, at the least, while the question is open."""
        return self.round.flowing_batch if self.policy == ReleasePolicy.FLOWING else self.round.floor

    @property
    def basket(self) -> str:
        """Where this prompt's unreleased reactions are gathered."""
        return basket_of(self.public_id)

    @property
    def card_basket(self) -> str:
        """Where cards typed in from paper wait: apart, as whoever typed them could tell the others from them."""
        return f"cards:{self.public_id}"
