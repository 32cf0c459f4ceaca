"""Round keys: made once, used for several things, gone for good."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from pytest_django import Settings

from rounds import keys
from rounds.models import Round
from rounds.models.ids import new_id


@pytest.fixture
def round_() -> Round:
    return Round(public_id=new_id())


def test_a_key_file_is_readable_by_its_owner_only(round_: Round, settings: Settings) -> None:
    keys.make(round_)
    file = Path(settings.KEY_DIR) / f"round-{round_.public_id}.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_bytes()) == 32


def test_opening_a_round_twice_keeps_its_key(round_: Round) -> None:
    keys.make(round_)
    first = keys.derived(round_.public_id, "post")
    keys.make(round_)
    keys._derived.cache_clear()
    assert keys.derived(round_.public_id, "post") == first


def test_each_use_has_a_key_of_its_own(round_: Round) -> None:
    keys.make(round_)
    derived = {keys.derived(round_.public_id, use) for use in ("post", "nonce", "voice", "ticket")}
    assert len(derived) == 4
    assert {len(key) for key in derived} == {32}


def test_two_rounds_have_nothing_in_common(round_: Round) -> None:
    other = Round(public_id=new_id())
    keys.make(round_)
    keys.make(other)
    assert keys.keyed_hash(round_.public_id, "voice", "a") != keys.keyed_hash(other.public_id, "voice", "a")


def test_a_hash_is_stable_and_its_parts_cannot_run_together(round_: Round) -> None:
    keys.make(round_)
    hashed = keys.keyed_hash(round_.public_id, "voice", "ab", "c")
    assert hashed == keys.keyed_hash(round_.public_id, "voice", "ab", "c")
    assert hashed != keys.keyed_hash(round_.public_id, "voice", "a", "bc")
    assert len(hashed) == 43


def test_a_destroyed_key_is_gone_from_memory_too(round_: Round, settings: Settings) -> None:
    keys.make(round_)
    keys.derived(round_.public_id, "post")
    keys.destroy(round_)
    assert list(Path(settings.KEY_DIR).iterdir()) == []
    with pytest.raises(keys.KeyGone):
        keys.derived(round_.public_id, "post")


def test_a_key_that_another_process_destroyed_opens_nothing_here(round_: Round, settings: Settings) -> None:
    keys.make(round_)
    keys.derived(round_.public_id, "post")
    (Path(settings.KEY_DIR) / f"round-{round_.public_id}.key").unlink()
    with pytest.raises(keys.KeyGone):
        keys.derived(round_.public_id, "post")
    assert keys._derived.cache_info().currsize == 0


def test_a_key_that_a_crash_left_half_destroyed_opens_nothing_and_is_finished_off(
    round_: Round, settings: Settings
) -> None:
    keys.make(round_)
    key = Path(settings.KEY_DIR) / f"round-{round_.public_id}.key"
    key.rename(key.with_suffix(".gone"))
    with pytest.raises(keys.KeyGone):
        keys.derived(round_.public_id, "post")
    assert keys.exists(round_)
    keys.destroy(round_)
    assert not keys.exists(round_)
    assert list(key.parent.iterdir()) == []


def test_destroying_twice_is_destroying_once(round_: Round) -> None:
    keys.make(round_)
    keys.destroy(round_)
    keys.destroy(round_)
    with pytest.raises(keys.KeyGone):
        keys.keyed_hash(round_.public_id, "nonce", "x")


def test_a_round_that_was_never_opened_has_no_key(round_: Round) -> None:
    with pytest.raises(keys.KeyGone):
        keys.derived(round_.public_id, "ticket")
