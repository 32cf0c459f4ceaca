"""People with distinctive everything, who talk to the server over lines of their own."""

from __future__ import annotations

import itertools
import json
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.logs.sweep import Secrets

Line = Callable[[str], socket.socket]  # from an address of this machine to an open connection
WAITS = 20
_numbers = itertools.count(1)


class Person:
    """Somebody with an address, a browser and words that nobody else in the world has."""

    def __init__(self, line: Line, host: str, known: Secrets) -> None:
        number = next(_numbers)
        self.line = line
        self.host = host
        self.known = known
        self.address = f"127.{100 + number // 200}.{number % 200 + 20}.{secrets.randbelow(150) + 100}"
        self.agent = f"Quill/{secrets.token_hex(6)} (ward tablet)"
        self.ticket = ""
        known.add("address", self.address)
        known.add("agent", self.agent.split(" ")[0])

    def words(self) -> str:
        """A sentence of theirs."""
        strange = f"zirkon{secrets.token_hex(5)}"
        self.known.add("text", strange)
        return f"I thought of {strange} and “nothing” else."

    def nonce(self) -> str:
        made = secrets.token_urlsafe(16)
        self.known.add("nonce", made)
        return made

    def headers(self) -> dict[str, str]:
        return {
            "Host": self.host,
            "User-Agent": self.agent,
            "X-Forwarded-For": self.address,
            "X-Real-IP": self.address,
            "Forwarded": f"for={self.address}",
            "X-Forwarded-Proto": "https",
        }

    def raw(self, request: bytes, *, listen: float = WAITS) -> bytes:
        """Send these bytes and return what comes back until the other side is done, or has been silent so long."""
        got = b""
        with closing(self.line(self.address)) as line, suppress(OSError):
            line.settimeout(listen or WAITS)
            line.sendall(request)
            while listen and (piece := line.recv(65536)):
                got += piece
        return got

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status (0: none came) and body, as JSON where it is."""
        given = {**self.headers(), "Connection": "close", "Content-Length": str(len(body)), **(headers or {})}
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in given.items())
        answer = self.raw(head.encode() + b"\r\n" + body)
        if not answer:
            return 0, None
        top, _, rest = answer.partition(b"\r\n\r\n")
        status = int(top.split(b" ", 2)[1])
        if b"chunked" in top.lower():
            rest = _joined(rest)
        try:
            return status, json.loads(rest)
        except ValueError:
            return status, rest

    def post(self, path: str, fields: Mapping[str, Any]) -> tuple[int, Any]:
        return self.ask("POST", path, json.dumps(fields).encode(), {"Content-Type": "application/json"})

    def join(self, code: str) -> tuple[int, Any]:
        status, answer = self.post("/live/join", {"code": code})
        if status == 200:
            self.ticket = answer["ticket"]
            self.known.add("ticket", self.ticket)
        return status, answer

    def say(self, what: str, **fields: Any) -> tuple[int, Any]:
        """Over HTTP."""
        return self.post("/live/say", {"ticket": self.ticket, "what": what, "nonce": self.nonce(), **fields})

    def socket(self) -> ClientConnection:
        """An open socket, hello not yet said."""
        headers = {name: value for name, value in self.headers().items() if name not in {"Host", "User-Agent"}}
        return connect(
            f"ws://{self.host}/live/",  # over a line that is open already
            sock=self.line(self.address),
            additional_headers=headers,
            user_agent_header=self.agent,
            open_timeout=WAITS,
            close_timeout=1,
            max_size=None,
        )

    @contextmanager
    def come_in(self) -> Iterator[ClientConnection]:
        """A socket that has said hello and been answered; what ends it is nobody's surprise here."""
        with self.socket() as live:
            live.send(json.dumps({"t": "hello", "ticket": self.ticket, "revision": None}))
            live.recv(timeout=WAITS)
            with suppress(WebSocketException, OSError):
                yield live

    def shout(self, live: ClientConnection, what: str, **fields: Any) -> None:
        """Say something over a socket, and do not wait for what comes of it."""
        with suppress(WebSocketException, OSError):
            live.send(json.dumps({"t": "say", "what": what, "nonce": self.nonce(), **fields}))


def _joined(chunks: bytes) -> bytes:
    whole = b""
    while chunks:
        size, _, chunks = chunks.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            break
        whole, chunks = whole + chunks[:length], chunks[length + 2 :]
    return whole
