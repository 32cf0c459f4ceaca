"""What fills a message up is dropped unread, and nothing on our side presses it together again."""

from __future__ import annotations

import json

import pytest
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from rounds.live import frames, tickets
from rounds.live.padding import LENGTHS, padded
from rounds.models import Round, SealedPost, Stage
from tests import factories
from tests.live.conftest import House, new_nonce


def message(round: Round, **more: object) -> dict[str, object]:
    assert round.current_prompt is not None
    return {"what": "react", "nonce": new_nonce(), "prompt": round.current_prompt.public_id, "text": "Here", **more}


def test_what_fills_up_is_no_field(server: House) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    said = padded({"t": "say", **message(round)})
    read = frames.read(said)
    assert isinstance(read, frames.Say)
    assert set(read.fields) == {"prompt", "text"}
    phone = server.phone()
    phone.hello(tickets.for_room(round))
    phone.send(said)
    assert phone.next("saved")["nonce"] == read.nonce
    assert SealedPost.objects.filter(round=round).count() == 1


def test_it_is_dropped_over_http_too_and_whoever_sends_none_is_served(server: House) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    ticket = tickets.for_room(round)
    said = json.loads(padded({**message(round), "ticket": ticket}))
    assert len(frames.write(said).encode()) == LENGTHS[0]
    assert server.post("say", said)[0] == 200
    assert server.post("say", message(round, ticket=ticket))[0] == 200


@pytest.mark.parametrize("pad", [7, None, [], True])
def test_a_filling_that_is_no_text_changes_nothing(pad: object) -> None:
    read = frames.read_say({"what": "react", "nonce": "n" * 22, "text": "a", "pad": pad})
    assert read.fields == {"text": ["a"]}


def test_the_longest_filling_is_the_longest_frame_that_is_taken() -> None:
    assert LENGTHS[-1] == frames.LARGEST
    longest = padded({"t": "say", "what": "react", "nonce": "n" * 22, "text": "a" * 20_000})
    assert isinstance(frames.read(longest), frames.Say)


def test_the_server_agrees_to_no_compression(server: House) -> None:
    phone = server.phone(compression=None, extensions=[ClientPerMessageDeflateFactory()])
    assert phone.socket.response is not None
    assert "Sec-WebSocket-Extensions" not in phone.socket.response.headers
    assert phone.socket.protocol.extensions == []
