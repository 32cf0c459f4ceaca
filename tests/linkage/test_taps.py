"""A thief of the database while a round is open, without its key, reads of no tap what it was for."""

from __future__ import annotations

import base64
import random
import re

import pytest

from rounds import keys, voices
from rounds.models import Voice
from tests.linkage import dumps
from tests.linkage.acts import Size
from tests.linkage.hour import GROUPS, Hour, programme
from tests.linkage.report import Report
from tests.linkage.stores import Store

TAPPED = ("mine_too", "rings_true", "barrier", "help", "staff_group")
SMALL = Size(posts=20, people=10, taps=24, proposals=8, forms=8)


@pytest.fixture
def tapped(store: Store) -> Hour:
    """A round before its seal, in which people tapped on everything there is to tap on."""
    hour = Hour(programme(), SMALL, random.Random(4))
    hour.hold()
    return hour


def what_was_tapped(hour: Hour) -> dict[str, set[str]]:
    """What the key file opens: the targets of each kind."""
    return {kind: set(voices.counts(round=hour.round, kind=kind)) for kind in TAPPED}


def told(targets: set[str]) -> list[str]:
    """What the rows of voices say of these, in their columns or in the letters in them."""
    rows = [row for row in dumps.taken().rows if row.table == "rounds_voice"]
    assert len(rows) > 40
    cells = [str(cell) for row in rows for cell in row.cells.values()]
    boxes = [repr(base64.b64decode(row.cells["target"])) for row in rows if row.cells["kind"] == voices.LOCKED]
    # A word of its own: the letters of "help" may well stand somewhere in so many hashes.
    words = [re.compile(rf"(?<![A-Za-z0-9+/_-]){re.escape(target)}(?![A-Za-z0-9+/_-])") for target in targets]
    return [cell for cell in cells if any(word.search(cell) for word in words)] + [
        box for box in boxes if any(target in box for target in targets)
    ]


def test_no_row_of_a_live_dump_says_what_was_tapped(tapped: Hour, report: Report) -> None:
    known = what_was_tapped(tapped)
    assert all(known.values())
    assert known["staff_group"] <= set(GROUPS)
    found = told({*TAPPED, *(target for targets in known.values() for target in targets)})
    report.check("taps of every kind in a live dump: rows that say their kind or target", "0", f"{len(found)}")
    assert found == []


def test_boxes_of_taps_are_of_one_length_and_none_is_like_another(tapped: Hour) -> None:
    boxes = list(Voice.objects.filter(kind=voices.LOCKED).values_list("target", flat=True))
    assert len({len(box) for box in boxes}) == 1
    assert len(set(boxes)) == len(boxes)


def test_without_the_key_file_nobody_knows_how_many_tapped_on_what(tapped: Hour) -> None:
    keys.destroy(tapped.round)
    assert not any(what_was_tapped(tapped).values())


def test_the_check_sees_taps_that_are_not_locked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "OPEN_KINDS", {*voices.OPEN_KINDS, *TAPPED})
    hour = Hour(programme(), SMALL, random.Random(4))
    hour.hold()
    assert len(told(set(TAPPED))) > 40
