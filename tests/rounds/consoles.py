"""What tests of the console share: a round in a stage, a press, and how one region or list looks now."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from rounds import reactions
from rounds.live import regions
from rounds.live.messages import Sender
from rounds.live.regions import ListRegion, Region
from rounds.models import Round, User
from tests import factories


def a_round(alice: User, stage: str, **fields: object) -> Round:
    programme = alice.memberships.get().programme
    return factories.round_(programme, stage=stage, **{"reached_reflection": True, **fields})


def press(client: Client, name: str, round: Round, **said: str) -> tuple[int, str]:
    answer = client.post(reverse(name, args=[round.public_id]), said)
    return answer.status_code, answer.content.decode()


def page(client: Client, round: Round) -> str:
    answer = client.get(reverse("console", args=[round.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def region(name: str, round: Round) -> str:
    found = next(r for r in regions.of("console") if r.name == name)
    assert isinstance(found, Region)
    return found.html(Round.objects.select_related("programme", "current_prompt").get(pk=round.pk))


def rows(name: str, round: Round) -> dict[str, str]:
    found = next(r for r in regions.of("console") if r.name == name)
    assert isinstance(found, ListRegion)
    return {key: found.row_html(key, row) for key, row in found.current(round).items()}


def write(round: Round, count: int) -> None:
    assert round.current_prompt is not None
    for number in range(count):
        sender = Sender(round=round, voice=f"voice {number}")
        prompt = round.current_prompt.public_id
        reactions.post(sender=sender, nonce=f"n{number}", prompt=prompt, text=f"sentence {number}", feelings=["numb"])


def tell(round: Round, *texts: str) -> None:
    """Gather one reaction per text, each from another person."""
    assert round.current_prompt is not None
    for number, text in enumerate(texts):
        sender = Sender(round=round, voice=f"voice {number}")
        prompt = round.current_prompt.public_id
        reactions.post(sender=sender, nonce=f"{prompt} {number}", prompt=prompt, text=text, feelings=[])
