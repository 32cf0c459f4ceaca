"""What goes wrong when a test says so: each trouble carries every word it was given, as a careless error would."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any, Never

from django import forms
from django.db import connection, transaction

from rounds.forms.fields import Token, Words
from rounds.live import consumers, messages
from rounds.live.messages import Message, Sender

SLOW_SECONDS = 3


def begin() -> None:
    """Make the troubles sayable."""
    messages.register(Message(name="trouble", form=TroubleForm, verb=trouble))
    consumers.Visit.take = _careless(consumers.Visit.take)  # type: ignore[method-assign]


def _careless(take: Callable[..., Any]) -> Callable[..., Any]:
    async def taken(self: Any, guest: Any, home: Any, said: Any) -> None:
        if said.what == "consumer":
            raise RuntimeError(f"{said} of {guest} with {self.scope}")
        if said.what == "task":
            asyncio.ensure_future(_fails(f"{said} of {guest} with {self.scope}"))  # noqa: RUF006  nobody asks after it
            return
        await take(self, guest, home, said)

    return taken


async def _fails(words: str) -> Never:
    raise RuntimeError(words)


class TroubleForm(forms.Form):
    kind = Token()
    text = Words()

    def clean(self) -> dict[str, Any]:
        if self.data.get("kind") == "form":
            raise RuntimeError(f"a form with {dict(self.data)}")
        return self.cleaned_data


def trouble(*, sender: Sender, nonce: str, kind: str, text: str) -> None:
    """A verb that fails as asked. Raises nearly anything."""
    words = f"{text} of {sender} under {nonce}"
    if kind == "verb":
        raise RuntimeError(words)
    _TROUBLES[kind](text if kind in _IN_SQL else words)


# A database is sent words in the clear, and nothing else.
_IN_SQL = ("unique", "no_table", "a_number", "timeout", "cut_off", "hang")


def _sql(*statements: str) -> Callable[[str], None]:
    def run(words: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, [words] * statement.count("%s"))

    return run


def _thread(words: str) -> None:
    def fail() -> None:
        raise RuntimeError(words)

    thread = threading.Thread(target=fail, name=words)
    thread.start()
    thread.join()


class _Sore:
    def __init__(self, words: str) -> None:
        self.words = words

    def __del__(self) -> None:
        raise RuntimeError(self.words)


def _sore(words: str) -> None:
    _Sore(words)
    gc.collect()


def _log(words: str) -> None:
    logging.getLogger("some.library").error("%d things", words)
    logging.getLogger("some.library").error(words)  # noqa: G004, RUF100


_UNIQUE = "INSERT INTO breaking_words (words) VALUES (%s)"
_TROUBLES: dict[str, Callable[[str], None]] = {
    "unique": _sql("CREATE TABLE IF NOT EXISTS breaking_words (words varchar(9000) PRIMARY KEY)", _UNIQUE, _UNIQUE),
    "no_table": _sql("SELECT %s FROM there_is_no_such_table"),
    "a_number": _sql("SELECT CAST(%s AS integer) + json('nothing')"),
    "timeout": _sql("SET LOCAL statement_timeout = 50", "SELECT %s, pg_sleep(2)"),
    "cut_off": _sql("SELECT %s, pg_terminate_backend(pg_backend_pid())", "SELECT 1"),
    "hang": _sql("SELECT %s, pg_sleep(30)"),
    "slow": lambda words: time.sleep(SLOW_SECONDS),
    "thread": _thread,
    "sore": _sore,
    "warning": lambda words: warnings.warn(words, UserWarning, stacklevel=1),
    "log": _log,
}
