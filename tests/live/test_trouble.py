"""The server is killed and comes back; somebody signs out; a round is removed."""

from __future__ import annotations

import time

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from rounds.live import tickets
from rounds.models import Membership, Round, SealedPost, Stage, User
from rounds.models.ids import new_token
from tests import factories
from tests.live.conftest import House, Phone, new_nonce
from tests.live.test_rooms import react, waiting


def signed_in(user: User) -> str:
    """A session key, as signing in makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


def console(server: House, round: Round, user: User, session_key: str) -> Phone:
    phone = server.phone(additional_headers={"Cookie": f"sessionid={session_key}"})
    phone.send({"t": "hello", "ticket": tickets.for_console(user=user, round=round, session_key=session_key)})
    return phone


def test_after_a_kill_an_old_ticket_gets_the_state_and_nothing_acknowledged_is_lost(server: House) -> None:
    round = factories.round_(stage=Stage.REFLECTION)
    ticket, nonces = tickets.for_room(round), [new_nonce() for _ in range(20)]
    phone = server.phone()
    phone.hello(ticket)
    for nonce in nonces[:-1]:
        assert react(phone, round, nonce=nonce)["t"] == "saved"
    phone.send(
        {"t": "say", "what": "react", "nonce": nonces[-1], "prompt": prompt_of(round), "text": "as the light went"}
    )
    server.kill()
    server.start()
    back = server.phone()
    assert back.hello(ticket)["stage"] == "reflection"
    assert waiting(round) >= len(nonces) - 1
    for nonce in nonces:  # the outbox sends again what it has no answer to, and even what it has
        assert react(back, round, nonce=nonce)["t"] == "saved"
    assert SealedPost.objects.filter(round=round).count() == len(nonces)


def prompt_of(round: Round) -> str:
    assert round.current_prompt is not None
    return round.current_prompt.public_id


def test_signing_out_closes_the_console_within_ten_seconds(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    alice = factories.facilitator("alice-signs-out", of=round.programme)
    key = signed_in(alice)
    phone = console(server, round, alice, key)
    assert phone.next("snapshot")["stage"] == "story"
    SessionStore(key).delete()
    before = time.monotonic()
    assert phone.closed(within=12)[0] == 4401
    assert time.monotonic() - before < 10


def test_losing_the_role_closes_the_console_within_ten_seconds(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    alice = factories.facilitator("alice-loses-role", of=round.programme)
    phone = console(server, round, alice, signed_in(alice))
    assert phone.next("snapshot")["stage"] == "story"
    Membership.objects.filter(user=alice).delete()
    assert phone.closed(within=12)[0] == 4404


def test_a_console_ticket_is_nothing_without_its_session(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    alice = factories.facilitator("alice-session", of=round.programme)
    charlie = factories.person("charlie-session")
    ticket = tickets.for_console(user=alice, round=round, session_key=signed_in(alice))
    for cookie in ("", "sessionid=", "sessionid=nonsense", f"sessionid={signed_in(charlie)}"):
        phone = server.phone(additional_headers={"Cookie": cookie} if cookie else {})
        phone.send({"t": "hello", "ticket": ticket})
        assert phone.closed()[0] == 4401


def test_a_strangers_console_ticket_for_this_round_is_closed_with_4404(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    charlie = factories.person("charlie-console")
    assert console(server, round, charlie, signed_in(charlie)).closed()[0] == 4404


def test_a_sealed_rounds_ticket_is_closed_with_4404(server: House) -> None:
    from rounds import keys

    round = factories.round_(stage=Stage.CLOSED)
    ticket = tickets.for_room(round)
    keys.destroy(round)
    phone = server.phone()
    phone.send({"t": "hello", "ticket": ticket})
    code, heard = phone.closed()
    assert code == 4404
    assert heard[-1]["because"] == "This round is over."


def test_everyone_in_a_round_that_is_removed_is_told_so(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    phone = server.phone()
    phone.hello(tickets.for_room(round))
    round.delete()
    assert phone.closed()[0] == 4404


def test_a_walls_ticket_dies_with_its_token(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    ticket = tickets.for_wall(round)
    assert server.phone().hello(ticket)["stage"] == "story"
    Round.objects.filter(pk=round.pk).update(wall_token=new_token())
    phone = server.phone()
    phone.send({"t": "hello", "ticket": ticket})
    assert phone.closed()[0] == 4401
