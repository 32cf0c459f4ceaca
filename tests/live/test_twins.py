"""Who wrote and who did not, side by side on real sockets: every frame of the one is every frame of the other."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from rounds import reactions, stages
from rounds.live import tickets
from rounds.models import Reaction, Stage
from tests import factories
from tests.live.conftest import House, Phone

HERS = "I still hear the flute."


def heard(phone: Phone, until: str) -> list[str]:
    """The raw frames up to the one that shows this."""
    frames = [phone.raw()]
    while until not in frames[-1]:
        frames.append(phone.raw())
    return frames


def test_the_writer_hears_what_everybody_hears_whatever_becomes_of_her_words(server: House) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    alice = factories.facilitator("alice-twins", of=round.programme)
    desk = Client()
    desk.force_login(alice)
    writer, other, *rest = (server.phone() for _ in range(7))
    for phone in (writer, other, *rest):
        phone.hello(tickets.for_room(round))
    assert round.current_prompt is not None
    asked = round.current_prompt.public_id
    for phone, words in zip((writer, *rest), (HERS, *"abcde"), strict=True):
        assert phone.say("react", prompt=asked, text=words)["t"] == "saved"
    reactions.release(round=round, by=alice)
    for phone in (writer, other):
        heard(phone, HERS)
    hers = Reaction.objects.of(round).get(text=HERS)
    for state in ("forward", "held", "released", "aside", "released", "held"):
        desk.post(reverse("console-reaction", args=[round.public_id]), {"reaction": hers.pk, "to": state})
    stages.move(round=round, seen=Stage.REFLECTION, to=Stage.THREADS, by=alice)
    frames = [heard(phone, '"stage":"threads"') for phone in (writer, other)]
    assert frames[0] == frames[1]
    assert HERS not in frames[0][-1]
    late = server.phone().hello(tickets.for_room(round))
    again = [phone.hello(tickets.for_room(round)) for phone in (server.phone(), server.phone())]
    assert again == [late, late]
