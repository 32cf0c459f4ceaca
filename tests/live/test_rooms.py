"""What a room's sockets get, from a real server."""

from __future__ import annotations

import time
from collections.abc import Callable

from rounds import gathering, stages
from rounds.live import tickets
from rounds.models import Round, SealedPost, Stage, User
from tests import factories
from tests.live.conftest import House, Phone, new_nonce


def moved(round: Round, to: str, by: User) -> None:
    """Move the round on from this process; the server's hub finds out by looking."""
    now = Round.objects.get(pk=round.pk)
    stages.move(round=now, seen=now.stage, to=to, by=by)


def react(phone: Phone, round: Round, text: str = "I sat down.", nonce: str = "") -> dict[str, object]:
    assert round.current_prompt is not None
    return phone.say("react", nonce, prompt=round.current_prompt.public_id, text=text)


def waiting(round: Round) -> int:
    assert round.current_prompt is not None
    return gathering.waiting(round=round, basket=round.current_prompt.basket)


def test_a_phone_is_shown_the_round_as_soon_as_it_says_hello(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    snapshot = server.phone().hello(tickets.for_room(round))
    assert snapshot["t"] == "snapshot"
    assert snapshot["stage"] == "story"


def test_a_change_reaches_every_phone_with_the_same_bytes(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    alice = factories.facilitator("alice-bytes", of=round.programme)
    phones = [server.phone() for _ in range(5)]
    snapshots = set()
    for phone in phones:
        phone.send({"t": "hello", "ticket": tickets.for_room(round), "revision": None})
        snapshots.add(phone.raw())
    moved(round, Stage.SILENCE, alice)
    changes = {phone.raw() for phone in phones}
    assert len(snapshots) == 1
    assert len(changes) == 1
    assert '"t":"change"' in changes.pop()


def test_a_change_says_what_it_follows(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    alice = factories.facilitator("alice-follows", of=round.programme)
    phone = server.phone()
    snapshot = phone.hello(tickets.for_room(round))
    moved(round, Stage.SILENCE, alice)
    change = phone.next("change")
    assert change["from"] == snapshot["revision"]
    assert change["revision"] != snapshot["revision"]
    assert change["stage"] == "silence"
    phone.send({"t": "beat", "revision": change["revision"]})
    assert phone.next() == {"t": "beat", "revision": change["revision"]}


def test_a_phone_that_has_lost_its_place_is_shown_everything_again(server: House) -> None:
    phone = server.phone()
    first = phone.hello(tickets.for_room(factories.round_(stage=Stage.STORY)))
    phone.send({"t": "beat", "revision": None})
    assert phone.next("snapshot") == first


def test_saved_is_said_only_when_it_is_in_the_database(server: House) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    phone = server.phone()
    phone.hello(tickets.for_room(round))
    for number in range(5):
        nonce = new_nonce()
        assert react(phone, round, nonce=nonce) == {"t": "saved", "nonce": nonce}
        assert waiting(round) == number + 1  # read by this process: what it sees is committed


def test_the_same_nonce_twice_is_one_row_and_saved_both_times(server: House) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    ticket, nonce = tickets.for_room(round), new_nonce()
    phone, other_tab = server.phone(), server.phone()
    phone.hello(ticket)
    other_tab.hello(ticket)
    assert react(phone, round, nonce=nonce)["t"] == "saved"
    assert react(other_tab, round, nonce=nonce)["t"] == "saved"
    assert SealedPost.objects.filter(round=round).count() == 1


def test_a_refusal_says_why_and_names_the_field(server: House) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    phone = server.phone()
    phone.hello(tickets.for_room(round))
    refusal = react(phone, round, text="a" * 2001)
    assert refusal["t"] == "refused"
    assert refusal["field"] == "text"
    assert waiting(round) == 0


def test_a_message_to_another_stage_is_refused_in_the_verbs_words(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    phone = server.phone()
    phone.hello(tickets.for_room(round))
    refusal = react(phone, round)
    assert refusal["because"] == "Writing is closed just now. What you typed is still here."


def test_nothing_is_taken_once_the_round_is_over(server: House) -> None:
    round = factories.round_(stage=Stage.CLOSED)
    phone = server.phone()
    assert phone.hello(tickets.for_room(round))["stage"] == "closed"
    assert react(phone, round)["because"] == "This round is over."


def test_a_full_room_is_shown_whole(server: House) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    for _ in range(300):
        factories.reaction(round, "We went on as if nothing had happened. " * 20)
    text = server.phone()
    text.send({"t": "hello", "ticket": tickets.for_room(round), "revision": None})
    assert len(text.raw()) > 300 * 700


def test_two_tabs_see_the_same_and_are_one_person(server: House) -> None:
    round = factories.round_(stage=Stage.ARRIVAL, room_was_big_enough=False, floor=3)
    ticket, second = tickets.for_room(round), tickets.for_room(round)
    tabs = [server.phone(), server.phone(), server.phone()]
    assert tabs[0].hello(ticket) == tabs[1].hello(ticket) == tabs[2].hello(second)
    time.sleep(0.3)
    assert not Round.objects.get(pk=round.pk).room_was_big_enough
    server.phone().hello(tickets.for_room(round))
    assert within(20, lambda: Round.objects.get(pk=round.pk).room_was_big_enough)


def test_another_rounds_ticket_sees_and_hears_nothing_of_this_one(server: House) -> None:
    here, there = factories.round_(stage=Stage.STORY), factories.round_(stage=Stage.REFLECTION)
    alice = factories.facilitator("alice-here", of=here.programme)
    stranger, guest = server.phone(), server.phone()
    assert stranger.hello(tickets.for_room(there))["stage"] == "reflection"
    guest.hello(tickets.for_room(here))
    moved(here, Stage.REFLECTION, alice)
    assert guest.next("change")["stage"] == "reflection"
    assert stranger.is_silent(1)
    assert react(stranger, here)["t"] == "refused"
    assert waiting(here) == 0


def test_a_participant_who_sends_what_staff_send_changes_nothing(server: House) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    phone = server.phone()
    phone.hello(tickets.for_room(round))
    before = Round.objects.values().get(pk=round.pk)
    for what in ("move", "console-move", "release", "stages.move", "reactions.release", "close", "seal"):
        refusal = phone.say(what, to="closing", seen="reflection", by="1", round=round.public_id)
        assert refusal["t"] == "refused"
    assert Round.objects.values().get(pk=round.pk) == before


def test_a_wall_and_a_console_say_nothing(server: House) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    wall = server.phone()
    wall.hello(tickets.for_wall(round))
    assert react(wall, round)["t"] == "refused"
    assert waiting(round) == 0


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
