"""Half-made key files: a crash leaves one behind, and it must not outlive the key that it holds."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from rounds import key_files, word_keys

ROUND = "r" * 22


class Killed(BaseException):
    """The power went."""


def crash_while(doing: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*args: object) -> None:
        raise Killed

    with monkeypatch.context() as crashing:
        crashing.setattr(Path, "replace", die)
        with pytest.raises(Killed):
            doing()  # type: ignore[operator]


def drafts(folder: Path) -> list[Path]:
    return list(folder.glob(".draft-*"))


def grown_old(folder: Path) -> None:
    then = time.time() - 2 * key_files.DRAFT_SECONDS
    for draft in drafts(folder):
        os.utime(draft, (then, then))


@pytest.fixture
def second(settings: Settings, tmp_path: Path) -> Path:
    settings.WORD_KEYS_COPY = str(tmp_path / "stick")
    word_keys.make("another" + "r" * 15)
    word_keys.copy_out("another" + "r" * 15)  # the mark is there
    return tmp_path / "stick"


def test_a_draft_of_a_key_that_is_destroyed_goes_with_it(second: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = word_keys.make(ROUND)
    crash_while(lambda: word_keys.copy_out(ROUND), monkeypatch)
    assert [draft.read_bytes() for draft in drafts(second)] == [key]

    word_keys.destroy(ROUND)

    assert drafts(second) == []


def test_a_draft_is_overwritten_before_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = tmp_path / ".draft-of-a-key"
    draft.write_bytes(bytes(key_files.LENGTH))
    os.link(draft, tmp_path / "what the disk holds")
    grown_old(tmp_path)
    key_files.sweep(tmp_path)
    assert drafts(tmp_path) == []
    assert (tmp_path / "what the disk holds").read_bytes() != bytes(key_files.LENGTH)


def test_the_next_key_and_the_next_destroying_sweep_what_was_left(tmp_path: Path) -> None:
    for doing in (key_files.make, key_files.destroy):
        (tmp_path / ".draft-left").write_bytes(bytes(key_files.LENGTH))
        grown_old(tmp_path)
        doing(tmp_path / "words-x.key")
        assert drafts(tmp_path) == []


@pytest.mark.django_db
def test_the_tick_sweeps_both_folders(second: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    key_files.make(other / f"words-{ROUND}.key")
    crash_while(lambda: word_keys.bring_back(other, [ROUND]), monkeypatch)
    (second / ".draft-left").write_bytes(bytes(key_files.LENGTH))
    assert len(drafts(tmp_path / "keys")) == 1
    grown_old(second)
    grown_old(tmp_path / "keys")
    call_command("tick", verbosity=0)
    assert (drafts(second), drafts(tmp_path / "keys")) == ([], [])


def test_a_draft_that_another_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".draft-new").write_bytes(bytes(key_files.LENGTH))
    key_files.make(tmp_path / "words-x.key")
    assert len(drafts(tmp_path)) == 1
