"""A phone is shown the real row of what it wrote, as the database has it: waiting, shown, after the seal nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from rounds import keys, own_rows, reactions, sealing
from rounds.live import tickets
from rounds.live.messages import Sender
from rounds.models import Reaction, Round, SealedPost, Spent, Stage
from rounds.views import stored
from tests import factories
from tests.rounds.looking import to, wait, words

pytestmark = pytest.mark.django_db
NONCE = "a-nonce-of-this-phone"


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    stored._rates = type(stored._rates)(10, 10)


def written(round: Round, text: str = "I sat down by the bed.", nonce: str = NONCE) -> str:
    """Somebody joins and writes; their ticket."""
    assert round.current_prompt is not None
    ticket = tickets.for_room(round)
    sender = Sender(round=round, voice=tickets.admit(ticket).voice)
    reactions.post(sender=sender, nonce=nonce, prompt=round.current_prompt.public_id, text=text, feelings=[])
    return ticket


def ask(ticket: str, *pairs: list[str]) -> tuple[int, Any]:
    body = json.dumps({"ticket": ticket, "written": list(pairs)})
    answer = Client().post("/live/stored", body, content_type="application/json")
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json()


def own(round: Round, nonce: str = NONCE) -> list[str]:
    assert round.current_prompt is not None
    return [round.current_prompt.public_id, nonce]


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def test_what_waits_is_shown_as_the_locked_row_it_is() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    ticket = written(round)
    status, answer = ask(ticket, own(round))
    row = SealedPost.objects.get()
    said = words(answer["html"])
    assert status == 200
    assert row.pk in said
    assert bytes(row.box)[:24].hex(" ", 4) in said
    assert f"({len(bytes(row.box)):,} bytes)" in said
    assert "by the bed" not in said  # "bed" alone may be three digits of the box
    assert all(f" {column} " in f" {said} " for column in columns("rounds_sealedpost"))


def test_a_column_that_the_program_does_not_know_is_shown_too() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE rounds_sealedpost ADD COLUMN device varchar(20) DEFAULT 'iPhone of alice'")
    ticket = written(round)
    assert "device iPhone of alice" in words(ask(ticket, own(round))[1]["html"])


def test_once_shown_a_mark_is_left_and_a_row_among_the_others() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    ticket = written(round)
    wait(round, 5)
    reactions.release(round=round, by=factories.facilitator(of=round.programme))
    said = words(ask(ticket, own(round))[1]["html"])
    first = Reaction.objects.of(round).first()
    assert Spent.objects.filter(pk__in=said.split()).count() == 1
    assert own_rows.SHOWN in said
    assert own_rows.AMONG in said
    assert first is not None
    assert first.pk in said


def test_everybody_who_asks_is_shown_the_same_row_among_the_others() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    asked = [written(round, f"words {number}", f"nonce-number-{number}") for number in range(6)]
    reactions.release(round=round, by=factories.facilitator(of=round.programme))
    shown = set()
    for number, _ in enumerate(asked):
        found = own_rows.of(round=round, written=[(own(round)[0], f"nonce-number-{number}")])
        shown.add(found[-1])
    assert len(shown) == 1


def test_a_held_reaction_is_never_the_one_that_is_shown_and_its_writer_sees_no_difference() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    ticket = written(round)
    wait(round, 5)
    reactions.release(round=round, by=factories.facilitator(of=round.programme))
    before = ask(ticket, own(round))
    mine = Reaction.objects.of(round).get(text="I sat down by the bed.")
    others = Reaction.objects.of(round).exclude(pk=mine.pk)
    if f"{mine.pk}" not in before[1]["html"]:
        Reaction.objects.filter(pk=mine.pk).update(state=Reaction.State.HELD)
        assert ask(ticket, own(round)) == before
    Reaction.objects.filter(pk=mine.pk).update(state=Reaction.State.HELD)
    assert "by the bed" not in ask(ticket, own(round))[1]["html"]
    others.update(state=Reaction.State.ASIDE)
    assert own_rows.AMONG not in ask(ticket, own(round))[1]["html"]


def test_after_the_seal_nothing_leads_from_a_phone_to_a_row() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    ticket = written(round)
    marked = keys.keyed_hash(round.public_id, "nonce", round.current_prompt.basket, NONCE)  # type: ignore[union-attr]
    sealing.seal(round=to(round, Stage.CLOSED))
    status, answer = ask(ticket, own(round))
    assert (status, answer) == (404, {"because": "This round is over.", "code": 4404})
    tables = [SealedPost, Spent]
    assert not any(model._default_manager.filter(pk=marked).exists() for model in tables)


def test_a_stranger_and_another_nonce_find_nothing() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    written(round)
    stranger = factories.round_(factories.programme("Hillside"), stage=Stage.REFLECTION)
    nothing = "You have not written anything"
    assert nothing in ask(tickets.for_room(stranger), own(round))[1]["html"]
    assert nothing in ask(tickets.for_room(round), own(round, "another-nonce"))[1]["html"]
    assert nothing in ask(tickets.for_room(round))[1]["html"]


@pytest.mark.parametrize("given", [None, "x", [["a"]], [["a", 1]], [["a", "b", "c"]], [["a", "b" * 65]], {"a": "b"}])
def test_what_is_no_list_of_what_was_written_is_refused(given: object) -> None:
    ticket = tickets.for_room(factories.round_(stage=Stage.REFLECTION))
    body = json.dumps({"ticket": ticket, "written": given})
    assert Client().post("/live/stored", body, content_type="application/json").status_code == 400


def test_without_a_participants_ticket_nothing_is_shown() -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    assert ask("nonsense")[0] == 401
    assert ask(tickets.for_wall(round))[0] == 401


def test_who_asks_without_end_is_asked_to_wait() -> None:
    ticket = tickets.for_room(factories.round_(stage=Stage.REFLECTION))
    assert [ask(ticket)[0] for _ in range(12)].count(429) == 2
