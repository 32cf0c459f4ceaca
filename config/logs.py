"""What may be written to a log: an allow-list, because a log beside a database undoes anonymity."""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
import traceback
from collections import Counter
from types import TracebackType
from typing import Final

OURS: Final = ("rounds", "facilitation", "config")
MINUTE: Final = 60.0
_ARGUMENT: Final = re.compile(r"%(?:\(\w+\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?[a-zA-Z]|%%")


class OneAMinute(logging.Filter):
    """Of what was refused (400 to 499), one line a minute and kind; the next one says how many it left out.

    A line for each would say in which minute somebody’s message was refused, and let anybody fill the disk.
    A kind is a logger and a status: nothing of the request.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._said: dict[tuple[str, int], float] = {}
        self._left_out: Counter[tuple[str, int]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", None)
        if not isinstance(status, int) or not 400 <= status < 500:
            return True
        kind, now = (record.name, status), time.monotonic()
        with self._lock:
            if now - self._said.get(kind, float("-inf")) < MINUTE:
                self._left_out[kind] += 1
                return False
            self._said[kind] = now
            record.left_out = self._left_out.pop(kind, 0)
        return True


class AllowedFormatter(logging.Formatter):
    """Level, logger and where an error came from; never a message's arguments, an address, a path or a text.

    A message template is code and may be printed; its arguments are people's data and may not. A library's message
    without arguments may have been put together already (Django says which host was asked for), and so may not either.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record, '%Y-%m-%dT%H:%M')} {record.levelname} {record.name}"
        if _is_template(record):
            line += _said(record.msg)
        elif not isinstance(record.msg, str):
            line += f": {type(record.msg).__name__}"
        if isinstance(status := getattr(record, "status_code", None), int):
            line += f" ({status})"
        if left_out := getattr(record, "left_out", 0):
            line += f", {left_out} more since the last such line"
        if record.exc_info and record.exc_info[0]:
            line += f" [{record.exc_info[0].__name__} at {self._place(record)}]"
        return line

    @staticmethod
    def _place(record: logging.LogRecord) -> str:
        trace = record.exc_info[2] if record.exc_info else None
        while trace and trace.tb_next:
            trace = trace.tb_next
        return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"


def _said(template: str) -> str:
    """The template with a dash for each argument; nothing where it is made of arguments alone, as “%s: %s” is."""
    words = _ARGUMENT.sub(lambda found: "%" if found[0] == "%%" else "–", template)
    return f": {words}" if any(letter.isalpha() for letter in words) else ""


def _is_template(record: logging.LogRecord) -> bool:
    """Whether the message is code, as it stands in a source file, and not something that was put together."""
    if not isinstance(record.msg, str):
        return False
    if record.name.split(".")[0] in OURS:
        return True
    return bool(record.args) and not record.name.startswith("django.security")


def close_other_ways() -> None:
    """Have whatever Python prints past the log say no more than the log may. For processes that serve.

    Each of these would print an exception's own words, and an exception may quote what somebody wrote: what ends a
    thread or the process, what fails while an object is thrown away, a warning about a connection that was not closed,
    a log line that could not be written. (Twisted's own log Daphne sends to nowhere.)
    """
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    sys.excepthook = _ended
    threading.excepthook = lambda ended: _ended(ended.exc_type, ended.exc_value, ended.exc_traceback)
    sys.unraisablehook = lambda ended: _ended(ended.exc_type, ended.exc_value, ended.exc_traceback)


def _ended(kind: type[BaseException], problem: BaseException | None, trace: TracebackType | None) -> None:
    print(places(kind, trace), file=sys.stderr, flush=True)  # noqa: T201  the log may be what has failed


def places(kind: type[BaseException], trace: TracebackType | None) -> str:
    """A traceback that is all code: files, lines and functions, and the exception's class without its words."""
    frames = traceback.extract_tb(trace)
    lines = [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in frames]
    return "\n".join(["An exception that nobody caught:", *lines, kind.__name__])
