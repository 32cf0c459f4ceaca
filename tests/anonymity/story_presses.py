"""What a press carries at the addresses of a story and its panel; for `staffed.PRESSES`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from rounds import stories, windows
from rounds.models import Round, Stage, Story

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


def _told(world: Any) -> Round:
    """A round that is over, whose people were told that its story may be told again and read."""
    over = {"closed_at": timezone.now(), "sealed_at": timezone.now()}
    made: Round = world.round(Stage.CLOSED, may_be_told_again=True, may_stay_open=True, **over)
    return made


def again(world: Any) -> Pressed:
    tomorrow = timezone.localdate() + timedelta(days=1)
    return {"round_id": _told(world).public_id}, {"date": tomorrow.isoformat(), "time": "21:30"}


def window(world: Any) -> Pressed:
    return {"round_id": _told(world).public_id}, {"telling": "There was no chair.", "is_checked": "on"}


def window_open(world: Any) -> Pressed:
    first = _told(world)
    opened = windows.begin(first=first, telling="There was no chair.", is_theirs=True, is_checked=True, by=world.dora)
    return {"round_id": opened.public_id}, {}
