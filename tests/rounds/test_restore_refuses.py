"""What a restore refuses: it has looked at the whole archive before the first row of the old database goes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from rounds import keys, purge, word_keys
from rounds.backups import archive, restoring, taking
from rounds.models import Reaction, Round, Stage
from rounds.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db
SENTENCE = "She asked me whether the window could stay open."
Change = Callable[[dict[str, bytes], dict[str, Any]], object]


@pytest.fixture
def sealed() -> Round:
    made = factories.round_(stage=Stage.CLOSED, sealed_at=timezone.now(), closed_at=timezone.now())
    keys.destroy(made)
    factories.reaction(made, SENTENCE)
    return made


@pytest.fixture
def taken(sealed: Round, tmp_path: Path) -> Path:
    return taking.take(to=tmp_path / "backups")


def rewritten(path: Path, change: Change) -> Path:
    """The archive with other members or another manifest in it."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(members.pop(archive.MANIFEST))
    change(members, manifest)
    made = path.with_name("changed.zip")
    with zipfile.ZipFile(made, "w") as new:
        for name, content in {**members, archive.MANIFEST: json.dumps(manifest).encode()}.items():
            new.writestr(name, content)
    return made


def short_row(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    members["tables/rounds.round"] = b"[1]\n"


def odd_value(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    row = json.loads(members["tables/rounds.programme"].splitlines()[0])
    row[0] = "not a number"
    members["tables/rounds.programme"] = json.dumps(row).encode() + b"\n"


SPOILT: dict[str, Change] = {
    "a table is missing": lambda members, manifest: members.pop("tables/rounds.round"),
    "a row is short": short_row,
    "a value is of another kind": odd_value,
    "a line is no JSON": lambda members, manifest: members.update({"tables/rounds.round": b"[1,\n"}),
    "a row is no list": lambda members, manifest: members.update({"tables/rounds.round": b'{"id": 1}\n'}),
    "a row too few": lambda members, manifest: members.update({"tables/rounds.round": b""}),
    "a table nobody knows": lambda members, manifest: manifest["counts"].update({"rounds.unknown": 0}),
    "a column nobody knows": lambda members, manifest: manifest["columns"]["rounds.round"].append("colour"),
    "columns are missing": lambda members, manifest: manifest["columns"].pop("rounds.round"),
    "a table is held and nobody knows it": lambda members, manifest: manifest["held"].append("rounds.unknown"),
    "the counts are a list": lambda members, manifest: manifest.update(counts=[1]),
    "the migrations are numbers": lambda members, manifest: manifest.update(migrations=[1]),
    "the format is a word": lambda members, manifest: manifest.update(format="one"),
    "the manifest is a list": lambda members, manifest: manifest.update(boxes="abc"),
    "a box is missing": lambda members, manifest: manifest["boxes"].append("m" * 22),
    "a box of another folder": lambda members, manifest: manifest["boxes"].append("a/../../../pwned"),
    "a box that is not named": lambda members, manifest: manifest.update(boxes=[]),
    "a box is twice there": lambda members, manifest: manifest["boxes"].append(manifest["boxes"][0]),
}


@pytest.mark.parametrize("how", SPOILT)
def test_an_archive_that_does_not_hold_together_is_refused_before_anything_goes(
    sealed: Round, taken: Path, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "_empty", lambda: pytest.fail("the old database is gone"))
    with pytest.raises(CommandError, match="is not a backup of Common Thread, or is damaged"):
        call_command("restore", rewritten(taken, SPOILT[how]), replace=True)
    assert Reaction.objects.get().text == SENTENCE


def damaged(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    name = f"words/{manifest['boxes'][0]}"
    members[name] = members[name][:-1] + bytes([members[name][-1] ^ 1])


def test_a_box_that_its_key_does_not_open_is_damaged_and_not_gone(
    sealed: Round, taken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "_empty", lambda: pytest.fail("the old database is gone"))
    with pytest.raises(CommandError, match="is damaged, or under another key") as refused:
        call_command("restore", rewritten(taken, damaged), replace=True)
    assert f"words-{sealed.public_id}.key" in str(refused.value)
    assert word_keys.exists(sealed.public_id)


@pytest.mark.parametrize("content", [b"", b"another key of its round, please"])
def test_another_key_is_refused_and_not_taken_over(sealed: Round, taken: Path, tmp_path: Path, content: bytes) -> None:
    word_keys.destroy(sealed.public_id)
    away = tmp_path / "away"
    away.mkdir()
    (away / f"words-{sealed.public_id}.key").write_bytes(content)
    with pytest.raises(Refused, match="under another key"):
        restoring.restore(path=taken, keys_from=away, replace=True)
    assert not word_keys.exists(sealed.public_id)


@pytest.mark.parametrize("stage", [Stage.ARRIVAL, Stage.CLOSED])
def test_nothing_is_replaced_under_a_live_round_unless_told_so(
    sealed: Round, taken: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Emptied(Exception):
        """It went on."""

    def empty() -> None:
        raise Emptied

    monkeypatch.setattr(restoring, "_empty", empty)
    factories.round_(factories.programme("Hillside"), stage=stage)
    with pytest.raises(CommandError, match="--even-while-live"):
        call_command("restore", taken, replace=True)
    with pytest.raises(Emptied):
        call_command("restore", taken, replace=True, even_while_live=True)


def gone_without_a_list(sealed: Round) -> None:
    """As a restore without keys leaves it, when the key is found again afterwards."""
    word_keys.make(sealed.public_id)
    Reaction.objects.all().delete()
    Round.objects.update(words_gone_at=timezone.now())


def test_a_list_that_is_not_there_proves_nothing(
    sealed: Round, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone_without_a_list(sealed)
    with pytest.raises(CommandError, match="not shown"):
        call_command("retain")
    assert f"words-{sealed.public_id}" in capsys.readouterr().out
    assert word_keys.exists(sealed.public_id)


def test_a_list_that_cannot_be_read_proves_nothing(sealed: Round, tmp_path: Path) -> None:
    gone_without_a_list(sealed)
    word_keys.list_of(sealed.public_id).write_bytes(b"damaged" * 9)
    outcome = purge.run()
    assert (outcome.proved, outcome.unlisted) == ([], [sealed])
    assert word_keys.exists(sealed.public_id)


def test_a_key_of_a_round_in_which_all_was_withdrawn_goes_on_its_day(sealed: Round) -> None:
    word_keys.make(sealed.public_id)
    Reaction.objects.all().delete()
    assert sealed.words_go_on is not None
    assert purge.run(today=sealed.words_go_on).proved == [sealed]
    assert not word_keys.exists(sealed.public_id)


def test_a_key_that_a_backup_made_as_the_words_went_goes_with_the_backup(
    sealed: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, day = word_keys.make, sealed.words_go_on
    assert day is not None

    def meanwhile(round_id: str) -> bytes:
        with monkeypatch.context() as before:
            before.setattr(word_keys, "make", real)
            purge.run(today=day)
        return real(round_id)

    monkeypatch.setattr(word_keys, "make", meanwhile)
    taking.take(to=tmp_path / "backups")
    assert not word_keys.exists(sealed.public_id)
