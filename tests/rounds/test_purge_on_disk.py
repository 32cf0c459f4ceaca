"""The purge on a real file, killed at every step: no byte of the words is left in it, and nothing else is lost."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from config import settings as written
from tests.rounds.installation import Installation

pytestmark = pytest.mark.skipif(
    "sqlite" not in written.DATABASES["default"]["ENGINE"], reason="tests/scale has PostgreSQL"
)
WORDS = [f"There was a chair at bed {number}, and nobody sat down on it. " * (number + 1) for number in range(60)]
STAYS = "These words belong to a round whose day has not come."

PREPARE = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
from rounds import sealing
from rounds.models import Round, Stage
from tests import factories
long_ago = timezone.now() - timedelta(days=100)
due = factories.round_(stage=Stage.CLOSED, closed_at=long_ago)
said = [factories.reaction(due, text) for text in json.loads(sys.argv[1])]
factories.lay(factories.theme(due, "Chairs"), *said[:40])
later = factories.round_(due.programme, stage=Stage.CLOSED, closed_at=timezone.now())
factories.reaction(later, sys.argv[2])
for round in Round.objects.all():
    sealing.seal(round=round)
for one in due.prompts.get().reactions.all()[:20]:
    one.text += " "; one.save()   # and what a long life leaves behind in free space
"""
KILLED = """
import importlib, os, signal, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from rounds import purge
module, name, when = sys.argv[1].split(" ")
place = importlib.import_module(module)
real = getattr(place, name)

def last(*args, **named):
    if when == "after":
        real(*args, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(place, name, last)
purge.run()
"""
INSTANTS = [
    "rounds.word_keys make after",
    "rounds.key_files sync_folder before",
    "rounds.purge _keep_what_to_look_for after",
    "rounds.purge announce after",
    "rounds.purge _prove before",
    "rounds.purge compact after",
    "rounds.raw_files holding after",
    "rounds.word_keys destroy before",
    "rounds.word_keys destroy after",
    "rounds.key_files on_disk before",
    "rounds.purge _forget after",
]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("installation")
    done = Installation(data).run("-c", PREPARE, json.dumps(WORDS), STAYS)
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture
def place(prepared: Path, tmp_path: Path) -> Installation:
    subprocess.run(["cp", "-a", f"{prepared}/.", str(tmp_path)], check=True)
    place = Installation(tmp_path)
    assert all("db.sqlite3" in place.holds(words[:50]) for words in WORDS)
    return place


def is_gone(place: Installation) -> None:
    assert [words for words in WORDS if place.holds(words[:50])] == []
    assert place.holds(STAYS) == ["db.sqlite3"]
    assert [path.name for path in (place.data / "keys").iterdir() if path.name.startswith(("words-", "round-"))] == []
    assert place.ask("SELECT title, sentences FROM facilitation_theme") == [("Chairs", 40)]
    assert place.ask("SELECT count(*) FROM rounds_round WHERE words_gone_at IS NULL") == [(1,)]


def test_not_a_byte_of_the_words_is_left_in_any_file(place: Installation) -> None:
    done = place.run("manage.py", "retain")
    assert done.returncode == 0, done.stdout + done.stderr
    is_gone(place)


@pytest.mark.parametrize("instant", INSTANTS)
def test_a_purge_killed_at_any_instant_is_finished_by_the_next_tick(place: Installation, instant: str) -> None:
    killed = place.run("-c", KILLED, instant)
    assert killed.returncode == -9, killed.stderr
    ticked = place.run("manage.py", "tick")
    assert ticked.returncode == 0, ticked.stderr
    assert "not shown to be gone" not in ticked.stderr
    is_gone(place)


def test_a_deletion_without_compacting_would_be_found_out(place: Installation) -> None:
    """The canary sings: with the compacting left out, words lie in the journal and are found."""
    without = "from rounds import purge; purge.compact = lambda tables: True; print(purge.run().found)"
    start = 'import os; os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"; import django; django.setup(); '
    keeper = sqlite3.connect(place.data / "db.sqlite3")  # else the last one to leave clears the journal
    keeper.execute("SELECT count(*) FROM rounds_reaction").fetchall()
    done = place.run("-c", start + without)
    assert "db.sqlite3" in done.stdout, done.stderr
    keeper.close()
    finished = place.run("manage.py", "retain")
    assert finished.returncode == 0, finished.stdout
    is_gone(place)
