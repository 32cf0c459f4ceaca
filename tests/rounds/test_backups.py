"""Taking a backup: only between rounds, with nobody's words in the open, shut for good with the round's key."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from facilitation.models import ProposedGroup
from rounds import keys, purge, retention, word_keys
from rounds.backups import archive, boxes, taking
from rounds.keys import KeyGone
from rounds.models import Reaction, Round, Stage
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db
SENTENCE = "She asked me whether the window could stay open."
PROPOSED = "Let whoever sits with somebody dying hand over the bleep."
QUOTED = "whether the window could stay open"


@pytest.fixture
def sealed() -> Round:
    """A round with words in every table that can hold them, and a theme that is what somebody wrote."""
    made = factories.round_(stage=Stage.CLOSED, sealed_at=timezone.now(), closed_at=timezone.now())
    keys.destroy(made)
    said = factories.reaction(made, SENTENCE, feelings=["tender"])
    factories.lay(factories.theme(made, QUOTED), said)
    factories.proposal(made, PROPOSED)
    ProposedGroup.objects.create(round=made, reaction_ids=[said.pk], titles=[SENTENCE])
    return made


def unpacked(path: Path) -> bytes:
    """Every byte of the archive, and of what is packed in it."""
    with zipfile.ZipFile(path) as found:
        return path.read_bytes() + b"".join(found.read(name) for name in found.namelist())


def test_no_byte_of_a_backup_is_anybodys_words(sealed: Round, tmp_path: Path) -> None:
    path = taking.take(to=tmp_path / "backups")
    found = unpacked(path)
    said = (SENTENCE, PROPOSED, QUOTED, "tender", Reaction.objects.get().pk)
    assert [words for words in said if words.encode() in found] == []
    assert sealed.title.encode() in found  # what staff wrote is there
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_titles_are_in_the_open_once_they_are_signed_off(sealed: Round, tmp_path: Path) -> None:
    alice = factories.facilitator("alice", of=sealed.programme)
    keep = [title.id for title in retention.titles(sealed)]
    retention.sign_off(round=sealed, keep=keep, by=alice)
    assert QUOTED.encode() in unpacked(taking.take(to=tmp_path / "backups"))


def test_the_words_key_opens_the_box_and_after_the_purge_nothing_does(sealed: Round, tmp_path: Path) -> None:
    read = archive.Reader(taking.take(to=tmp_path / "backups"))
    box, what = read.box(sealed.public_id), f"{boxes.WHAT} {sealed.public_id}"
    key = word_keys.read(sealed.public_id)
    assert SENTENCE.encode() in word_keys.unseal(key, box, what=what)

    day = sealed.words_go_on
    assert day is not None
    assert purge.run(today=day).proved == [sealed]

    with pytest.raises(KeyGone):
        word_keys.read(sealed.public_id)
    with pytest.raises(word_keys.BoxDamaged):
        word_keys.unseal(bytes(32), box, what=what)
    assert [path.name for path in (tmp_path / "keys").iterdir()] == []


def test_a_box_is_of_one_round_and_no_other(sealed: Round, tmp_path: Path) -> None:
    box = archive.Reader(taking.take(to=tmp_path / "backups")).box(sealed.public_id)
    with pytest.raises(word_keys.BoxDamaged):
        word_keys.unseal(word_keys.read(sealed.public_id), box, what=f"{boxes.WHAT} another")


def test_a_purge_while_a_backup_is_taken_cannot_open_the_draft_and_shuts_its_box_next_time(
    sealed: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, day = boxes.of, sealed.words_go_on
    assert day is not None

    def meanwhile(round: Round, key: bytes) -> bytes:
        box = real(round, key)
        purge.run(today=day)
        return box

    monkeypatch.setattr(boxes, "of", meanwhile)
    taking.take(to=tmp_path / "backups")
    assert word_keys.exists(sealed.public_id)
    assert purge.run(today=day).is_clean
    assert not word_keys.exists(sealed.public_id)


@pytest.mark.parametrize(
    ("stage", "words"),
    [(Stage.ARRIVAL, "is being held"), (Stage.CLOSING, "is being held"), (Stage.CLOSED, "not sealed")],
)
def test_no_backup_is_taken_while_a_round_is_live_or_not_sealed(
    sealed: Round, tmp_path: Path, stage: Stage, words: str
) -> None:
    factories.round_(factories.programme("Hillside"), stage=stage)
    with pytest.raises(CommandError, match=words):
        call_command("backup", to=tmp_path / "backups")
    assert not (tmp_path / "backups").exists()


def test_doors_that_open_while_a_backup_begins_end_it_and_leave_nothing(
    sealed: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = taking._keys

    def meanwhile() -> dict[str, bytes]:
        factories.round_(factories.programme("Hillside"), stage=Stage.ARRIVAL)
        return real()

    monkeypatch.setattr(taking, "_keys", meanwhile)
    with pytest.raises(Refused, match="is being held"):
        taking.take(to=tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_no_backup_lies_among_the_keys(sealed: Round, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="among the keys"):
        taking.take(to=tmp_path / "keys" / "backups")


def test_no_backup_lies_among_the_copies_of_the_keys(sealed: Round, tmp_path: Path, settings: Settings) -> None:
    settings.WORD_KEYS_COPY = str(tmp_path / "stick")
    with pytest.raises(Refused, match="among the keys"):
        taking.take(to=tmp_path / "stick" / "backups")
    assert not (tmp_path / "stick").exists()


def test_the_newest_backups_are_kept_and_nothing_else_is_touched(
    sealed: Round, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"common-thread-2026-01-0{day}-030000.zip").touch()
    (folder / "somebody-elses.zip").touch()
    call_command("backup", to=folder, keep=2)
    kept = sorted(path.name for path in folder.iterdir())
    assert kept[0] == "common-thread-2026-01-04-030000.zip"
    assert len(kept) == 3
    assert kept[2] == "somebody-elses.zip"
    assert capsys.readouterr().out.count("Removed") == 3


def test_a_second_folder_of_keys_that_is_away_stops_the_backup(
    sealed: Round, tmp_path: Path, settings: Settings
) -> None:
    settings.WORD_KEYS_COPY = str(tmp_path / "stick")
    taking.take(to=tmp_path / "backups")
    assert (tmp_path / "stick" / f"words-{sealed.public_id}.key").exists()
    (tmp_path / "stick").rename(tmp_path / "away")
    with pytest.raises(CommandError, match="No backup was taken"):
        call_command("backup", to=tmp_path / "backups")


@pytest.mark.parametrize("content", [b"", b"not a ZIP file", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_backup_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file.zip"
    file.write_bytes(content)
    with pytest.raises(CommandError, match="is not a backup of Common Thread"):
        call_command("restore", file)


def test_a_damaged_backup_is_refused(sealed: Round, tmp_path: Path) -> None:
    path = taking.take(to=tmp_path / "backups")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as found:
        at = found.getinfo("tables/rounds.round").header_offset + 80
    content[at] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(CommandError, match="damaged"):
        call_command("restore", path)


def test_a_database_with_rounds_in_it_is_not_overwritten_unless_told(sealed: Round, tmp_path: Path) -> None:
    path = taking.take(to=tmp_path / "backups")
    with pytest.raises(CommandError, match="This database has rounds in it"):
        call_command("restore", path)
    assert Round.objects.get() == sealed
