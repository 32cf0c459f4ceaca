"""nginx, the server, PostgreSQL and Redis as shipped, and a bad-tempered round: no file of any of them knows anybody.

Run by `manage.py test --scale`. Where a setting is taken away again, the sweep finds what it was there to prevent.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker, Settings

from tests.logs.bad_temper import EVERYTHING, TROUBLES, BadTemper, a_round, wait
from tests.logs.house import HOST, OnASocket
from tests.logs.people import Person
from tests.logs.programs import Nginx, Postgres, Redis
from tests.logs.sweep import Hit, said, sweep
from tests.rounds.auditing import asked

pytestmark = [pytest.mark.scale, pytest.mark.logs_errors]
MOST_IN_DATA = 10  # of a kind: PostgreSQL's folder is some hundred megabytes


class OnPostgres(OnASocket):
    """The server on the shipped PostgreSQL and Redis, its socket where nginx's workers may reach it."""

    def __init__(self, data: Path, postgres: Postgres, redis: Redis, socket: Path) -> None:
        super().__init__(data, None, DATABASE_URL=postgres.url("common_thread"), CHANNEL_LAYER_URL=redis.url)
        self.socket = str(socket)

    def copied(self, template: Any) -> Any:
        return None


class Ward:
    """All the programs of one installation."""

    def __init__(self, folder: Path, *, postgres: Postgres, nginx_changes: dict[str, str]) -> None:
        self.postgres = postgres
        self.redis = Redis()
        self.sockets = Path(tempfile.mkdtemp(prefix="common-thread-run-"))
        self.sockets.chmod(0o755)
        self.nginx = Nginx(str(self.sockets / "1.sock"), nginx_changes)
        self.server = OnPostgres(folder / "house", self.postgres, self.redis, self.sockets / "1.sock")

    def start(self) -> None:
        self.redis.start()
        self.server.start()
        self.nginx.start()
        self.touched = self.spooled()

    def stop(self) -> None:
        self.server.leave(signal.SIGKILL)
        self.server.gone()
        for program in (self.nginx, self.redis, self.postgres):
            program.remove()
        shutil.rmtree(self.sockets)

    def spooled(self) -> list[int]:
        """When anything was last laid down in nginx's folders for what does not fit its memory."""
        return [(self.nginx.folder / part).stat().st_mtime_ns for part in ("body", "proxy")]

    def hits(self, temper: BadTemper) -> list[Hit]:
        """What any program wrote down. The database's own files hold the code and what was shown, until the seal."""
        logs = [self.nginx.folder, self.server.data / "tmp", self.server.data / "mail", self.redis.folder]
        printed = {
            "the server's": self.server.errors.read_bytes(),
            "PostgreSQL's": (self.postgres.folder / "log").read_bytes(),
        }
        data = temper.known.without("code", "text", "wall").few(MOST_IN_DATA)
        return sweep(logs, temper.known, read=printed) + sweep([self.postgres.folder / "data"], data)


@contextmanager
def ward(
    folder: Path,
    settings: Settings,
    blocker: DjangoDbBlocker,
    *,
    postgres: Postgres | None = None,
    nginx_changes: dict[str, str] | None = None,
) -> Iterator[Ward]:
    database = postgres or Postgres()
    database.start()
    made = Ward(folder, postgres=database, nginx_changes=nginx_changes or {})
    try:
        with blocker.unblock():
            with database.using("postgres"), connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE common_thread")
            with database.using():
                call_command("migrate", verbosity=0, interactive=False)
                made.start()
                yield made
    finally:
        made.stop()


def audited(made: Ward, settings: Settings) -> dict[str, tuple[str, ...]]:
    """What the audit finds wrong with the programs around the server."""
    settings.CHANNEL_LAYER_URL = made.redis.url
    logs = (made.nginx.folder / "logs", made.postgres.folder / "log", made.redis.folder / "log", made.server.errors)
    return {name: asked(name, *logs).wrong for name in ("logs", "database", "doorbell")}


def temper(made: Ward) -> BadTemper:
    troubles = (*TROUBLES, "cut_off")
    return BadTemper(line=made.nginx.line, host=HOST, round=a_round(), troubles=troubles)


def wrong_doors(made: Ward, people: BadTemper) -> None:
    """TLS where none is expected, none where it is, and the port that only redirects."""
    guest = people.person()
    words = guest.words()
    for line in (
        made.nginx.unencrypted,
        lambda address: made.nginx.unencrypted(address, port=made.nginx.port),
    ):
        stranger = Person(line, HOST, people.known)
        stranger.ask("GET", f"/j?code={people.round.join_code}&t={guest.ticket}", headers={"Referer": words.split()[3]})
        stranger.raw(f"\x16\x03\x01{words}\r\n\r\n".encode(), listen=1)


def a_crash_of_the_database(made: Ward, people: BadTemper) -> None:
    """A backend dies with somebody's words in its statement; PostgreSQL recovers, and would like to say which."""
    guest = people.person()
    hanging = threading.Thread(target=guest.say, args=["trouble"], kwargs={"kind": "hang", "text": guest.words()})
    hanging.start()
    asks = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%%pg_sleep(30)%%' AND pid <> pg_backend_pid()"
    pids: list[int] = []

    def is_hanging() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(asks)
            pids[:] = [pid for (pid,) in cursor.fetchall()]
        return bool(pids)

    assert wait(is_hanging)
    os.kill(pids[0], signal.SIGKILL)
    hanging.join()
    connection.close()
    assert wait(made.postgres.answers)


def test_no_file_of_any_program_knows_anybody(
    tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> None:
    with ward(tmp_path, settings, django_db_blocker) as made:
        people = temper(made)
        people.everything()
        wrong_doors(made, people)
        a_crash_of_the_database(made, people)
        made.redis.kill()
        people.floods()
        people.a_slow_goodbye(made.server.leave)
        made.server.gone()
        made.redis.start()
        made.server.start()
        people.a_kill(made.server.leave)
        made.server.gone()
        hits = made.hits(people)
        answers = audited(made, settings)
        untouched = made.touched == made.spooled()
        printed = made.server.errors.read_text()
    assert not hits, said(hits)
    assert answers == {"logs": (), "database": (), "doorbell": ()}
    assert untouched, "nginx laid something that passed through it down in a file"
    assert set(people.known.of) == EVERYTHING
    for proof in ("RuntimeError at", "The database did not take", "The channel layer does not answer"):
        assert proof in printed  # it did go wrong


ACCESS = {"access_log off;": "access_log /var/log/nginx/access.log;"}
ERRORS = {"error.log emerg": "error.log info"}
SEEDS = {"the usual access log": (ACCESS, {"address", "agent", "code"}), "the usual error log": (ERRORS, {"address"})}


@pytest.mark.parametrize("seed", SEEDS)
def test_nginx_as_it_comes_is_found_out(
    tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker, seed: str
) -> None:
    changes, kinds = SEEDS[seed]
    with ward(tmp_path, settings, django_db_blocker, nginx_changes=changes) as made:
        people = temper(made)
        people.refused_joins()
        people.bad_requests()
        made.server.leave(signal.SIGKILL)
        made.server.gone()
        with suppress(OSError):
            people.known.add("code", people.round.join_code)
            Person(made.nginx.line, HOST, people.known).ask("GET", f"/j?code={people.round.join_code}")
        time.sleep(0.2)
        hits = made.hits(people)
        answers = audited(made, settings)
    assert kinds <= {hit.kind for hit in hits}
    assert "the address of a device" in "".join(answers["logs"])


def test_postgresql_as_it_comes_is_found_out(
    tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> None:
    with ward(tmp_path, settings, django_db_blocker, postgres=Postgres(shipped=False)) as made:
        people = temper(made)
        people.errors_over_http()
        hits = made.hits(people)
        answers = audited(made, settings)
    assert "log_min_error_statement" in "".join(answers["database"])
    assert "a statement or a row of the database" in "".join(answers["logs"])
    assert {"text"} <= {hit.kind for hit in hits if hit.file.name == "PostgreSQL's"}
