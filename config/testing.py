"""A pytest plugin: tests keep away from real data, browser tests come last, and a logged error fails a test."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Loggers that do not pass their records on to the root, where a listener would see them.
LOGGERS = ("", "django", "daphne", "twisted")
TESTS_OWN_PHONES = "websockets.client"  # one that breaks its own line in the middle is no trouble of the server's


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give this run a data folder of its own: tests must never touch a living installation's keys or mail."""
    from django.conf import settings

    folder = tempfile.TemporaryDirectory(prefix="common-thread-tests-")
    config.add_cleanup(folder.cleanup)
    settings.DATA_DIR = Path(folder.name)
    settings.KEY_DIR = settings.DATA_DIR / "keys"
    settings.STATIC_ROOT = settings.DATA_DIR / "static"
    settings.STATIC_ROOT.mkdir()  # or WhiteNoise warns, and a warning fails a test
    os.environ["COMMON_THREAD_STATIC"] = str(settings.STATIC_ROOT)  # servers of the tests share it, collected once
    settings.EMAIL_FILE_PATH = str(settings.DATA_DIR / "mail")
    _work_inside(settings)


def _work_inside(settings: Any) -> None:
    """Have whoever ticks do the work, here and in the tests' servers: a worker for each would cost minutes."""
    from django.test.signals import setting_changed

    os.environ["COMMON_THREAD_WORKERS"] = settings.WORKERS = "inside"
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    setting_changed.send(sender=None, setting="TASKS", value=settings.TASKS, enter=True)


class Errors(logging.Handler):
    """Keeps what was logged as an error or worse."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != TESTS_OWN_PHONES:
            self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def nothing_is_logged_as_an_error(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which an ERROR was logged, unless it is marked `logs_errors`."""
    errors = Errors()
    for name in LOGGERS:
        logging.getLogger(name).addHandler(errors)
    yield
    for name in LOGGERS:
        logging.getLogger(name).removeHandler(errors)
    if errors.lines and not request.node.get_closest_marker("logs_errors"):
        pytest.fail("logged as an error:\n" + "\n".join(errors.lines))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test by its folder, before pytest itself leaves out by marker what was not asked for."""
    folders = item.path.relative_to(item.config.rootpath).parts
    for name in ("live", "scale", "browser"):
        if name in folders:
            item.add_marker(name)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run live tests after plain ones and browser tests last.

    Synchronous Playwright leaves an event loop running, in which an asynchronous test cannot start its own.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("browser"):
        return 2
    return 1 if item.get_closest_marker("live") or item.get_closest_marker("scale") else 0
