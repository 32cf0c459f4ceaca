"""What stands on the wall: read from the back of the room, one thing at a time, nothing counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.safestring import mark_safe

from rounds import feelings, join_codes, join_links, pools
from rounds.live import regions
from rounds.live.regions import Region
from rounds.live.screens import released
from rounds.live.screens.room import told_back
from rounds.models import Round, Stage

S = Stage
WALL = "rounds/wall"


def _nothing(round: Round) -> dict[str, Any]:
    return {}


def _title(round: Round) -> dict[str, Any]:
    return {"title": round.shown_title, "withdrawn": pools.is_withdrawn(round)}


def _arrival(round: Round) -> dict[str, Any]:
    return {
        **_title(round),
        "code": round.join_code,
        "spoken_code": join_codes.display(round.join_code),
        "address": join_links.spoken_address(),
        "qr": mark_safe(join_links.qr(round)),  # drawn from modules; no word of anybody's is in it
    }


def _door(round: Round) -> dict[str, Any]:
    return {"code": round.join_code, "address": join_links.spoken_address()}


def _reflection(round: Round) -> dict[str, Any]:
    """The one reaction brought forward, with the question it answered; else the question alone."""
    forward = released.forward(round)
    asked = released.questions(round)[forward.prompt] if forward else round.current_prompt
    return {
        "prompt": asked.text if asked else "",
        "forward": forward,
        "words": forward.text if forward else "",
        "feelings": [feelings.label(code) for code in forward.feelings] if forward else [],
    }


def _place(
    name: str, context: Callable[[Round], dict[str, Any]], *stages: Stage, topics: str = "", slot: str = "main"
) -> None:
    regions.register(
        Region(
            name=name,
            audience="wall",
            template=f"{WALL}/_{name}.html",
            context=context,
            stages=frozenset(stages),
            topics=frozenset(topics.split()),
            slot=slot,
            order=10,
        )
    )


_place("planned", _title, S.PLANNED)
_place("arrival", _arrival, S.ARRIVAL)
_place("story", _title, S.STORY)
_place("silence", _nothing, S.SILENCE)
_place("reflection", _reflection, S.REFLECTION, topics="reactions")
_place("forward", _reflection, S.THREADS, topics="reactions")
_place("threshold", _nothing, S.THRESHOLD)
_place("closing", told_back, S.CLOSING)
_place("closed", told_back, S.CLOSED)
# For whoever comes late or lost their tab. Never where the wall is still: in the story, the silence, the threshold.
_place("door", _door, S.REFLECTION, S.THREADS, S.CIRCLE, S.CLOSING, slot="foot")
