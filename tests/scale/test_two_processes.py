"""Two servers share a round: what goes in through one is on the screens of the other, and one may die."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.db import transaction
from websockets.exceptions import ConnectionClosed

from rounds import reactions, sealing, stages, voices
from rounds.live import tickets
from rounds.live.doorbell import announce
from rounds.models import Prompt, Round, SealedPost, Stage
from rounds.refusals import StageMovedOn
from tests import factories
from tests.live.conftest import Phone, new_nonce
from tests.live.test_rooms import moved, react, waiting
from tests.scale.conftest import Street
from tests.scale.databases import using


def soon(happened: Callable[[], bool], within: float) -> float:
    """Seconds until it happened; the test fails when it does not."""
    start = time.monotonic()
    while not happened():
        assert time.monotonic() - start < within, "it did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - start


def nearly_in_company(round: Round) -> str:
    """A reaction that one more voice shows as being others' too, on every phone."""
    reaction = factories.reaction(round)
    for voice in ("anna", "ben"):
        voices.say(round=round, kind=reactions.MINE_TOO, target=reaction.pk, voice=voice)
    return reaction.pk


def test_a_tap_through_one_is_on_the_phones_of_the_other_at_once(
    street: Street, record_property: Callable[[str, object], None]
) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    targets = [nearly_in_company(round) for _ in range(30)]
    here, there = street.a.phone(), street.b.phone()
    for phone in (here, there):
        phone.hello(tickets.for_room(round))
    took = []
    for target in targets:
        time.sleep(0.12)  # an idle room: a busy one gathers changes for a moment
        start = time.monotonic()
        here.send({"t": "say", "what": "mine_too", "nonce": new_nonce(), "reaction": target})
        there.next("change")
        took.append(time.monotonic() - start)
    median = statistics.median(took)
    record_property("median_ms", round_ms(median))
    print(f"a tap through one server is on a phone at the other after {round_ms(median)} ms (median of {len(took)})")
    assert median < 0.5


def round_ms(seconds: float) -> float:
    return float(f"{seconds * 1000:.1f}")


def test_everyone_at_both_servers_sees_the_same_in_the_end(street: Street) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    alice = factories.facilitator("alice-both", of=round.programme)
    phones = [street.phone() for _ in range(6)]
    for phone in phones:
        phone.hello(tickets.for_room(round))
    for number in range(24):
        assert react(phones[number % 6], round, text=f"words {number}")["t"] == "saved"
    reactions.release(round=round, by=alice)
    moved(round, Stage.THREADS, alice)
    time.sleep(6)  # a test rings nobody: the servers find out by looking
    again = [street.phone().hello(tickets.for_room(round)) for _ in range(2)]
    assert again[0]["html"] == again[1]["html"]
    assert again[0]["rows"] == again[1]["rows"]
    assert sum("words" in row for rows in again[0]["rows"].values() for row in rows.values()) == 24


def test_whoever_polls_the_two_in_turn_is_told_nothing_new_only_of_the_same_picture(street: Street) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    ticket, shown = tickets.for_room(round), None
    for turn in range(4):
        with transaction.atomic():
            announce(round, "circle")  # unseen here; the servers look at different moments of it
        for process in (street.a, street.b):
            status, picture, _ = process.post("poll", {"ticket": ticket, "revision": shown})
            assert status == (200 if process is street.a else 204)
            shown = picture["revision"] if picture else shown
        with transaction.atomic():
            factories.reaction(round, f"words {turn}")
            announce(round, "reactions")
        assert street.b.post("poll", {"ticket": ticket, "revision": shown})[0] == 200


def test_what_one_process_sealed_opens_nothing_in_the_other(street: Street) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    ticket, inside = tickets.for_room(round), street.a.phone()
    inside.hello(ticket)
    assert react(inside, round)["t"] == "saved"  # the server holds the round's keys in memory now
    Round.objects.filter(pk=round.pk).update(stage=Stage.CLOSED)
    round.refresh_from_db()
    sealing.seal(round=round)
    answer = react(inside, round)
    assert (answer["t"], answer["because"]) == ("refused", "This round is over.")
    for process in (street.a, street.b):
        late = process.phone()
        late.send({"t": "hello", "ticket": ticket})
        assert late.closed()[0] == 4404
        assert process.post("poll", {"ticket": ticket, "revision": None})[0] == 404
        assert process.post("join", {"code": round.join_code})[0] == 409
    assert not SealedPost.objects.filter(round=round).exists()


def test_what_was_acknowledged_by_a_server_that_is_killed_is_there_and_the_other_takes_over(street: Street) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    tickets_ = [tickets.for_room(round) for _ in range(4)]
    neighbour = street.b.phone()
    neighbour.hello(tickets.for_room(round))
    nonces: list[tuple[str, str]] = []
    acknowledged: set[str] = set()

    def write(ticket: str) -> None:
        phone = street.a.phone()
        phone.hello(ticket)
        with suppress(ConnectionClosed, OSError, TimeoutError):  # the line dies in the middle
            while True:
                nonces.append((ticket, nonce := new_nonce()))
                if react(phone, round, nonce=nonce)["t"] == "saved":
                    acknowledged.add(nonce)
                time.sleep(0.06)

    writers = [threading.Thread(target=write, args=[ticket]) for ticket in tickets_]
    for writer in writers:
        writer.start()
    soon(lambda: len(acknowledged) > 20, within=60)
    street.a.kill()
    for writer in writers:
        writer.join(20)
    assert len(acknowledged) <= waiting(round) <= len(nonces)
    back = {ticket: street.b.phone() for ticket in tickets_}
    start = time.monotonic()
    for ticket, phone in back.items():
        assert phone.hello(ticket)["stage"] == "reflection"
    assert time.monotonic() - start < 20
    for ticket, nonce in nonces:  # the outbox sends again what it has no answer to, and even what it has
        time.sleep(0.015)
        assert react(back[ticket], round, nonce=nonce)["t"] == "saved"
    assert waiting(round) == len(nonces)
    neighbour.send({"t": "beat", "revision": None})
    assert neighbour.next("snapshot")["stage"] == "reflection"


def test_of_posts_through_both_servers_while_the_stage_moves_each_is_saved_or_refused_and_counted_right(
    street: Street,
) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    alice = factories.facilitator("alice-race", of=round.programme)
    phones = [street.phone() for _ in range(6)]
    for phone in phones:
        phone.hello(tickets.for_room(round))
    answers: list[str] = []

    def write(phone: Phone) -> None:
        while "refused" not in answers and len(answers) < 1_000:
            answers.append(str(react(phone, round)["t"]))
            time.sleep(0.06)  # forty in two seconds are what a socket may say

    writers = [threading.Thread(target=write, args=[phone]) for phone in phones]
    for writer in writers:
        writer.start()
    soon(lambda: len(answers) > 20, within=60)
    moved(round, Stage.SILENCE, alice)
    for writer in writers:
        writer.join(30)
    assert sorted(set(answers)) == ["refused", "saved"]
    rest = Prompt.objects.get(round=round).reactions.count()
    assert answers.count("saved") == waiting(round) + rest


def test_of_two_who_move_a_round_at_once_one_does(street: Street) -> None:
    programme = factories.programme()
    alice = factories.facilitator("alice-cas", of=programme)
    for _ in range(20):
        round = factories.round_(programme, stage=Stage.STORY)
        moved_to: list[str] = []
        start = threading.Barrier(2)

        def press(to: str, round: Round = round, start: threading.Barrier = start, done: list[str] = moved_to) -> None:
            with using(street.database_name):
                start.wait()
                with suppress(StageMovedOn):
                    done.append(stages.move(round=round, seen=Stage.STORY, to=to, by=alice).stage)

        presses = [threading.Thread(target=press, args=[to]) for to in (Stage.SILENCE, Stage.REFLECTION)]
        for one in presses:
            one.start()
        for one in presses:
            one.join(20)
        assert moved_to == [Round.objects.get(pk=round.pk).stage]
