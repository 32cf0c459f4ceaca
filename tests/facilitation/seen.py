"""What tests of themes and the circle ask of the screens: a region's HTML, a topic's revision, a press of a button."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from rounds.live import regions
from rounds.live.regions import Audience, ListRegion, Region
from rounds.models import Round, RoundTopic


def shown(audience: Audience, name: str, round: Round) -> str:
    """The region, or all rows of the list, as that audience gets them."""
    fresh = Round.objects.select_related("programme", "current_prompt", "continues").get(pk=round.pk)
    found = next(r for r in regions.of(audience) if r.name == name)
    if isinstance(found, ListRegion):
        return "".join(found.row_html(key, row) for key, row in found.current(fresh).items())
    assert isinstance(found, Region)
    return found.html(fresh)


def revision(round: Round, topic: str) -> int:
    """When the topic last changed; 0 when it never did."""
    found = RoundTopic.objects.filter(round=round, topic=topic).first()
    return found.revision if found else 0


def press(client: Client, name: str, round: Round, *ids: str, **said: object) -> tuple[int, str]:
    answer = client.post(reverse(name, args=[round.public_id, *ids]), said)
    return answer.status_code, answer.content.decode()
