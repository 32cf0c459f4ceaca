"""A real browser in front of a real server, and this process beside it on the same database.

`screens` opens phones, walls and desks. When a test ends, every page it opened must have kept quiet: no error on
the console, no script that failed, nothing the content policy refused, no request that failed unless the test said
so beforehand; and no phone or wall may hold a cookie.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker, Settings

from config import browser
from tests.browser.screens import Screens
from tests.live.conftest import House, migrated, using

__all__ = ["migrated"]  # the session's empty database, shared with the live tests' way of making it

# Synchronous Playwright leaves a loop running in this thread, in which Django would refuse to ask the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test's report says what stood on its screens."""
    report = yield
    opened = getattr(item, "funcargs", {})
    screens = opened.get("screens") or opened.get("own_screens")
    if report.when == "call" and report.failed and screens:
        report.sections.append(("What stood on the screens", screens.described()))
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = os.environ.get("COMMON_THREAD_BROWSER") or browser.find() or None
    arguments = [argument for argument in browser.ARGUMENTS if argument != "--headless"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def shared_house(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("browser"), migrated)
    house.start()
    yield house
    house.stop()


@pytest.fixture
def house(shared_house: House, settings: Settings, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """The shared server, with this process on its database and keys; nothing may have been logged as an error."""
    already = len(shared_house.logged())
    with django_db_blocker.unblock(), beside(shared_house, settings):
        yield shared_house
    said = shared_house.logged()[already:]
    assert "Traceback" not in said, said
    assert "ERROR" not in said, said


@pytest.fixture
def own_house(
    tmp_path: Path, migrated: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> Iterator[House]:
    """A server for one test alone, which may kill it."""
    house = House(tmp_path, migrated)
    house.start()
    with django_db_blocker.unblock(), beside(house, settings):
        yield house
    house.stop()
    assert "Traceback" not in house.logged(), house.logged()


def beside(house: House, settings: Settings) -> AbstractContextManager[None]:
    settings.DATA_DIR = house.data
    settings.KEY_DIR = house.data / "keys"
    settings.SITE_URL = f"http://127.0.0.1:{house.port}"
    return using(house.database)


@pytest.fixture
def screens(house: House, chromium: Browser) -> Iterator[Screens]:
    with Screens(chromium, house.port) as opened:
        yield opened


@pytest.fixture
def own_screens(own_house: House, chromium: Browser) -> Iterator[Screens]:
    with Screens(chromium, own_house.port) as opened:
        yield opened
