"""The same without a socket, and the way in."""

from __future__ import annotations

import pytest
from django.urls import reverse

from rounds import planning
from rounds.live import frames, tickets
from rounds.models import Round, SealedPost, Stage
from tests import factories
from tests.live.conftest import House, new_nonce
from tests.live.test_rooms import moved, react, waiting

NO_SUCH_ROUND = "We could not find a round with that code. Check the code on the wall and try again."


def test_a_code_becomes_a_ticket_that_opens_the_room(server: House) -> None:
    round = factories.round_(stage=Stage.ARRIVAL, title="The empty bed")
    status, answer, headers = server.post("join", {"code": f" {round.join_code[:4].lower()}-{round.join_code[4:]} "})
    assert status == 200
    assert answer["round"] == {"title": "The empty bed"}
    assert server.phone().hello(answer["ticket"])["stage"] == "arrival"
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


def test_everybody_who_joins_is_somebody_else(server: House) -> None:
    round = factories.round_(stage=Stage.ARRIVAL)
    given = {server.post("join", {"code": round.join_code})[1]["ticket"] for _ in range(3)}
    assert len({tickets.admit(ticket).voice for ticket in given}) == 3


@pytest.mark.parametrize("code", ["", "ZZZZ-ZZZZ", "ABC", "U" * 8, "é" * 8, "0" * 5000, "'; --"])
def test_a_wrong_code_is_answered_in_words(server: House, code: str) -> None:
    status, answer, _ = server.post("join", {"code": code})
    assert (status, answer) == (404, {"because": NO_SUCH_ROUND})


def test_an_old_code_looks_like_a_wrong_one(server: House) -> None:
    round = factories.round_(stage=Stage.ARRIVAL)
    old = round.join_code
    Round.objects.filter(pk=round.pk).update(join_code="00000000")
    assert server.post("join", {"code": old})[:2] == (404, {"because": NO_SUCH_ROUND})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stage": Stage.PLANNED}, "This round has not opened yet."),
        ({"stage": Stage.CLOSED}, "This round is over."),
        (
            {"stage": Stage.STORY, "joining_locked": True},
            "This round is not letting anybody else in just now. Ask the facilitator.",
        ),
    ],
    ids=["planned", "closed", "locked"],
)
def test_a_round_that_lets_nobody_in_says_why(server: House, fields: dict[str, object], words: str) -> None:
    round = factories.round_(**fields)  # type: ignore[arg-type]
    assert server.post("join", {"code": round.join_code})[:2] == (409, {"because": words})


def test_a_wall_comes_in_by_its_token(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    status, answer, _ = server.post("wall", {"token": round.wall_token})
    assert status == 200
    assert server.phone().hello(answer["ticket"])["stage"] == "story"
    assert server.post("wall", {"token": "wrong"})[0] == 404


def test_a_wall_that_is_put_up_early_shows_the_title_and_nothing_that_opens_the_round(server: House) -> None:
    round = factories.round_(stage=Stage.PLANNED, title="The empty bed")
    status, answer, _ = server.post("wall", {"token": round.wall_token})
    assert (status, answer["because"], answer["stage"]) == (409, "This round has not opened yet.", "planned")
    shown = "".join(answer["html"].values())
    assert "The empty bed" in shown
    assert "The doors open soon." in shown
    assert round.join_code[:4] not in shown
    assert "ticket" not in answer
    planning.cancel(round=round, by=factories.facilitator("alice-cancels", of=round.programme))
    assert "open soon" not in "".join(server.post("wall", {"token": round.wall_token})[1]["html"].values())


def test_a_poll_shows_what_the_socket_shows_and_then_nothing_until_it_changes(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    alice = factories.facilitator("alice-polls", of=round.programme)
    ticket = tickets.for_room(round)
    status, snapshot, headers = server.post("poll", {"ticket": ticket, "revision": None})
    assert status == 200
    assert snapshot == server.phone().hello(ticket)
    assert "Set-Cookie" not in headers
    assert server.post("poll", {"ticket": ticket, "revision": snapshot["revision"]})[:2] == (204, None)
    moved(round, Stage.SILENCE, alice)
    status, after, _ = server.post("poll", {"ticket": ticket, "revision": snapshot["revision"]})
    assert (status, after["stage"]) == (200, "silence")


def test_a_post_over_http_is_the_same_row_as_over_the_socket(server: House) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    assert round.current_prompt is not None
    ticket, nonce = tickets.for_room(round), new_nonce()
    body = {"ticket": ticket, "what": "react", "nonce": nonce, "prompt": round.current_prompt.public_id, "text": "Here"}
    assert server.post("say", body)[:2] == (200, {"t": "saved", "nonce": nonce})
    phone = server.phone()
    phone.hello(ticket)
    assert react(phone, round, nonce=nonce)["t"] == "saved"
    assert SealedPost.objects.filter(round=round).count() == 1


def test_a_refusal_over_http_says_why(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    assert round.current_prompt is not None
    prompt = round.current_prompt.public_id
    body = {"ticket": tickets.for_room(round), "what": "react", "nonce": new_nonce(), "prompt": prompt, "text": "a"}
    status, answer, _ = server.post("say", body)
    assert status == 422
    assert answer["because"] == "Writing is closed just now. What you typed is still here."
    assert waiting(round) == 0


def test_people_who_poll_count_towards_the_floor(server: House) -> None:
    round = factories.round_(stage=Stage.ARRIVAL, room_was_big_enough=False, floor=3)
    held = [tickets.for_room(round) for _ in range(3)]
    for ticket in [held[0], held[0], held[1]]:
        server.post("poll", {"ticket": ticket, "revision": None})
    assert not Round.objects.get(pk=round.pk).room_was_big_enough
    server.post("poll", {"ticket": held[2], "revision": None})
    assert Round.objects.get(pk=round.pk).room_was_big_enough


BAD_BODIES = (
    *(b"", b"{", b"[]", b"null", b'"x"', b"{}", b"\xff\xfe", b"[" * 9000),
    b'{"code":1,"ticket":[],"token":null}',
    b'{"code":"' + b"a" * 70_000 + b'"}',
    b'{"code":"\\ud800","ticket":"\\u0000"}',
)


@pytest.mark.parametrize("path", ["join", "wall", "poll", "say"])
@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: repr(body[:20]))
def test_a_body_that_cannot_be_read_is_refused_in_words(server: House, path: str, body: bytes) -> None:
    status, answer, _ = server.post(path, body)
    assert (status, answer["because"]) == (400, frames.UNREADABLE)


def test_a_form_of_a_foreign_page_is_not_read(server: House) -> None:
    round = factories.round_(stage=Stage.ARRIVAL)
    body = f'{{"code":"{round.join_code}"}}'.encode()
    assert server.post("join", body, **{"Content-Type": "text/plain"})[0] == 400


def test_a_bad_ticket_gets_401_and_a_sealed_rounds_404(server: House) -> None:
    from rounds import keys

    round = factories.round_(stage=Stage.CLOSED)
    ticket = tickets.for_room(round)
    assert server.post("poll", {"ticket": "nonsense", "revision": None})[0] == 401
    keys.destroy(round)
    # Another process destroyed the key: what this one still holds of it must not let anybody in.
    Round.objects.filter(pk=round.pk).update(sealed_at=round.starts_at)
    status, answer, _ = server.post("poll", {"ticket": ticket, "revision": None})
    assert (status, answer) == (404, {"because": "This round is over.", "code": 4404})


def test_after_too_many_wrong_codes_a_right_one_still_opens(server: House) -> None:
    round = factories.round_(stage=Stage.ARRIVAL)
    tries = (server.post("join", {"code": "ZZZZZZZZ"})[:2] for _ in range(1_000))  # a slow machine forgives some
    refusal = next(answer for answer in tries if answer[0] != 404)
    assert refusal == (429, {"because": "Too many wrong codes just now. Please try again in a minute."})
    assert server.post("join", {"code": round.join_code})[0] == 200


def test_the_addresses_are_under_live() -> None:
    assert [reverse(f"live-{name}") for name in ("join", "wall", "poll", "say")] == [
        "/live/join",
        "/live/wall",
        "/live/poll",
        "/live/say",
    ]
