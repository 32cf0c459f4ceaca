"""A small server that speaks like a language model's, and misbehaves when it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Handler"], None]
GIVES_UP_AFTER = 20  # seconds, of a server that is slow


class Handler(BaseHTTPRequestHandler):
    server: Model

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append({"path": self.path, "headers": dict(self.headers), **json.loads(body)})
        self.server.answer(self)

    def do_GET(self) -> None:
        self.server.asked.append({"path": self.path})
        self.send_error(404)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Nothing on the terminal of the tests."""

    def give(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Model(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.asked: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def model(answer: Answer) -> Iterator[Model]:
    server = Model(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def saying(content: object) -> Answer:
    """What a model answers whose message is `content`."""
    return lambda handler: handler.give(json.dumps({"choices": [{"message": {"content": content}}]}).encode())


def giving(body: bytes, status: int = 200, **headers: str) -> Answer:
    return lambda handler: handler.give(body, status, **headers)


def silent(handler: Handler) -> None:
    time.sleep(GIVES_UP_AFTER)


def dripping(handler: Handler) -> None:
    """A byte every now and then, so that no single read ever waits long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(GIVES_UP_AFTER * 20):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def slow_headers(handler: Handler) -> None:
    for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * GIVES_UP_AFTER * 20:
        handler.wfile.write(bytes([letter]))
        handler.wfile.flush()
        time.sleep(0.05)


def cut_off(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"mess')


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(10_000):
        handler.wfile.write(b" " * 65536)
