"""One question to an OpenAI-compatible model, one answer, within a deadline. The standard library, and no more.

No proxy of the environment, no redirect, no cookie, a limit to what is read: what was written goes to the one address
the installation names, or nowhere.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import queue
import socket
import ssl
import threading
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

DEADLINE: Final = 15.0  # seconds for everything: finding the host, asking, the last byte of the answer
LARGEST: Final = 256 * 1024  # bytes of an answer


class NoAnswer(Exception):
    """No whole answer came in time."""


def ask(messages: Sequence[dict[str, str]]) -> str:
    """What the model says to `messages`. Raises NoAnswer; never takes longer than DEADLINE."""
    asked = {
        "model": settings.OWN_MODEL_NAME,
        "messages": list(messages),
        "temperature": 0,
        "response_format": {"type": "json_object"},
    }
    try:
        told: Any = json.loads(_within_the_deadline(json.dumps(asked).encode()))
        said = told["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError) as trouble:
        raise NoAnswer from trouble
    if not isinstance(said, str):
        raise NoAnswer
    return said


def _within_the_deadline(body: bytes) -> bytes:
    """The bytes of the answer. The asking is done beside, because a server that drips keeps every single read alive."""
    line = _line()
    answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_asking, args=(line, body, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=DEADLINE)
    except queue.Empty:
        answer = None
    finally:
        _hang_up(line)
    if answer is None:
        raise NoAnswer
    return answer


def _asking(line: http.client.HTTPConnection, body: bytes, answers: queue.SimpleQueue[bytes | None]) -> None:
    answer = None
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError, AttributeError):  # the last: hung up
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if settings.OWN_MODEL_KEY:
            headers["Authorization"] = f"Bearer {settings.OWN_MODEL_KEY}"
        line.request("POST", f"{urlsplit(settings.OWN_MODEL_URL).path}/chat/completions", body, headers)
        response = line.getresponse()
        said = response.read(LARGEST + 1) if response.status == http.client.OK else b""
        answer = said if 0 < len(said) <= LARGEST else None
    answers.put(answer)


def _line() -> http.client.HTTPConnection:
    address = urlsplit(settings.OWN_MODEL_URL)
    try:
        host, port = address.hostname, address.port
    except ValueError as trouble:  # a port that is no number
        raise NoAnswer from trouble
    if not host or address.scheme not in ("http", "https"):
        raise NoAnswer
    if address.scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=DEADLINE)
    return http.client.HTTPSConnection(host, port, timeout=DEADLINE, context=ssl.create_default_context())


def _hang_up(line: http.client.HTTPConnection) -> None:
    """Wake whoever still reads: closing alone would leave a read waiting."""
    held = line.sock
    if held is not None:
        with contextlib.suppress(OSError):
            held.shutdown(socket.SHUT_RDWR)
    line.close()
