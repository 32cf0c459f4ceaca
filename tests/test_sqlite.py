"""SQLite as the server has it: what is saved survives a power cut, and two processes write without a lock error."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from config import settings as written

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif("sqlite" not in written.DATABASES["default"]["ENGINE"], reason="another database")

# The server's own application with one more address, answered in the threads that answer everything else.
ASK = """
import asyncio, json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from config.asgi import application
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.db import connection

def pragmas():
    with connection.cursor() as cursor:
        names = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout")
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
    return {**found, "begins": connection.transaction_mode}

async def ask():
    return [await database_sync_to_async(pragmas)(), await sync_to_async(pragmas)(),
            await sync_to_async(pragmas, thread_sensitive=False)()]

print(json.dumps(asyncio.run(ask())))
"""
WRITE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from rounds import reactions
from rounds.live.messages import Sender
from rounds.models import Round
from rounds.models.ids import new_id

round = Round.objects.select_related("current_prompt").get()
print("ready", flush=True)
sys.stdin.readline()
for _ in range(150):
    sender = Sender(round=round, voice=new_id())
    reactions.post(sender=sender, nonce=new_id(), prompt=round.current_prompt.public_id, text="a", feelings=[])
print("done", flush=True)
"""
PREPARE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from rounds.models import Stage
from tests import factories
factories.round_(stage=Stage.REFLECTION)
"""


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    """The environment of processes that share a data folder with one open round."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMMON_THREAD_", "DATABASE_"))}
    place = {**kept, "COMMON_THREAD_DATA": str(tmp_path), "COMMON_THREAD_NO_BOOTSTRAP": "1"}
    subprocess.run([sys.executable, "-c", PREPARE], cwd=ROOT, env=place, check=True)
    return place


@pytest.fixture
def writers(place: dict[str, str]) -> Iterator[list[subprocess.Popen[str]]]:
    """Two processes that are ready to post 150 times each."""
    both = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE],
            cwd=ROOT,
            env=place,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    yield both
    for one in both:
        one.kill()
        one.communicate()


def posts(place: dict[str, str]) -> int:
    with closing(sqlite3.connect(Path(place["COMMON_THREAD_DATA"]) / "db.sqlite3")) as database:
        return int(database.execute("SELECT count(*) FROM rounds_sealedpost").fetchone()[0])


def test_every_connection_of_the_server_journals_syncs_and_begins_as_it_must(place: dict[str, str]) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=place, check=True, capture_output=True, text=True
    )
    full, immediate = 2, "IMMEDIATE"
    expected = {
        "journal_mode": "wal",
        "synchronous": full,
        "secure_delete": 1,
        "foreign_keys": 1,
        "busy_timeout": 20_000,
        "begins": immediate,
    }
    assert json.loads(answer.stdout) == [expected] * 3


def test_two_processes_that_write_at_once_both_get_everything_in(
    place: dict[str, str], writers: list[subprocess.Popen[str]]
) -> None:
    ended = [one.communicate("go\n", timeout=100) for one in writers]
    assert [(out, error) for out, error in ended] == [("done\n", "")] * 2
    assert posts(place) == 300


def test_somebody_who_holds_the_database_for_seconds_makes_others_wait_and_not_fail(
    place: dict[str, str], writers: list[subprocess.Popen[str]]
) -> None:
    holder = sqlite3.connect(Path(place["COMMON_THREAD_DATA"]) / "db.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    for one in writers:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    time.sleep(4)
    assert posts(place) == 0
    holder.execute("COMMIT")
    holder.close()
    ended = [one.communicate(timeout=100) for one in writers]
    assert ended == [("done\n", "")] * 2
    assert posts(place) == 300
