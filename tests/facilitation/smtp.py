"""A small real mail server for tests: the few commands of RFC 5321 that a mail needs, on a socket, in a thread."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import cast


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it is given. answer: what it says to a line, where that is not the usual.

    before_taking: called when a mail has come whole and is not acknowledged yet.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.got: list[EmailMessage] = []
        self.envelopes: list[str] = []
        self.answer: Callable[[str], str] = lambda line: ""
        self.before_taking: Callable[[], None] = lambda: None

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        house = cast("MailServer", self.server)
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            said = house.answer(line)
            if said:
                self.say(said)
            elif line.upper().startswith("DATA"):
                self.take(house)
            elif line.upper().startswith("QUIT"):
                self.say("221 bye")
                return
            else:
                if line.upper().startswith("RCPT"):
                    house.envelopes.append(line)
                self.say("250 ok")

    def take(self, house: MailServer) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        house.got.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
        house.before_taking()
        self.say("250 taken")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()
