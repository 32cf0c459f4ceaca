"""Retention and backups on PostgreSQL: no byte of the words in the whole cluster, and a restore on either database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from facilitation.models import Action, ActionTheme, Theme
from rounds import compacting, raw_files, sealing, word_keys
from rounds.models import Reaction, Round, Stage
from tests import factories
from tests.rounds.installation import Installation
from tests.scale.databases import create, using

pytestmark = pytest.mark.scale
TEXTS = [f"{secrets.token_hex(4)} was on the chart, and nobody had sat down with him." for _ in range(200)]
LONG = " ".join(f"{word} and then the next bed, the next bell." for word in TEXTS[:40])  # stored beside its row


@pytest.fixture
def place(migrated: str, tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """An installation of its own in the cluster."""
    settings.DATA_DIR, settings.KEY_DIR = tmp_path, tmp_path / "keys"
    settings.BACKUP_DIR = tmp_path / "backups"
    with django_db_blocker.unblock():
        name = create(migrated)
        with using(name):
            yield name


@pytest.fixture
def shipped(place: str) -> Iterator[None]:
    """The line of deploy/postgresql.conf that lets old journal files go."""
    ask("ALTER SYSTEM SET wal_recycle = off")
    ask("SELECT pg_reload_conf()")
    yield
    ask("ALTER SYSTEM RESET wal_recycle")
    ask("SELECT pg_reload_conf()")


def ask(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def a_round(*, days_ago: int) -> Round:
    """A sealed round with words in every table, and an action made of one of its proposals."""
    round = factories.round_(stage=Stage.CIRCLE)
    alice = factories.facilitator(f"alice{round.pk}", of=round.programme)
    said = [factories.reaction(round, text, feelings=["tender"]) for text in [*TEXTS, LONG]]
    theme = factories.lay(factories.theme(round, "Chairs"), *said[:40])
    action = factories.agreed(round, by=alice)
    Action.objects.filter(pk=action.pk).update(from_proposal=factories.proposal(round, f"A chair. {TEXTS[0]}"))
    ActionTheme.objects.create(action=action, theme=theme)
    then = timezone.now() - timedelta(days=days_ago)
    Round.objects.filter(pk=round.pk).update(stage=Stage.CLOSED, closed_at=then)
    sealing.seal(round=Round.objects.get(pk=round.pk))
    return Round.objects.get(pk=round.pk)


def in_the_cluster() -> dict[Path, int]:
    """In which of the cluster's files pieces of the texts lie, and how many."""
    folder = Path(ask("SHOW data_directory")[0][0])
    pieces = [text[:24].encode() for text in TEXTS]
    return {path: len(found) for path, found in raw_files.holding(pieces, list(raw_files.below(folder))).found.items()}


def rows() -> dict[str, list[Any]]:
    """All that is in the tables a backup keeps."""
    left_out = {"django_session", "django_migrations", "rounds_roomsketch"}
    tables = set(connection.introspection.table_names()) - left_out
    return {table: sorted(ask(f'SELECT * FROM "{table}"'), key=repr) for table in tables}


def test_no_byte_of_the_words_is_left_in_the_whole_cluster(shipped: None) -> None:
    due = a_round(days_ago=100)
    ask("CHECKPOINT")
    assert any("base" in str(path) for path in in_the_cluster())

    call_command("retain", search=[Path(ask("SHOW data_directory")[0][0])], verbosity=0)

    assert Round.objects.get(pk=due.pk).words_gone_at is not None
    assert not word_keys.exists(due.public_id)
    assert in_the_cluster() == {}


def test_words_in_a_journal_that_is_kept_are_found_and_said(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the shipped line old journal files are used again, with all that is in them."""
    a_round(days_ago=100)
    with pytest.raises(CommandError, match="Remove these files"):
        call_command("retain", search=[Path(ask("SHOW data_directory")[0][0])])
    assert "pg_wal" in capsys.readouterr().out


def test_an_account_turns_the_journal_over_once_it_has_the_two_rights(place: str) -> None:
    role = f"plain_{secrets.token_hex(4)}"
    ask(f"CREATE ROLE {role}")
    ask(f"SET ROLE {role}")
    assert not compacting.turn_journal()
    ask("RESET ROLE")
    ask(f"GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {role}")  # as docs/operations.md says
    ask(f"GRANT pg_checkpoint TO {role}")
    ask(f"SET ROLE {role}")
    assert compacting.turn_journal()
    ask("RESET ROLE")


def test_an_empty_cluster_becomes_what_the_old_one_was_and_goes_on(place: str, tmp_path: Path) -> None:
    a_round(days_ago=1)
    before = rows()
    call_command("backup", verbosity=0)
    archive = next((tmp_path / "backups").glob("*.zip"))
    assert not raw_files.holding([text[:24].encode() for text in TEXTS], [archive]).found

    with using(create("template0")):
        call_command("restore", archive)
        assert rows() == before
        assert Theme.objects.get().title == "Chairs"
        a_round(days_ago=1)  # new rows get new keys
        with pytest.raises(CommandError, match="has rounds in it"):
            call_command("restore", archive)
        call_command("restore", archive, replace=True)
        assert rows() == before


def test_what_was_let_go_stays_shut_in_every_backup(place: str, tmp_path: Path) -> None:
    due = a_round(days_ago=1)
    call_command("backup", verbosity=0)
    archive = next((tmp_path / "backups").glob("*.zip"))
    Round.objects.filter(pk=due.pk).update(closed_at=timezone.now() - timedelta(days=100))
    call_command("tick", verbosity=0)

    with using(create("template0")):
        call_command("restore", archive)
        assert Reaction.objects.count() == 0
        assert Action.objects.get().from_proposal is None
        assert Round.objects.get().words_gone_at is not None


def test_an_installation_moves_from_postgresql_to_sqlite_and_back(place: str, tmp_path: Path) -> None:
    a_round(days_ago=1)
    before = rows()
    call_command("backup", verbosity=0)
    archive = next((tmp_path / "backups").glob("*.zip"))

    small = Installation(tmp_path / "small")
    moved = small.run("manage.py", "restore", str(archive), "--keys-from", str(tmp_path / "keys"))
    assert moved.returncode == 0, moved.stderr
    assert small.ask("SELECT count(*) FROM rounds_reaction") == [(len(TEXTS) + 1,)]
    taken = small.run("manage.py", "backup")
    assert taken.returncode == 0, taken.stderr

    with using(create("template0")):
        call_command("restore", next((tmp_path / "small" / "backups").glob("*.zip")), keys_from=tmp_path / "keys")
        assert rows() == before


def test_nobody_waits_for_a_backup(place: str) -> None:
    """Somebody writes and has not committed: the picture is of the moment before."""
    a_round(days_ago=1)
    writer = connections["default"].copy()
    writer.set_autocommit(False)
    with writer.cursor() as cursor:
        cursor.execute("UPDATE rounds_programme SET name = 'Not yet committed'")
    try:
        call_command("backup", verbosity=0)
    finally:
        writer.rollback()
        writer.close()
