"""The worker beside the server, killed in the middle of a mail, and the server killed above it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from facilitation.models import Mail, MailChoice, Rhythm
from rounds.models import Stage
from tests import factories
from tests.facilitation.smtp import MailServer, mail_server
from tests.live.conftest import House, using

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads a process's children from /proc")


class Worked(House):
    """With a worker beside it, and a mail server to send to."""

    smtp: MailServer

    def surroundings(self) -> dict[str, str]:
        mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.smtp.port)}
        return {**super().surroundings(), "COMMON_THREAD_WORKERS": "1", **mail}

    def workers(self) -> list[int]:
        assert self.process is not None
        with suppress(FileNotFoundError):
            threads = Path(f"/proc/{self.process.pid}/task").iterdir()
            return [int(pid) for thread in threads for pid in (thread / "children").read_text().split()]
        return []


@pytest.fixture
def worked(tmp_path: Path, migrated: Path, settings: Settings, django_db_blocker: DjangoDbBlocker) -> Iterator[Worked]:
    """A server about to start, with a digest for bob that is due."""
    house = Worked(tmp_path, migrated)
    settings.KEY_DIR = house.data / "keys"
    with mail_server() as house.smtp, django_db_blocker.unblock(), using(house.database):
        prepare()
        yield house
        if house.process is not None and house.process.poll() is None:
            house.kill()


def test_a_worker_killed_over_a_mail_does_it_again_as_the_same_mail_and_dies_with_its_server(worked: Worked) -> None:
    taken, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        taken.set()
        go_on.wait(40)

    worked.smtp.before_taking = hold
    worked.start()
    assert taken.wait(40), worked.logged()  # it has the mail, and has not said so
    (killed,) = worked.workers()
    assert Mail.objects.filter(sent_at=None, attempts=1).update(not_before=timezone.now()) == 1  # two minutes later
    worked.smtp.before_taking = lambda: None
    os.kill(killed, signal.SIGKILL)
    go_on.set()
    until(lambda: Mail.objects.get().sent_at is not None)
    first, second = worked.smtp.got
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_content() == second.get_content()
    (worker,) = worked.workers()
    assert worker != killed
    assert "@" not in worked.logged()
    worked.kill()
    until(lambda: not is_running(worker))


def prepare() -> None:
    """An action that was agreed two hours ago, and bob, who hears of every change."""
    now = timezone.now()
    with time_machine.travel(now - timedelta(hours=2), tick=False):
        programme = factories.programme()
        closed = {"crossed_threshold": True, "closed_at": timezone.now(), "sealed_at": timezone.now()}
        factories.agreed(factories.round_(programme, stage=Stage.CLOSED, **closed), by=factories.person("maker"))
    bob = factories.clinical_lead(of=programme)
    long_ago = now - timedelta(days=8)
    MailChoice.objects.create(programme=programme, person=bob, rhythm=Rhythm.ON_CHANGE, told_until=long_ago)


def until(holds: Callable[[], bool], within: float = 30) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """Whether it still does something: one that nobody waits for stays listed as a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
