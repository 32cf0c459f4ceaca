"""Whatever a client sends that is not one of ours: one refusal in words, no 1011, no traceback, nobody disturbed."""

from __future__ import annotations

import json

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from rounds.live import frames, tickets
from rounds.models import Stage
from tests import factories
from tests.live.conftest import House, Phone, new_nonce

UNREADABLE = {"t": "refused", "nonce": None, "because": frames.UNREADABLE, "field": None}
NONCE = "A" * 22
BAD: dict[str, str | bytes] = {
    "nothing": "",
    "not JSON": "hello",
    "half a frame": '{"t":"beat","revision":',
    "binary": b'{"t":"beat","revision":1}',
    "binary noise": bytes(range(256)),
    "a list": "[1,2,3]",
    "a number": "7",
    "null": "null",
    "a text": '"beat"',
    "no type": "{}",
    "an unknown type": '{"t":"move","to":"closing"}',
    "a type that is a list": '{"t":["beat"]}',
    "a type that is an object": '{"t":{"beat":1}}',
    "what only the server says": '{"t":"snapshot","revision":1,"html":{}}',
    "deep nesting": '{"t":"say","what":' + "[" * 2_000 + "]" * 2_000 + "}",
    "very deep nesting": "[" * 30_000,
    "NaN": '{"t":"beat","revision":NaN}',
    "infinity": '{"t":"beat","revision":-Infinity}',
    "infinity in digits": '{"t":"beat","revision":1e999}',
    "a fraction": '{"t":"beat","revision":1.5}',
    "a negative revision": '{"t":"beat","revision":-1}',
    "a true revision": '{"t":"beat","revision":true}',
    "a huge revision": '{"t":"beat","revision":' + "9" * 6_000 + "}",
    "a revision in words": '{"t":"beat","revision":"seven"}',
    "half a surrogate pair": '{"t":"beat","revision":1,"x":"\\ud800"}',
    "half a surrogate pair as a name": '{"t":"beat","revision":1,"\\udfff":1}',
    "NUL": '{"t":"beat","revision":1,"x":"\\u0000"}',
    "no nonce": '{"t":"say","what":"react"}',
    "a short nonce": '{"t":"say","what":"react","nonce":"a"}',
    "a nonce that is a number": '{"t":"say","what":"react","nonce":12345678901234567890}',
    "a second hello": '{"t":"hello","ticket":"x","revision":null}',
    "many fields": json.dumps({"t": "beat", "revision": 1} | {str(n): n for n in range(200)}),
}
BAD_SAYS: dict[str, str] = {
    "an unknown message": f'{{"t":"say","what":"move","nonce":"{NONCE}"}}',
    "a message that is a list": f'{{"t":"say","what":["react"],"nonce":"{NONCE}"}}',
    "no message": f'{{"t":"say","nonce":"{NONCE}"}}',
    "a field that is an object": f'{{"t":"say","what":"react","nonce":"{NONCE}","text":{{"a":1}}}}',
    "a field of lists": f'{{"t":"say","what":"react","nonce":"{NONCE}","feelings":[["sad"]]}}',
    "NUL in a field": f'{{"t":"say","what":"react","nonce":"{NONCE}","text":"a\\u0000b"}}',
    "half a pair in a field": f'{{"t":"say","what":"react","nonce":"{NONCE}","text":"\\ud83d"}}',
}


@pytest.fixture
def phone(server: House) -> Phone:
    round = factories.round_(stage=Stage.STORY)
    phone = server.phone()
    phone.hello(tickets.for_room(round))
    return phone


def is_undisturbed(phone: Phone) -> bool:
    phone.send({"t": "beat", "revision": 0})
    return bool(phone.next("beat"))


@pytest.mark.parametrize("name", BAD)
def test_a_bad_frame_is_refused_in_words_and_the_socket_stays(phone: Phone, name: str) -> None:
    phone.send(BAD[name])
    assert phone.next() == UNREADABLE
    assert is_undisturbed(phone)


@pytest.mark.parametrize("name", BAD_SAYS)
def test_a_bad_message_is_refused_under_its_nonce(phone: Phone, name: str) -> None:
    phone.send(BAD_SAYS[name])
    assert phone.next() == {**UNREADABLE, "nonce": NONCE}
    assert is_undisturbed(phone)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"prompt": "no such prompt", "text": "a"},
        {"prompt": ["a", "b"], "text": ["a", "b"], "feelings": "sad"},
        {"prompt": 7, "text": 7, "feelings": [1, 2, 3]},
        {"prompt": True, "text": None, "feelings": None},
        {"prompt": "a", "text": "a\u202e\u0007b", "feelings": ["sad"] * 30},
        {"sender": "me", "round": "other", "voice": "x", "self": "y", "prompt": "a", "text": "b"},
    ],
    ids=str,
)
def test_fields_that_cannot_be_used_are_refused_in_the_forms_words(phone: Phone, fields: dict[str, object]) -> None:
    nonce = new_nonce()
    phone.send({"t": "say", "what": "react", "nonce": nonce, **fields})
    refusal = phone.next("refused")
    assert refusal["nonce"] == nonce
    assert refusal["because"]
    assert is_undisturbed(phone)


def test_a_frame_over_64_kilobytes_ends_that_socket_and_no_other(server: House, phone: Phone) -> None:
    other = server.phone()
    other.hello(tickets.for_room(factories.round_(stage=Stage.STORY)))
    phone.send('{"t":"beat","x":"' + "a" * 70_000 + '"}')
    code, _ = phone.closed()
    assert code == 1009
    assert is_undisturbed(other)


def test_a_long_message_in_small_pieces_is_refused(phone: Phone) -> None:
    phone.socket.send(iter(['{"t":"beat","x":"', *["a" * 10_000] * 10, '"}']))
    assert phone.next() == UNREADABLE
    assert is_undisturbed(phone)


def test_a_client_that_sends_nothing_but_rubbish_is_sent_away(phone: Phone) -> None:
    for _ in range(21):
        phone.send("rubbish")
    code, heard = phone.closed()
    assert code == 4400
    assert heard[-1]["t"] == "bye"


def test_a_client_that_sends_too_much_is_sent_away(phone: Phone) -> None:
    for number in range(60):
        try:
            phone.send({"t": "beat", "revision": number})
        except ConnectionClosed:
            break
    assert phone.closed()[0] == 4429


def test_silence_instead_of_a_hello_is_closed_with_4401(server: House) -> None:
    assert server.phone().closed()[0] == 4401


def test_only_a_hello_opens_the_door(server: House) -> None:
    phone = server.phone()
    phone.send({"t": "beat", "revision": None})
    assert phone.next() == UNREADABLE
    phone.send({"t": "say", "what": "react", "nonce": NONCE, "text": "a"})
    assert phone.next() == UNREADABLE
    phone.leave()


@pytest.mark.parametrize("ticket", ["", "nonsense", "a:b:c", "A" * 95, "é" * 95, "../" * 32, "x" * 60_000])
def test_a_ticket_that_is_none_is_closed_with_4401(server: House, ticket: str) -> None:
    phone = server.phone()
    phone.send({"t": "hello", "ticket": ticket, "revision": None})
    code, heard = phone.closed()
    assert code == 4401
    assert heard == [
        {"t": "bye", "because": "Your place in this round is not known any more. Please join again with the code."}
        | {"code": 4401}
    ]


def test_another_address_is_accepted_and_closed(server: House) -> None:
    with connect(f"ws://127.0.0.1:{server.port}/live/elsewhere") as socket:
        with pytest.raises(ConnectionClosed) as end:
            socket.recv(timeout=30)
        assert end.value.rcvd is not None
        assert end.value.rcvd.code == 4404


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "https://127.0.0.1:{port}"])
def test_a_page_of_another_site_scheme_or_port_is_sent_away(server: House, origin: str) -> None:
    phone = server.phone(origin=origin.format(port=server.port))
    assert phone.closed()[0] == 4403


def test_a_page_of_our_own_comes_in(server: House) -> None:
    phone = server.phone(origin=f"http://127.0.0.1:{server.port}")
    assert phone.hello(tickets.for_room(factories.round_(stage=Stage.STORY)))["t"] == "snapshot"
