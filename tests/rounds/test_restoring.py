"""Restoring for real: an empty folder becomes the installation it was, and what has gone stays gone."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from config import settings as written
from rounds.backups import archive
from tests.rounds.installation import Installation

pytestmark = pytest.mark.skipif(
    "sqlite" not in written.DATABASES["default"]["ENGINE"], reason="tests/scale has PostgreSQL"
)
SENTENCE = "I had not sat down since six, and then she took my hand – wir saßen einfach da."
NOT_KEPT = {"django_session", "rounds_roomsketch", "django_migrations", "sqlite_sequence"}

PREPARE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from datetime import date
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
from facilitation.models import Action, ActionTheme
from rounds import sealing
from rounds.models import Programme, Stage, Tally
from tests import factories
round = factories.round_(stage=Stage.CIRCLE)
alice = factories.facilitator("alice", of=round.programme)
alice.groups.create(name="everybody")
said = [factories.reaction(round, f"{number} {sys.argv[1]}", feelings=["tender"]) for number in range(30)]
theme = factories.lay(factories.theme(round, "Chairs", barriers=["space_and_kit"]), *said[:20])
action = factories.agreed(round, by=alice, learn_on=date(2026, 5, 1), readiness={"ownership": True})
Action.objects.filter(pk=action.pk).update(from_proposal=factories.proposal(round, "A chair. " + sys.argv[1]))
ActionTheme.objects.create(action=action, theme=theme)
Tally.objects.create(round=round, kind="mine_too", target=said[0].pk, count=4)
type(round).objects.filter(pk=round.pk).update(stage=Stage.CLOSED, closed_at=timezone.now())
sealing.seal(round=type(round).objects.get(pk=round.pk))
factories.round_(round.programme, title="Still to come")
"""
LET_GO = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from datetime import timedelta
from rounds import purge
from rounds.models import Round
print(len(purge.run(today=Round.objects.get(stage="closed").words_go_on).proved))
"""
KILLED = """
import importlib, os, signal, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from pathlib import Path
from rounds.backups import restoring
setattr(restoring, sys.argv[2], lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
restoring.restore(path=Path(sys.argv[1]), replace=True)
"""


class House(Installation):
    """An installation with a backup of it."""

    @property
    def archive(self) -> str:
        return str(max((self.data / "backups").glob("*.zip")))

    def must(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def everything(self) -> dict[str, list[Any]]:
        """All that is in the tables a backup keeps."""
        tables = [str(name) for (name,) in self.ask("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(self.ask(f'SELECT * FROM "{name}"'), key=repr) for name in tables if name not in NOT_KEPT}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("old"))
    house.must("-c", PREPARE, SENTENCE)
    house.must("manage.py", "backup")
    return house


@pytest.fixture
def empty(tmp_path: Path) -> House:
    return House(tmp_path / "empty")


def count(house: House, table: str) -> int:
    return int(str(house.ask(f"SELECT count(*) FROM {table}")[0][0]))


def test_an_empty_machine_with_the_keys_becomes_what_the_old_one_was(old: House, empty: House) -> None:
    said = empty.must("manage.py", "restore", old.archive, "--keys-from", str(old.data / "keys"))
    assert "Restored 2 round(s)" in said
    assert "What people wrote came back for 1 of them" in said
    assert empty.everything() == old.everything()
    assert count(empty, "rounds_reaction") == 30
    assert empty.must("manage.py", "check", "--database", "default")
    assert "No changes detected" in empty.must("manage.py", "makemigrations", "--check", "--dry-run")


def test_what_is_restored_goes_on_being_used(old: House, empty: House) -> None:
    """New rows get new keys, the clock runs, and the next backup can be taken and restored again."""
    empty.must("manage.py", "restore", old.archive, "--keys-from", str(old.data / "keys"))
    empty.must("-c", PREPARE.replace('"alice"', '"bea"').replace("everybody", "others"), SENTENCE)
    empty.must("manage.py", "tick")
    empty.must("manage.py", "backup")
    empty.must("manage.py", "restore", "--replace", empty.archive)
    assert (count(empty, "rounds_round"), count(empty, "rounds_reaction")) == (4, 60)


def test_without_the_keys_everything_comes_back_but_the_words(old: House, empty: House) -> None:
    said = empty.must("manage.py", "restore", old.archive)
    assert "Of 1 the words are gone" in said
    assert (count(empty, "rounds_reaction"), count(empty, "facilitation_proposal")) == (0, 0)
    assert empty.ask("SELECT title FROM facilitation_theme") == [("A thread without a name",)]  # nobody signed it off
    assert empty.ask("SELECT statement IS NULL, from_proposal_id FROM facilitation_action") == [(0, None)]
    assert empty.ask("SELECT words_gone_at IS NULL FROM rounds_round ORDER BY id") == [(0,), (1,)]
    assert empty.holds(SENTENCE) == []


def test_what_was_let_go_after_the_backup_stays_gone(old: House, tmp_path: Path) -> None:
    shutil.copytree(old.data, tmp_path / "copy")
    house = House(tmp_path / "copy")
    assert house.must("-c", LET_GO).strip() == "1"
    assert "the words are gone" in house.must("manage.py", "restore", house.archive, "--replace")
    assert count(house, "rounds_reaction") == 0
    assert house.holds(SENTENCE) == []


@pytest.mark.parametrize("instant", ["_empty", "_fill", "_count_on", "call_command", "compact"])
def test_a_restore_that_was_killed_is_done_again(old: House, empty: House, instant: str) -> None:
    killed = empty.run("-c", KILLED, old.archive, instant)
    assert killed.returncode == -9, killed.stderr
    again = ["--replace"] if instant in ("call_command", "compact") else []  # by then it has rounds in it
    empty.must("manage.py", "restore", old.archive, "--keys-from", str(old.data / "keys"), *again)
    assert empty.everything() == old.everything()


@pytest.mark.parametrize("instant", ["_empty", "_fill", "_count_on"])
def test_a_restore_that_was_killed_leaves_the_old_installation_whole(old: House, tmp_path: Path, instant: str) -> None:
    shutil.copytree(old.data, tmp_path / "copy")
    house = House(tmp_path / "copy")
    assert house.run("-c", KILLED, house.archive, instant).returncode == -9
    assert house.everything() == old.everything()


def test_rows_that_do_not_fit_together_are_refused_and_nothing_is_changed(old: House, tmp_path: Path) -> None:
    shutil.copytree(old.data, tmp_path / "copy")
    house = House(tmp_path / "copy")
    with zipfile.ZipFile(house.archive) as found, zipfile.ZipFile(tmp_path / "less.zip", "w") as made:
        for name in found.namelist():
            content = found.read(name)
            if name == archive.MANIFEST:  # every round belongs to a programme that is not there
                manifest = json.loads(content)
                manifest["counts"]["rounds.programme"] = 0
                content = json.dumps(manifest).encode()
            made.writestr(name, b"" if name == "tables/rounds.programme" else content)
    refused = house.run("manage.py", "restore", "--replace", str(tmp_path / "less.zip"))
    assert "nothing was changed" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert house.everything() == old.everything()


def test_a_backup_of_an_older_version_is_brought_up_to_this_one(tmp_path: Path, empty: House) -> None:
    then = [["rounds", f"000{n}_{name}"] for n, name in enumerate(("initial", "when_a_round_was_cancelled"), start=1)]
    manifest = archive.Manifest(format=1, made_at="2026-01-01", migrations=[*then, *_BEFORE])
    manifest.columns["rounds.programme"] = ["id", "public_id", "name", "support_card", "floor", "machine_on"]
    manifest.columns["rounds.programme"] += ["told_back_token", "told_back_is_public", "incident_link", "speak_up_link"]
    writer = archive.Writer(tmp_path)
    rows = [[7, "a" * 22, "Riverside", "Talk.", 4, True, "b" * 43, False, "", ""]]
    manifest.counts["rounds.programme"] = writer.table("rounds.programme", rows)
    writer.finish(manifest, tmp_path / "then.zip")
    empty.must("manage.py", "restore", str(tmp_path / "then.zip"))
    found = empty.ask("SELECT id, name, floor, words_days, words_days_at_most FROM rounds_programme")
    assert found == [(7, "Riverside", 4, 14, 90)]


_BEFORE = [["contenttypes", "0001_initial"], ["contenttypes", "0002_remove_content_type_name"]] + [
    ["auth", name]
    for name in (
        "0001_initial",
        "0002_alter_permission_name_max_length",
        "0003_alter_user_email_max_length",
        "0004_alter_user_username_opts",
        "0005_alter_user_last_login_null",
        "0006_require_contenttypes_0002",
        "0007_alter_validators_add_error_messages",
        "0008_alter_user_username_max_length",
        "0009_alter_user_last_name_max_length",
        "0010_alter_group_name_max_length",
        "0011_update_proxy_permissions",
        "0012_alter_user_first_name_max_length",
    )
]


def test_a_backup_of_a_newer_version_is_refused(old: House, tmp_path: Path, empty: House) -> None:
    manifest = archive.Manifest(format=1, made_at="2030-01-01", migrations=[["rounds", "0999_of_tomorrow"]])
    writer = archive.Writer(tmp_path)
    writer.finish(manifest, tmp_path / "tomorrow.zip")
    refused = empty.run("manage.py", "restore", str(tmp_path / "tomorrow.zip"))
    assert refused.returncode == 1
    assert "does not know its tables" in refused.stderr


def test_a_backup_does_not_wait_for_somebody_who_is_writing(old: House, tmp_path: Path) -> None:
    shutil.copytree(old.data, tmp_path / "copy")
    house = House(tmp_path / "copy")
    with closing(sqlite3.connect(house.data / "db.sqlite3", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE rounds_programme SET name = 'Not yet committed'")
        house.must("manage.py", "backup")
    assert "Not yet committed" not in str(list(archive.Reader(Path(house.archive)).table("rounds.programme")))
