"""Several people's posts in one commit: nobody is told "saved" before it, and nobody pays for another's trouble."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from websockets.exceptions import ConnectionClosed

from rounds import gathering, keys, reactions, voices
from rounds.live import desk, frames, messages, saying, tickets
from rounds.live.desk import Desk
from rounds.live.frames import Say
from rounds.live.messages import Heard
from rounds.live.tickets import Guest
from rounds.models import Reaction, Round, RoundTopic, SealedPost, Stage, Voice
from tests import factories
from tests.live.conftest import House, new_nonce

Several = Sequence[tuple[Guest, Say]]
in_a_database = pytest.mark.django_db(transaction=True)


@pytest.fixture
def round() -> Round:
    return factories.round_(stage=Stage.REFLECTION)


def reaction(round: Round, text: str = "I sat down.", **fields: list[str]) -> tuple[Guest, Say]:
    """Somebody new says this."""
    assert round.current_prompt is not None
    guest = tickets.admit(tickets.for_room(round))
    return guest, Say("react", new_nonce(), {"prompt": [round.current_prompt.public_id], "text": [text], **fields})


def rows(round: Round) -> int:
    return SealedPost.objects.filter(round=round).count()


@in_a_database
def test_what_ten_people_say_at_once_is_one_transaction(round: Round) -> None:
    said = [reaction(round) for _ in range(10)]
    with CaptureQueriesContext(connection) as asked:
        replies = saying.say_together(said)
    statements = [query["sql"].split()[0] for query in asked.captured_queries]
    assert replies == [frames.saved(say.nonce) for _, say in said]
    assert rows(round) == 10
    assert (statements.count("BEGIN"), statements.count("COMMIT")) == (1, 1)


@in_a_database
def test_a_refused_one_in_a_group_does_not_hurt_the_others(round: Round) -> None:
    said = [reaction(round), reaction(round, "a" * 2001), reaction(round, prompt=["another"]), reaction(round)]
    unknown = (said[0][0], Say("move", new_nonce(), {"to": ["closing"]}))
    replies = saying.say_together([*said, unknown])
    assert [reply and reply["t"] for reply in replies] == ["saved", "refused", "refused", "saved", "refused"]
    assert replies[1] is not None
    assert replies[1]["field"] == "text"
    assert rows(round) == 2


@in_a_database
def test_the_same_nonce_twice_in_a_group_is_one_row(round: Round) -> None:
    once = reaction(round)
    assert saying.say_together([once, once]) == [frames.saved(once[1].nonce)] * 2
    assert rows(round) == 1


@in_a_database
@pytest.mark.logs_errors
@pytest.mark.parametrize(
    ("trouble", "answer"),
    [(OperationalError("disk I/O error"), None), (RuntimeError("a bug"), saying.TROUBLE)],
    ids=["the database's", "a bug"],
)
def test_one_that_runs_into_trouble_is_undone_alone(
    round: Round, monkeypatch: pytest.MonkeyPatch, trouble: Exception, answer: str | None
) -> None:
    react = messages._registered["react"]

    def verb(*, text: str, **rest: Any) -> None:
        react.verb(text=text, **rest)
        if text == "trouble":
            raise trouble  # after the row was written

    def together(*, several: Sequence[Heard], **rest: Any) -> Any:
        assert react.together is not None
        react.together(several=several, **rest)
        if any(one.fields["text"] == "trouble" for one in several):
            raise trouble  # after all the rows were written

    monkeypatch.setitem(messages._registered, "react", replace(react, verb=verb, together=together))
    replies = saying.say_together([reaction(round), reaction(round, "trouble"), reaction(round)])
    assert [reply and (reply["t"], reply.get("because")) for reply in replies] == [
        ("saved", None),
        answer and ("refused", answer),
        ("saved", None),
    ]
    assert rows(round) == 2


@in_a_database
def test_a_database_that_lets_a_group_wait_for_long_is_not_asked_again_for_each(
    round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def locked(*, several: Sequence[Heard], **rest: Any) -> Any:
        asked.append(len(several))
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(saying, "LONG_SECONDS", -1)
    monkeypatch.setitem(messages._registered, "react", replace(messages._registered["react"], together=locked))
    assert saying.say_together([reaction(round) for _ in range(3)]) == [None] * 3
    assert asked == [3]
    assert rows(round) == 0


@in_a_database
def test_nobody_is_told_saved_when_the_commit_fails(round: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    said = [reaction(round) for _ in range(3)]

    def refuse() -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "_commit", refuse)
        assert saying.say_together(said) == [None] * 3
    assert rows(round) == 0
    assert saying.say_together(said) == [frames.saved(say.nonce) for _, say in said]


@in_a_database
def test_nobody_is_told_saved_when_the_transaction_was_given_up_without_a_word(
    round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Django does when a savepoint cannot be undone: the block ends without an exception, and rolls back."""
    at_once: Callable[..., Any] = saying._at_once

    def given_up(*args: Any) -> Any:
        replies = at_once(*args)
        transaction.set_rollback(True)
        return replies

    monkeypatch.setattr(saying, "_at_once", given_up)
    assert saying.say_together([reaction(round), reaction(round)]) == [None, None]
    assert rows(round) == 0


def at(round: Round, stage: Stage) -> None:
    Round.objects.filter(pk=round.pk).update(stage=stage)


@in_a_database
def test_after_the_close_a_repeat_is_saved_and_anything_new_is_over(round: Round) -> None:
    once, late, unreadable = reaction(round), reaction(round), reaction(round, "a" * 2001)
    assert saying.say(*once) == frames.saved(once[1].nonce)
    at(round, Stage.CLOSED)
    assert saying.say_together([once, late, once, unreadable]) == [
        frames.saved(once[1].nonce),
        frames.refused(late[1].nonce, saying.OVER),
        frames.saved(once[1].nonce),
        frames.refused(unreadable[1].nonce, saying.OVER),
    ]
    assert rows(round) == 1
    keys.destroy(round)
    assert saying.say(*once) == frames.refused(once[1].nonce, saying.OVER)


@in_a_database
def test_one_nonce_as_a_reaction_and_as_a_proposal_is_two_things(round: Round) -> None:
    guest, said = reaction(round)
    assert saying.say(guest, said) == frames.saved(said.nonce)
    Round.objects.filter(pk=round.pk).update(stage=Stage.CIRCLE, crossed_threshold=True)
    proposal = Say("propose", said.nonce, {"theme": [""], "offer": ["change"], "text": ["A chair by every bed"]})
    assert saying.say_together([(guest, proposal), (guest, said)]) == [frames.saved(said.nonce)] * 2
    assert gathering.waiting(round=round, basket="proposals") == 1
    assert rows(round) == 2


@in_a_database
def test_a_group_is_answered_as_one_after_the_other_would_have_been(round: Round) -> None:
    """Whatever is in it: repeats within it and from before, refusals, other things said in between."""
    shown = factories.reaction(round)
    company = (tickets.admit(tickets.for_room(round)), Say("mine_too", new_nonce(), {"reaction": [shown.pk]}))
    first = reaction(round)
    saying.say(*first)
    said = [reaction(round, ""), first, company, reaction(round), reaction(round, prompt=["another"]), company]
    said += [said[3], reaction(round, "a" * 2001), (first[0], Say("react", new_nonce(), said[3][1].fields))]
    apart = [saying.say(*one) for one in said]
    gone = SealedPost.objects.filter(round=round).count(), Voice.objects.filter(round=round).count()
    SealedPost.objects.all().delete()
    Voice.objects.all().delete()
    saying.say(*first)
    assert saying.say_together(said) == apart
    assert (SealedPost.objects.count(), Voice.objects.count()) == gone == (3, 5)


@in_a_database
def test_five_people_who_join_in_at_once_ring_once_and_one_of_them_twice_counts_once(round: Round) -> None:
    shown, held = factories.reaction(round), factories.reaction(round, state=Reaction.State.HELD)
    five = [tickets.admit(tickets.for_room(round)) for _ in range(5)]
    said = [(guest, Say("mine_too", new_nonce(), {"reaction": [shown.pk]})) for guest in five]
    hidden = (five[0], Say("mine_too", new_nonce(), {"reaction": [held.pk]}))
    replies = saying.say_together([*said, hidden, said[0]])
    assert [reply and reply["t"] for reply in replies] == ["saved"] * 5 + ["refused", "saved"]
    assert voices.counts(round=round, kind=reactions.MINE_TOO) == {shown.pk: 5}
    assert RoundTopic.objects.get(round=round, topic="reactions").revision == 1
    assert saying.say_together([*said, hidden]) == replies[:6]
    assert RoundTopic.objects.get(round=round, topic="reactions").revision == 1


@in_a_database
def test_twenty_posts_ask_the_database_no_more_often_than_two(round: Round) -> None:
    asked = []
    for number in (2, 20):
        said = [reaction(round) for _ in range(number)]
        with CaptureQueriesContext(connection) as queries:
            saying.say_together(said)
        asked.append(len(queries))
    assert asked[0] == asked[1]


@in_a_database
def test_the_bell_rings_once_the_group_is_committed(round: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr("rounds.live.doorbell.ring", lambda _: seen.append(rows(round)))
    saying.say_together([reaction(round) for _ in range(4)])
    assert set(seen) == {4}


@in_a_database
def test_a_round_that_is_gone_says_so_to_everybody(round: Round) -> None:
    said = [reaction(round), reaction(round)]
    round.delete()
    assert saying.say_together(said) == [frames.refused(say.nonce, saying.OVER) for _, say in said]


class Counter:
    """Stands behind the desk instead of the database, and takes its time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.groups: list[int] = []
        self.free = threading.Event()
        monkeypatch.setattr(saying, "say_together", self.say_together)

    def say_together(self, several: Several) -> list[dict[str, Any] | None]:
        self.free.wait(5)
        self.groups.append(len(several))
        if any(said.what == "broken" for _, said in several):
            raise DatabaseError
        return [None if said.what == "not now" else frames.saved(said.nonce) for _, said in several]


def told(counter: Counter, *what: str) -> list[object]:
    """What each of these is answered, coming all at once; the last one leaves without waiting for it."""
    guest: Any = None

    async def story() -> list[object]:
        table = Desk()
        asked = [asyncio.ensure_future(table.say(guest, Say(name, str(at), {}))) for at, name in enumerate(what)]
        await asyncio.sleep(0.05)
        asked[-1].cancel()
        counter.free.set()
        return [
            type(a) if isinstance(a, BaseException) else a for a in await asyncio.gather(*asked, return_exceptions=True)
        ]

    return asyncio.run(story())


def test_whoever_comes_while_another_is_served_is_served_together(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter(monkeypatch)
    monkeypatch.setattr(desk, "MOST_TOGETHER", 16)
    answers = told(counter, *["react"] * 40)
    assert answers == [*(frames.saved(str(at)) for at in range(39)), asyncio.CancelledError]
    assert counter.groups == [16, 16, 8]


def test_not_now_is_said_to_that_one_only(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = told(Counter(monkeypatch), "react", "not now", "react", "react")
    assert answers[:3] == [frames.saved("0"), saying.NotNow, frames.saved("2")]


def test_a_desk_that_broke_down_answers_not_now_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "MOST_TOGETHER", 16)
    answers = told(Counter(monkeypatch), *["broken"] * 16, *["react"] * 3)
    assert answers[:18] == [*[saying.NotNow] * 16, frames.saved("16"), frames.saved("17")]


def test_a_kill_with_posts_of_thirty_people_under_way_loses_nothing_that_was_answered(server: House) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    assert round.current_prompt is not None
    phones = [server.phone() for _ in range(30)]
    for phone in phones:
        phone.hello(tickets.for_room(round))
    for phone in phones:
        for _ in range(4):
            fields = {"prompt": round.current_prompt.public_id, "text": "as the light went"}
            phone.send({"t": "say", "what": "react", "nonce": new_nonce(), **fields})
    saved = [phones[0].next("saved")["nonce"]]
    server.kill()
    for phone in phones:
        with suppress(ConnectionClosed):
            while (frame := json.loads(phone.raw(5)))["t"]:
                saved += [frame["nonce"]] if frame["t"] == "saved" else []
    basket = round.current_prompt.basket
    assert all(gathering.knows(round=round, basket=basket, nonce=nonce) for nonce in saved)
    assert rows(round) >= len(saved)
    server.start()
