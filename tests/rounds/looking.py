"""Looking at a live screen as its audience sees it, without a socket."""

from __future__ import annotations

import re
import secrets

from rounds import gathering
from rounds.live import regions
from rounds.live.regions import Audience, Region
from rounds.models import Round, Stage


def look(round: Round, audience: Audience = "room") -> dict[str, str]:
    """What stands on an audience's screens now: region or list to HTML, empty ones left out."""
    fresh = Round.objects.select_related("programme", "current_prompt").get(pk=round.pk)
    shown: dict[str, str] = {}
    for region in regions.of(audience):
        if isinstance(region, Region):
            shown[region.name] = region.html(fresh)
        else:
            shown[region.name] = "".join(region.row_html(key, row) for key, row in region.current(fresh).items())
    return {name: html for name, html in shown.items() if html}


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def to(round: Round, stage: Stage) -> Round:
    Round.objects.filter(pk=round.pk).update(stage=stage)
    round.refresh_from_db()
    return round


def wait(round: Round, number: int) -> None:
    assert round.current_prompt is not None
    for _ in range(number):
        payload = {"text": "x", "feelings": []}
        gathering.put(
            round=round,
            basket=round.current_prompt.basket,
            nonce=(one := secrets.token_urlsafe(16)),
            voice=one,
            payload=payload,
        )
