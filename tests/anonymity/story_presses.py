"""What a press carries at the addresses of a story and its panel; for `staffed.PRESSES`."""

from __future__ import annotations

from typing import Any

from rounds import stories
from rounds.models import Stage, Story

Pressed = tuple[dict[str, str], dict[str, Any]]


def withdrawn(world: Any) -> Pressed:
    round = world.round(Stage.STORY)
    stories.withdraw(round=round, by=world.dora)
    return {"round_id": round.public_id}, {}


def panel(world: Any) -> Pressed:
    round = world.round(Stage.PLANNED)
    teller = round.story.storytellers.get()
    typed = {f"{teller.public_id}-met": "on", f"initial-{teller.public_id}-met": "False"}
    return {"round_id": round.public_id}, typed


def unread(world: Any) -> Pressed:
    round = world.round(Stage.PLANNED)
    Story.objects.filter(round=round).update(no_identifiers=False)
    return {"round_id": round.public_id}, {"seen": round.story.mark}
