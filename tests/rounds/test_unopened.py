"""What the canary cannot open: packed files are unpacked, and what stays shut is named and counts as not shown."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.management.commands import serve
from rounds import keys, pieces, purge, raw_files, schedule, word_keys
from rounds.models import Round, Stage
from tests import factories

SENTENCE = "Nobody had told her daughter that the bed was empty."


@pytest.fixture
def due(db: None) -> Round:
    long_ago = timezone.now() - timedelta(days=100)
    made = factories.round_(stage=Stage.CLOSED, sealed_at=long_ago, closed_at=long_ago)
    keys.destroy(made)
    factories.reaction(made, SENTENCE)
    return made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(purge, "_not_before", 0.0)
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def zipped(content: bytes = b"Nothing of anybody's.", how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        archive.writestr("table", content)
    return made.getvalue()


def changed(content: bytes, *, flag: int | None = None, method: int | None = None) -> bytes:
    """A ZIP file whose headers say something else: 1 is "takes a password", an unknown method is unknown."""
    made = bytearray(content)
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = made.index(signature) + at
        if flag is not None:
            made[place] = flag
        if method is not None:
            made[place + 2] = method
    return bytes(made)


CLOSED = {
    "password.zip": changed(zipped(), flag=1),
    "unknown.zip": changed(zipped(), method=99),
    "cut.zip": zipped()[:-30],
    "damaged.gz": gzip.compress(b"x" * 500)[:-12],
    "damaged.bz2": bz2.compress(b"x" * 500)[:-12],
    "damaged.xz": lzma.compress(b"x" * 500)[:-12],
    "other.7z": b"7z\xbc\xaf\x27\x1c" + bytes(40),
    "other.zst": b"\x28\xb5\x2f\xfd" + bytes(40),
    "pg.dump": b"PGDMP" + bytes(40),
    "deep.gz": gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"deep")))),
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_file_that_cannot_be_opened_is_named_and_the_key_stays(
    due: Round, folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / name).write_bytes(CLOSED[name])
    with pytest.raises(CommandError, match="not shown"):
        call_command("retain")
    said = capsys.readouterr().out
    assert f"COULD NOT OPEN {folder / name}" in said
    assert "Words of 1 round(s) went now." in said
    assert word_keys.exists(due.public_id)

    (folder / name).unlink()
    call_command("retain")
    assert not word_keys.exists(due.public_id)


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text(SENTENCE)

    def refuse(*args: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert pieces.Pieces([SENTENCE.encode()]).look_into(file) == (set(), False)


def test_what_can_be_opened_beside_it_is_still_searched(due: Round, folder: Path) -> None:
    (folder / "a.zip").write_bytes(CLOSED["password.zip"])
    (folder / "b.zip").write_bytes(zipped(SENTENCE.encode()))
    outcome = purge.run()
    assert list(outcome.found) == [folder / "b.zip"]
    assert outcome.unopened == [folder / "a.zip"]


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
    "stored": lambda content: zipped(content, zipfile.ZIP_STORED),
    "gzip in zip": lambda content: zipped(gzip.compress(content)),
    "zip in zip": lambda content: zipped(zipped(content)),
}


@pytest.mark.parametrize("how", PACKED)
def test_a_packed_copy_of_the_database_is_searched_in_pieces(
    folder: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "CHUNK", 4096)
    file = folder / "copy-of-the-database"
    noise = bytes(range(256)) * 64
    file.write_bytes(PACKED[how](noise[:-20] + SENTENCE.encode() + noise))
    looked = raw_files.holding([SENTENCE.encode()], [file])
    assert (looked.found, looked.unopened) == ({file: {SENTENCE.encode()}}, [])
    assert pieces.Pieces([SENTENCE.encode()]).look_into(file) == ({SENTENCE.encode()}, True)


def test_no_member_is_ever_whole_in_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    largest = []
    real = pieces.Pieces.standing_in

    def measured(self: pieces.Pieces, data: bytes) -> set[bytes]:
        largest.append(len(data))
        return real(self, data)

    monkeypatch.setattr(pieces, "CHUNK", 4096)
    monkeypatch.setattr(pieces.Pieces, "standing_in", measured)
    (folder / "bomb.zip").write_bytes(zipped(bytes(1_000_000)))
    (folder / "bomb.gz").write_bytes(gzip.compress(bytes(1_000_000)))
    for name in ("bomb.zip", "bomb.gz"):
        assert pieces.Pieces([SENTENCE.encode()]).look_into(folder / name) == (set(), True)
    assert max(largest) <= 4096 + len(SENTENCE)


@pytest.mark.logs_errors
def test_the_clock_waits_after_a_purge_that_broke(due: Round, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def breaks(**named: object) -> None:
        tried.append(1)
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(purge, "run", breaks)
    with pytest.raises(RuntimeError):
        purge.run_by_the_clock()
    assert purge._not_before > time.monotonic()
    purge.run_by_the_clock()
    assert tried == [1]


def test_a_first_tick_that_fails_does_not_keep_the_server_from_starting_and_seals_all_the_same(
    db: None, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    left_over = factories.round_(stage=Stage.CLOSED, closed_at=timezone.now())

    def breaks(**named: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(schedule, "queue_due", breaks)
    serve.tick_once()
    left_over.refresh_from_db()
    assert left_over.sealed_at is not None
    assert not keys.exists(left_over)
    warned = [record.message for record in caplog.records if record.name == serve.__name__]
    assert warned == ["A tick failed (RuntimeError); the next one tries again"]
