"""A round in which everything goes wrong that can, played by people who are easily recognised."""

from __future__ import annotations

import json
import secrets
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from urllib.parse import quote

from websockets.exceptions import WebSocketException

from rounds import reactions, replies, voices
from rounds.models import Reaction, Round, Stage, User
from tests import factories
from tests.logs.breaking import SLOW_SECONDS
from tests.logs.people import Line, Person
from tests.logs.sweep import Secrets

TROUBLES = (
    "form",
    "verb",
    "unique",
    "no_table",
    "a_number",
    "timeout",
    "thread",
    "sore",
    "warning",
    "log",
    "no such kind",
)
AT_RISK = "I don’t want to be here any more"
EVERYTHING = {"address", "agent", "ticket", "nonce", "code", "text", "wall", "reply key", "answer"}
WRONG_CODES = ("WRNG7KXQ", "N0SVCHRM")


class BadTemper:
    """The people of one round, what they do, and everything that may be found nowhere afterwards."""

    def __init__(self, *, line: Line, host: str, round: Round, troubles: tuple[str, ...] = TROUBLES) -> None:
        self.troubles = troubles
        self.line = line
        self.host = host
        self.round = round
        self.known = Secrets()
        self.known.add("code", round.join_code, *WRONG_CODES)
        self.known.add("wall", round.wall_token)

    def person(self, *, inside: bool = True) -> Person:
        made = Person(self.line, self.host, self.known)
        if inside:
            status, answer = made.join(self.round.join_code)
            assert status == 200, answer
        return made

    def everything(self) -> None:
        """All that goes wrong while the server stays up."""
        self.an_ordinary_quarter_of_an_hour()
        self.refused_joins()
        self.errors_in_pages()
        self.errors_over_sockets()
        self.errors_over_http()
        self.bad_requests()
        self.large_bodies()
        self.floods()
        self.rude_leavers()

    def an_ordinary_quarter_of_an_hour(self) -> None:
        prompt = self.round.current_prompt
        assert prompt is not None
        with ExitStack() as open_lines:
            room = [self.person() for _ in range(6)]
            lives = [open_lines.enter_context(one.come_in()) for one in room]
            for number, (one, live) in enumerate(zip(room, lives, strict=True)):
                words = f"{AT_RISK}, {one.words()}" if number == 0 else one.words()
                self.known.add("reply key", key := secrets.token_urlsafe(32))
                one.shout(live, "react", prompt=prompt.public_id, text=words, feelings=["tender"], reply=key)
            assert wait(lambda: self.round.sealed_posts.count() == 6), "they could not write"
            by = factories.facilitator(of=self.round.programme)
            reactions.release(round=Round.objects.get(pk=self.round.pk), by=by)
            self.somebody_at_risk_is_answered(by)
            shown = list(Reaction.objects.of(self.round).shown())
            for one, live in zip(room, lives, strict=True):
                one.shout(live, "mine_too", reaction=shown[0].pk)
            assert wait(lambda: self.round.voices.filter(kind=voices.LOCKED).count() == 6), "nobody joined in"

    def somebody_at_risk_is_answered(self, by: User) -> None:
        """What is held for a person to read, and the answer that one device can open."""
        self.known.add("answer", words := f"I am by the door, {secrets.token_hex(8)}.")
        about = Reaction.objects.of(self.round).get(text__startswith=AT_RISK)
        assert about.state == Reaction.State.HELD
        replies.send(round=Round.objects.get(pk=self.round.pk), about=about.pk, words=words, by=by)

    def refused_joins(self) -> None:
        stranger = self.person(inside=False)
        for code in WRONG_CODES:
            assert stranger.join(code)[0] == 404
        code = self.round.join_code
        for path in (f"/j?code={code}", f"/j/{code}", f"/live/join?code={code}", f"/j/{quote(stranger.words())}"):
            stranger.ask("GET", path, headers={"Referer": f"https://{self.host}/j?code={code}"})
        stranger.ask("POST", "/live/join", code.encode(), {"Content-Type": "text/plain"})
        stranger.ask("POST", "/live/join", f'{{"code": "{code}", '.encode(), {"Content-Type": "application/json"})
        Round.objects.filter(pk=self.round.pk).update(joining_locked=True)
        assert stranger.join(code)[0] == 409
        Round.objects.filter(pk=self.round.pk).update(joining_locked=False)
        with stranger.socket() as live:
            live.send(json.dumps({"t": "hello", "ticket": self.person().ticket[:-3] + "abc", "revision": None}))
            with suppress(WebSocketException, TimeoutError):
                live.recv(timeout=2)

    def errors_in_pages(self) -> None:
        guest = self.person()
        path = f"/broken/{quote(guest.words())}?ticket={guest.ticket}&code={self.round.join_code}"
        assert guest.ask("GET", path)[0] == 500
        assert guest.ask("POST", path, guest.words().encode(), {"Content-Type": "text/plain"})[0] == 500
        fields = f"login={quote(guest.words())}&password={guest.ticket}".encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert guest.ask("POST", "/accounts/login/", fields, form)[0] == 403

    def errors_over_sockets(self) -> None:
        guest = self.person()
        for kind in self.troubles:
            with guest.come_in() as live:
                guest.shout(live, "trouble", kind=kind, text=guest.words())
                with suppress(WebSocketException, TimeoutError):
                    live.recv(timeout=0.5)
        for what in ("consumer", "task", "nothing of the sort", guest.words()):
            with guest.come_in() as live:
                guest.shout(live, what, text=guest.words())
                with suppress(WebSocketException, TimeoutError):
                    live.recv(timeout=0.5)

    def errors_over_http(self) -> None:
        guest = self.person()
        for kind in self.troubles:
            guest.say("trouble", kind=kind, text=guest.words())

    def bad_requests(self) -> None:
        """What no browser sends: half of it never reaches the application."""
        guest = self.person()
        words, agent = guest.words(), f"User-Agent: {guest.agent}\r\nX-Forwarded-For: {guest.address}\r\n"
        host = f"Host: {self.host}\r\n{agent}"
        upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 77\r\n"
        for request in (
            words,
            f"\x16\x03\x01{words}",
            f"GET /{guest.ticket}/\x01 HTTP/9.9\r\n{agent}",
            f"GET /{quote(words)} HTTP/1.1\r\n{agent}",
            f"GET / HTTP/1.1\r\nHost: {words.replace(' ', '-')}\r\n{agent}Connection: close\r\n",
            f"GET / HTTP/1.1\r\nCookie: {guest.ticket * 400}\r\n{host}",
            f"POST /live/say HTTP/1.1\r\nContent-Length: {guest.ticket}\r\n{host}",
            f"GET /static/../../{guest.ticket} HTTP/1.1\r\n{host}Connection: close\r\n",
            f"GET /live/ HTTP/1.1\r\n{host}{upgrade}Sec-WebSocket-Key: {guest.ticket}\r\n",
        ):
            guest.raw(f"{request}\r\n\r\n".encode("latin1", "replace"), listen=1)

    def large_bodies(self) -> None:
        guest = self.person()
        kinds = {"Content-Type": "application/json"}
        for size in (60_000, 120_000, 260_000, 2_000_000):
            body = json.dumps({"ticket": guest.ticket, "text": guest.words() + "x" * size}).encode()
            assert guest.ask("POST", "/live/say", body, kinds)[0] in {0, 400, 413}
        frame = json.dumps({"t": "say", "text": guest.words() + "x" * 150_000})
        with guest.come_in() as live, suppress(WebSocketException, OSError, TimeoutError):
            live.send(frame)
            live.recv(timeout=0.5)

    def floods(self) -> None:
        guest, other = self.person(), self.person()
        with guest.come_in() as live, suppress(WebSocketException, OSError):
            for _ in range(500):
                live.send(json.dumps({"t": "say", "what": "react", "nonce": guest.nonce(), "text": guest.words()}))
        for _ in range(60):
            other.say("react", prompt="nowhere", text=other.words(), feelings=[])

    def rude_leavers(self) -> None:
        """Gone in the middle of a request, of a handshake, of an answer."""
        guest = self.person()
        words = guest.words()
        head = "".join(f"{name}: {value}\r\n" for name, value in guest.headers().items())
        guest.raw(f"POST /live/say HTTP/1.1\r\n{head}Content-Length: 500\r\n\r\n{words}".encode(), listen=0)
        guest.raw(f"GET /broken/{quote(words)} HTTP/1.1\r\n{head}\r\n".encode(), listen=0)
        guest.raw(f"GET /live/ HTTP/1.1\r\n{head}Upgrade: websocket\r\nConnection: Upgrade\r\n".encode(), listen=0)

    def a_slow_goodbye(self, leave: Callable[[signal.Signals], None]) -> None:
        """The server is told to go while people are in the middle of things; then it is gone, and they try again."""
        room = [self.person() for _ in range(3)]
        slow = threading.Thread(target=room[0].say, args=["trouble"], kwargs={"kind": "slow", "text": room[0].words()})
        with ExitStack() as open_lines:
            lives = [open_lines.enter_context(one.come_in()) for one in room]
            slow.start()
            room[1].shout(lives[1], "trouble", kind="slow", text=room[1].words())
            time.sleep(SLOW_SECONDS / 6)
            leave(signal.SIGTERM)
            for one, live in zip(room, lives, strict=True):
                one.shout(live, "react", prompt="nowhere", text=one.words())
        slow.join()
        for one in room:
            with suppress(OSError):
                one.say("react", prompt="nowhere", text=one.words())

    def a_kill(self, leave: Callable[[signal.Signals], None]) -> None:
        """The same, without a goodbye."""
        guest = self.person()
        with guest.come_in() as live:
            for _ in range(20):
                guest.shout(live, "trouble", kind="timeout", text=guest.words())
            leave(signal.SIGKILL)
        with suppress(OSError):
            guest.say("react", prompt="nowhere", text=guest.words())


def a_round() -> Round:
    """An open round that lets people write."""
    return factories.round_(stage=Stage.REFLECTION, floor=3)


def wait(true: Callable[[], bool], seconds: float = 25) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
