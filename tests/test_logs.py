"""What reaches a log: never a word, an address, a host or a path of anybody."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from io import StringIO
from logging.config import dictConfig
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.test import Client, RequestFactory, override_settings

from config.logs import AllowedFormatter


def line(name: str, message: object, *args: object, exc_info: Any = None) -> str:
    """What is printed of a record, without the minute."""
    record = logging.LogRecord(name, logging.WARNING, __file__, 1, message, args, exc_info)
    return AllowedFormatter().format(record).split(" ", 1)[1]


def test_a_template_is_printed_and_its_arguments_are_not() -> None:
    assert line("django.request", "Not Found: %s", "/r/secret") == "WARNING django.request: Not Found: –"
    assert line("django.request", "%s: %s", "Conflict", "/r/secret") == "WARNING django.request"
    assert line("rounds.live", "%(n).1f of %d%% went", 1) == "WARNING rounds.live: – of –% went"


def test_what_we_say_ourselves_is_printed() -> None:
    assert line("rounds.live.hub", "The hub is behind.") == "WARNING rounds.live.hub: The hub is behind."
    assert line("config.management.commands.serve", "Ready.").endswith(": Ready.")


@pytest.mark.parametrize("name", ["django.security.DisallowedHost", "asyncio", "daphne.server", "roundsome", "root"])
def test_a_librarys_message_that_was_put_together_is_not_printed(name: str) -> None:
    assert line(name, "Invalid HTTP_HOST header: 'secret.example'.") == f"WARNING {name}"


def test_of_security_warnings_only_the_logger_is_printed() -> None:
    assert line("django.security.csrf", "Forbidden (%s): %s", "Origin", "/r/secret") == "WARNING django.security.csrf"


def test_an_exception_is_its_class_and_its_place() -> None:
    with override_settings(ALLOWED_HOSTS=["here.example"]), pytest.raises(DisallowedHost) as raised:
        RequestFactory().get("/", headers={"host": "secret.example"}).get_host()
    problem = raised.value
    said = line("django.security.DisallowedHost", str(problem), exc_info=(type(problem), problem, raised.tb))
    assert "DisallowedHost at get_host:" in said
    assert "secret" not in said
    assert line("django.request", problem) == "WARNING django.request: DisallowedHost"


@pytest.fixture
def shipped() -> Iterator[StringIO]:
    """What the handlers as they are shipped write while a test runs."""
    out = StringIO()
    config: dict[str, Any] = dict(settings.LOGGING)
    handlers = {name: {**each, "stream": out} for name, each in config["handlers"].items()}
    dictConfig({**config, "handlers": handlers})
    yield out
    dictConfig(settings.LOGGING)


def refuse(times: int) -> None:
    for _ in range(times):
        Client().post("/live/say", {"ticket": "none"}, content_type="application/json")
        Client().post("/live/poll", {"ticket": "none", "revision": None}, content_type="application/json")


@pytest.mark.django_db
def test_a_flood_of_refused_messages_is_one_line_a_minute_and_kind(
    shipped: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(20)
    first = shipped.getvalue().splitlines()
    assert sorted(line.rpartition(" ")[2] for line in first) == ["(400)", "(401)"]
    now = time.monotonic()
    monkeypatch.setattr("config.logs.time.monotonic", lambda: now + 61)
    refuse(1)
    later = shipped.getvalue().splitlines()[len(first) :]
    assert sorted(line.split("(")[1] for line in later) == [
        "400), 19 more since the last such line",
        "401), 19 more since the last such line",
    ]


def test_what_went_wrong_in_the_program_is_written_down_each_time(shipped: StringIO) -> None:
    for _ in range(3):
        logging.getLogger("django.request").error("Internal Server Error: %s", "/x", extra={"status_code": 500})
        logging.getLogger("rounds.live").warning("The hub is behind.")
    assert len(shipped.getvalue().splitlines()) == 6
