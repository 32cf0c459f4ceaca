"""The canary: what went is looked for in every file of ours, and a purge is done only when nothing is found."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from rounds import pieces, purge, raw_files, word_keys, words
from rounds.models import Round, Stage
from tests import factories

pytestmark = pytest.mark.django_db
SENTENCE = "Nobody had told her daughter that the bed was empty."


@pytest.fixture
def due(tmp_path: Path) -> Round:
    made = factories.round_(stage=Stage.CLOSED, sealed_at=timezone.now(), closed_at=timezone.now())
    factories.reaction(made, SENTENCE)
    (tmp_path / "keys").mkdir(exist_ok=True)
    return made


def the_day(round: Round) -> date:
    day = round.words_go_on
    assert day is not None
    return day


def test_a_copy_of_the_words_in_our_folder_is_found_and_the_purge_is_not_called_done(
    due: Round, tmp_path: Path
) -> None:
    copy = tmp_path / "db.sqlite3.before-the-update"
    copy.write_bytes(b"\x00" * 5000 + SENTENCE.encode() + b"\x00" * 5000)

    outcome = purge.run(today=the_day(due))

    assert outcome.gone == [due]
    assert (outcome.proved, outcome.is_clean) == ([], False)
    assert list(outcome.found) == [copy.resolve()]
    assert word_keys.exists(due.public_id)

    copy.unlink()
    again = purge.run(today=the_day(due))
    assert (again.gone, again.proved, again.is_clean) == ([], [due], True)
    assert list((tmp_path / "keys").glob("words-*")) == []


def test_words_packed_into_an_archive_are_found_too(due: Round, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    with zipfile.ZipFile(tmp_path / "backups" / "old.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("themes", f"What was written: {SENTENCE}")
    assert list(purge.run(today=the_day(due)).found) == [(tmp_path / "backups" / "old.zip").resolve()]


def test_words_across_two_chunks_of_a_file_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "CHUNK", 10)
    file = tmp_path / "file"
    file.write_bytes(b"." * 7 + SENTENCE.encode())
    wanted = pieces.Pieces([SENTENCE.encode(), b"this is not there"])
    assert wanted.look_into(file) == ({SENTENCE.encode()}, True)


@given(data=st.binary(max_size=200), piece=st.binary(min_size=15, max_size=30), at=st.integers(0, 220))
def test_a_piece_is_found_wherever_it_begins_and_nowhere_else(data: bytes, piece: bytes, at: int) -> None:
    wanted = pieces.Pieces([piece, b"of another round"])
    assert piece in wanted.standing_in(data[:at] + piece + data[at:])
    assert (piece in wanted.standing_in(data)) is (piece in data)


def test_a_piece_too_short_to_be_found_is_refused() -> None:
    with pytest.raises(ValueError, match="short"):
        pieces.Pieces([b"fourteen bytes"])


def test_words_in_a_title_that_people_kept_do_not_hold_the_purge_up(due: Round, tmp_path: Path) -> None:
    factories.theme(factories.round_(due.programme), SENTENCE)
    (tmp_path / "db-with-the-title").write_bytes(SENTENCE.encode())
    assert purge.run(today=the_day(due)).is_clean


def test_words_that_another_round_wrote_too_do_not_hold_the_purge_up(due: Round, tmp_path: Path) -> None:
    factories.reaction(factories.round_(factories.programme("Hillside")), SENTENCE)
    (tmp_path / "db-with-the-other-round").write_bytes(SENTENCE.encode())
    assert purge.run(today=the_day(due)).is_clean


def test_the_command_says_where_and_fails(due: Round, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Round.objects.update(closed_at=timezone.now() - timedelta(days=100))
    elsewhere = tmp_path.parent / f"{tmp_path.name}-mounted"
    elsewhere.mkdir()
    (elsewhere / "dump.sql").write_text(SENTENCE)
    with pytest.raises(CommandError, match="Remove these files"):
        call_command("retain", search=[elsewhere])
    assert f"FOUND in {elsewhere / 'dump.sql'}" in capsys.readouterr().out
    (elsewhere / "dump.sql").unlink()
    call_command("retain", search=[elsewhere])
    assert "Of 1 round(s) nothing was found in the files searched; their key is destroyed." in capsys.readouterr().out


@pytest.mark.logs_errors
def test_the_clock_says_so_once_and_tries_again_after_a_while(
    due: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(purge, "_not_before", 0.0)
    (tmp_path / "copy").write_text(SENTENCE)
    Round.objects.update(closed_at=timezone.now() - timedelta(days=100))
    for _ in range(3):
        purge.run_by_the_clock()
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "Words that were let go are not shown to be gone yet: run manage.py retain to see why"
    ]
    assert SENTENCE not in caplog.text


def test_a_purge_that_cannot_compact_is_finished_later(due: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as while_somebody_reads:
        while_somebody_reads.setattr(purge, "compact", lambda tables: False)
        assert purge.run(today=the_day(due)).waits_for == "somebody who is reading the database"
    assert word_keys.exists(due.public_id)
    assert purge.run(today=the_day(due)).proved == [due]


def test_a_round_with_nothing_written_needs_no_key_and_no_compacting(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = factories.round_(stage=Stage.CLOSED, sealed_at=timezone.now(), closed_at=timezone.now())
    monkeypatch.setattr(purge, "compact", lambda tables: pytest.fail("compacted"))
    assert purge.run(today=the_day(silent)).gone == [silent]
    assert word_keys.known() == set()


def test_pieces_are_of_a_size_that_is_nobody_elses_sentence(due: Round) -> None:
    found = words.fragments(due)
    assert "Nobody had told her daug" in found
    assert "that the bed was empty." in " ".join(found)
    assert all(words.SHORTEST <= len(piece.encode()) <= words.FRAGMENT for piece in found)


def test_pieces_are_cut_between_letters(due: Round) -> None:
    factories.reaction(due, "Ďakujem za všetko, čo ste pre nás urobili – naozaj.")
    found = words.fragments(due)
    assert all("\ufffd" not in piece for piece in found)
    assert b"\\u010e" in b"".join(raw for piece in found for raw in words.as_stored(piece))


def test_a_purge_whose_second_folder_of_keys_is_away_waits_for_it(
    due: Round, tmp_path: Path, settings: Settings
) -> None:
    second = tmp_path / "stick"
    settings.WORD_KEYS_COPY = str(second)
    word_keys.make(due.public_id)
    word_keys.copy_out(due.public_id)
    assert (second / f"words-{due.public_id}.key").read_bytes() == word_keys.read(due.public_id)
    second.rename(tmp_path / "away")
    second.mkdir()  # the place where the stick is usually mounted

    assert purge.run(today=the_day(due)).waits_for == "the second folder of keys"
    assert due in purge.unproved()

    second.rmdir()
    (tmp_path / "away").rename(second)
    assert purge.run(today=the_day(due)).proved == [due]
    assert [path.name for path in second.iterdir()] == [word_keys.MARK]


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX")
def test_looking_into_a_file_takes_nobodys_locks_off_it(tmp_path: Path) -> None:
    """SQLite's locks belong to the process: opened and closed here, the file would be open to two writers."""
    file = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("CREATE TABLE t (x)")
        holder.execute("BEGIN EXCLUSIVE")
        raw_files.holding([SENTENCE.encode()], [file])
        writer = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('INSERT INTO t VALUES (1)')"
        done = subprocess.run([sys.executable, "-c", writer, str(file)], capture_output=True, text=True, check=False)
        assert "database is locked" in done.stderr
