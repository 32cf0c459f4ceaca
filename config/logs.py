"""What may be written to a log: an allow-list, because a log beside a database undoes anonymity."""

from __future__ import annotations

import logging


class AllowedFormatter(logging.Formatter):
    """Level, logger and where an error came from; never a message's arguments, an address, a path or a text.

    A message template is code and may be printed; its arguments are people's data and may not.
    """

    def format(self, record: logging.LogRecord) -> str:
        template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        line = f"{self.formatTime(record, '%Y-%m-%dT%H:%M')} {record.levelname} {record.name}: {template}"
        if record.exc_info and record.exc_info[0]:
            line += f" [{record.exc_info[0].__name__} at {self._place(record)}]"
        return line

    @staticmethod
    def _place(record: logging.LogRecord) -> str:
        trace = record.exc_info[2] if record.exc_info else None
        while trace and trace.tb_next:
            trace = trace.tb_next
        return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
