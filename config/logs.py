"""What may be written to a log: an allow-list, because a log beside a database undoes anonymity."""

from __future__ import annotations

import logging
from typing import Final

OURS: Final = ("rounds", "facilitation", "config")


class AllowedFormatter(logging.Formatter):
    """Level, logger and where an error came from; never a message's arguments, an address, a path or a text.

    A message template is code and may be printed; its arguments are people's data and may not. A library's message
    without arguments may have been put together already (Django says which host was asked for), and so may not either.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record, '%Y-%m-%dT%H:%M')} {record.levelname} {record.name}"
        if _is_template(record):
            line += f": {record.msg}"
        elif not isinstance(record.msg, str):
            line += f": {type(record.msg).__name__}"
        if record.exc_info and record.exc_info[0]:
            line += f" [{record.exc_info[0].__name__} at {self._place(record)}]"
        return line

    @staticmethod
    def _place(record: logging.LogRecord) -> str:
        trace = record.exc_info[2] if record.exc_info else None
        while trace and trace.tb_next:
            trace = trace.tb_next
        return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"


def _is_template(record: logging.LogRecord) -> bool:
    """Whether the message is code, as it stands in a source file, and not something that was put together."""
    if not isinstance(record.msg, str):
        return False
    if record.name.split(".")[0] in OURS:
        return True
    return bool(record.args) and not record.name.startswith("django.security")
