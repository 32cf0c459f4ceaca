"""An answer goes to every phone in the same bytes, and opens only where the key is."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import threading

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core import mail
from django.db import connection
from django.test import Client

from rounds import keys, reactions, replies, stages
from rounds.live import hub, tickets
from rounds.live.messages import Sender
from rounds.models import Disclosure, Reaction, Round, StaffAct, Stage, User
from rounds.refusals import Refused
from tests import factories
from tests.rounds.consoles import press, rows

pytestmark = pytest.mark.django_db(transaction=True)
AT_RISK = "I don’t want to be here any more"
ANSWER = "Thank you for saying it. I am by the door afterwards, and there is a number on the card."


def a_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def opened(key: str, round: Round) -> str | None:
    """What a phone with this key can read of the boxes, as static/js/replies.js tries them."""
    for box in replies.boxes(round=round):
        raw = base64.urlsafe_b64decode(box)
        try:
            return AESGCM(base64.urlsafe_b64decode(key + "=")).decrypt(raw[:12], raw[12:], None).decode().rstrip()
        except InvalidTag:
            continue
    return None


class Told:
    """A round in which one of five people wrote something that may be a disclosure, shown to the facilitators."""

    def __init__(self, *, key: str | None = None, texts: tuple[str, ...] = (AT_RISK,)) -> None:
        self.alice: User = factories.facilitator("alice", of=factories.programme())
        self.round = factories.round_(self.alice.memberships.get().programme, stage=Stage.REFLECTION, floor=3)
        self.keys = [a_key() for _ in range(len(texts) + 4)]
        if key is not None:
            self.keys[0] = key
        assert self.round.current_prompt is not None
        for number, text in enumerate((*texts, "One.", "Two.", "Three.", "Four.")):
            sender = Sender(round=self.round, voice=f"voice {number}")
            prompt, nonce = self.round.current_prompt.public_id, f"n{number}"
            reactions.post(sender=sender, nonce=nonce, prompt=prompt, text=text, feelings=[], reply=self.keys[number])
        reactions.release(round=self.round, by=self.alice)

    def about(self, text: str = AT_RISK) -> str:
        return Reaction.objects.get(text=text).pk

    def answer(self, words: str = ANSWER, text: str = AT_RISK) -> None:
        replies.send(round=self.round, about=self.about(text), words=words, by=self.alice)


def polled(round: Round) -> bytes:
    body = json.dumps({"ticket": tickets.for_room(round), "revision": None})
    return Client().post("/live/poll", body, content_type="application/json").content


def test_every_phone_gets_the_same_bytes_and_only_the_writers_opens_them() -> None:
    told = Told()
    before = polled(told.round)
    told.answer()
    assert polled(told.round) == polled(told.round) != before
    assert replies.boxes(round=told.round)[0] in polled(told.round).decode()
    assert [opened(key, told.round) for key in told.keys] == [ANSWER, None, None, None, None]
    assert opened(a_key(), told.round) is None


def test_boxes_are_always_as_many_of_one_length_and_all_new_with_each_answer() -> None:
    told = Told()
    none = replies.boxes(round=told.round)
    told.answer("Yes.")
    one = replies.boxes(round=told.round)
    told.answer("Yes. " * 80)
    again = replies.boxes(round=told.round)
    assert {len(box) for box in (*none, *one, *again)} == {len(none[0])}
    assert [len(boxes) for boxes in (none, one, again)] == [replies.MOST] * 3
    assert not set(none) & set(one)
    assert not set(one) & set(again)
    assert again == replies.boxes(round=told.round)


def test_an_ordinary_press_makes_the_boxes_look_new_as_well() -> None:
    told = Told()
    before = replies.boxes(round=told.round)
    shown = Reaction.objects.get(text="One.")
    reactions.move(round=told.round, reaction=shown.pk, to=Reaction.State.ASIDE, by=told.alice)
    assert not set(before) & set(replies.boxes(round=told.round))


def test_the_boxes_look_new_whenever_the_room_changes_and_by_themselves_where_it_is_quiet() -> None:
    told = Told()
    seen = [frozenset(replies.boxes(round=told.round))]

    def look_new() -> bool:
        seen.append(frozenset(replies.boxes(round=told.round)))
        return seen[-1].isdisjoint(seen[-2])

    replies.renew(round_pk=told.round.pk)
    assert not look_new()
    stages.move(round=told.round, seen=Stage.REFLECTION, to=Stage.THREADS, by=told.alice)
    assert look_new()
    stages.move(round=told.round, seen=Stage.THREADS, to=Stage.CLOSING, by=told.alice)
    assert look_new()
    replies.renew(round_pk=told.round.pk)
    assert look_new()


def test_a_hub_renews_the_boxes_at_no_set_time(monkeypatch: pytest.MonkeyPatch) -> None:
    renewed = threading.Semaphore(0)
    monkeypatch.setattr(hub, "RENEWS_EVERY", 0.001)
    monkeypatch.setattr(replies, "renew", lambda *, round_pk: renewed.release(round_pk))

    async def open_for_a_while() -> bool:
        task = asyncio.ensure_future(hub.Hub(3).run())
        is_renewed = await asyncio.to_thread(lambda: all(renewed.acquire(timeout=10) for _ in range(6)))
        task.cancel()
        return is_renewed

    assert asyncio.run(open_for_a_while())


def test_the_answer_stands_in_no_row_in_no_mail_and_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    told = Told()
    told.answer()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            assert all(ANSWER not in str(cell) and told.keys[0] not in str(cell) for row in cursor for cell in row), (
                table
            )
    assert ANSWER.encode() not in b"".join(bytes(row.words) for row in Disclosure.objects.all())
    assert mail.outbox == []
    assert ANSWER not in caplog.text
    assert StaffAct.objects.filter(what="sent an answer that one device can open").count() == 1


def test_keys_of_what_was_simply_shown_are_not_kept() -> None:
    told = Told()
    [kept] = Disclosure.objects.all()
    assert kept.pk == told.about()
    assert len(bytes(kept.key)) == 60


@pytest.mark.parametrize("key", ["", "no key at all", "A" * 42])
def test_a_phone_without_a_key_cannot_be_answered_and_the_console_says_so(key: str) -> None:
    told = Told(key=key)
    [row] = rows("disclosures", told.round).values()
    assert "No answer can be sent to this one" in row
    assert "<textarea" not in row
    with pytest.raises(Refused, match="no way to open"):
        told.answer()


def test_a_facilitator_answers_from_the_console(client: Client) -> None:
    told = Told()
    client.force_login(told.alice)
    borrowed = rows("disclosures", told.round)[told.about()].split("Words to borrow")[1].split("</details>")[0]
    assert "You were heard." in borrowed
    assert "Talk to someone you trust" in borrowed  # of the programme's support card
    assert press(client, "console-disclosure", told.round, about=told.about(), do="answer", words="")[0] == 409
    assert press(client, "console-disclosure", told.round, about=told.about(), do="answer", words=ANSWER)[0] == 200
    assert opened(told.keys[0], told.round) == ANSWER
    assert "You answered:" in rows("disclosures", told.round)[told.about()]


def test_there_is_room_for_so_many_answers_and_no_more() -> None:
    texts = tuple(f"{AT_RISK}, {number}" for number in range(replies.MOST + 1))
    told = Told(texts=texts)
    for text in texts[:-1]:
        told.answer(text=text)
    with pytest.raises(Refused, match="no room"):
        told.answer(text=texts[-1])
    told.answer("Instead of the first.", text=texts[0])
    assert opened(told.keys[0], told.round) == "Instead of the first."


def test_an_answer_goes_when_what_it_answers_is_let_go() -> None:
    told = Told()
    told.answer()
    reactions.move(round=told.round, reaction=told.about(), to=Reaction.State.RELEASED, by=told.alice)
    assert [opened(key, told.round) for key in told.keys] == [None] * 5


def test_without_the_rounds_key_there_are_no_boxes() -> None:
    told = Told()
    told.answer()
    keys.destroy(told.round)
    assert replies.boxes(round=told.round) == []
