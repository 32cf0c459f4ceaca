"""The program's own settings, as they are in this process."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from rounds.models import Programme, Prompt, Round
from rounds.models.programme import LOWEST_FLOOR
from rounds.models.round import FLOWING_BATCH
from rounds.self_audit.asking import Check, Surroundings

LEAST_BATCH: Final = 5
HERE: Final = ("127.0.0.1", "localhost", "::1")
CANARY: Final = "canary in a mine"


def _settings(surroundings: Surroundings) -> Iterator[str]:
    if settings.DEBUG:
        yield "DEBUG is on: pages with errors show what was sent, and every statement is kept in memory."
    if settings.ADMINS or settings.MANAGERS:
        yield "ADMINS or MANAGERS is not empty: error mails carry what people wrote."
    if not settings.CSRF_USE_SESSIONS:
        yield "CSRF_USE_SESSIONS is off: a cookie of a year would tell one browser from another."
    if settings.SESSION_SAVE_EVERY_REQUEST:
        yield "SESSION_SAVE_EVERY_REQUEST is on: pages without a session would begin one."
    address = urlsplit(settings.SITE_URL)
    if address.scheme != "https" and address.hostname not in HERE:
        yield "The address of this site does not begin with https: everybody on the network can read along."


def _logging(surroundings: Surroundings) -> Iterator[str]:
    for name in ("", *sorted(logging.Logger.manager.loggerDict)):
        for handler in logging.getLogger(name).handlers:
            if not isinstance(handler, logging.NullHandler) and _says(handler):
                yield f"The logger “{name or 'root'}” writes down what people sent."
    if logging.getLogger("django.db.backends").isEnabledFor(logging.DEBUG):
        yield "The logger “django.db.backends” writes down every statement."


def _says(handler: logging.Handler) -> bool:
    """Whether a handler that may do so lets through an argument, a path, or an exception's words."""
    what = (ValueError, ValueError(CANARY), None)
    records = [
        logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Not Found: %s", (CANARY,), what),
        logging.LogRecord("asyncio", logging.ERROR, __file__, 1, CANARY, (), what),
    ]
    return any(CANARY in handler.format(record) for record in records)


def _floors(surroundings: Surroundings) -> Iterator[str]:
    low = sum(model._default_manager.filter(floor__lt=LOWEST_FLOOR).count() for model in (Programme, Round))
    if low:
        yield f"{low} programme(s) or round(s) let people write in rooms of fewer than {LOWEST_FLOOR}."
    if LOWEST_FLOOR < 3 or FLOWING_BATCH < LEAST_BATCH:
        yield "The program itself has been changed to show fewer than three people’s words together."
    least = min((prompt.least_together for prompt in Prompt.objects.select_related("round")), default=LOWEST_FLOOR)
    if least < LOWEST_FLOOR:
        yield "A question would show fewer than three people’s words together."
    held = set()
    with connection.cursor() as cursor:
        for model in (Programme, Round):
            held |= set(connection.introspection.get_constraints(cursor, model._meta.db_table))
    for name in ("floor_is_never_below_three", "round_floor_is_never_below_three"):
        if name not in held:
            yield f"The database does not hold the lowest floor any more ({name})."


CHECKS = (
    Check("settings", "The settings let nothing of anybody out.", _settings),
    Check("logging", "What is logged says what happened, never what somebody sent.", _logging),
    Check("floors", "Nothing is shown of fewer people than the lowest floor.", _floors),
)
