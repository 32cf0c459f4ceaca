"""While a round is open: a stolen database tells batches, and nothing finer; what is not released cannot be read."""

from __future__ import annotations

import random

import pytest
from cryptography.exceptions import InvalidTag

from rounds import gathering, keys
from rounds.models import SealedPost
from rounds.models.round import FLOWING_BATCH
from tests.linkage import dumps, measures
from tests.linkage.acts import Size
from tests.linkage.hour import TOGETHER, Hour, programme
from tests.linkage.measures import Measured
from tests.linkage.report import Report, attribution
from tests.linkage.series import Series
from tests.linkage.stores import Store

AT_MOST = 0.30
WRITING = Size(posts=16, people=10)


def too_telling(series: Series) -> dict[str, Measured]:
    """Signals of live dumps of flowing rounds by which more than 0.30 of the reactions find their author."""
    results = series.results(live=True, policy="flowing")
    written = {signal: measured for (kind, signal), measured in results.items() if kind == "reaction"}
    return {signal: m for signal, m in written.items() if m.attribution > max(AT_MOST, m.attribution_limit)}


def test_from_a_live_dump_of_a_flowing_round_few_can_be_attributed(series: Series, report: Report) -> None:
    flowing = series.results(live=True, policy="flowing")
    written = [measured for (kind, _), measured in flowing.items() if kind == "reaction"]
    best = max(written, key=lambda measured: measured.attribution - measured.chance)
    what = "live dump, shown flowing: reactions attributed by the signal furthest above chance"
    report.check(what, f"{AT_MOST}", attribution(best))
    report.signals("While it is open, flowing", flowing)
    report.signals("While it is open, together", series.results(live=True, policy="together"))
    assert too_telling(series) == {}


def test_who_knows_every_batch_and_who_wrote_in_it_can_still_attribute_few(series: Series, report: Report) -> None:
    assert len(series.batches) >= series.size.rounds
    assert min(len(set(batch)) for batch in series.batches) >= FLOWING_BATCH
    matched, named = measures.within_batches(series.batches)
    what = f"live dump, {len(series.batches)} batches known with their authors: rows laid to a send of theirs"
    report.check(what, f"{AT_MOST}", f"{matched:.3f}")
    report.check("the same, each row given to the busiest author of its batch", f"{AT_MOST}", f"{named:.3f}")
    assert matched <= AT_MOST
    assert named <= AT_MOST


def test_within_a_batch_a_live_dump_tells_nothing(series: Series) -> None:
    results = series.results(live=True, policy="together")
    written = [measured for (kind, signal), measured in results.items() if kind == "reaction" and "rowid" in signal]
    written += [measured for (kind, signal), measured in results.items() if kind == "reaction" and "ctid" in signal]
    assert written
    assert all(measured.is_silent for measured in written)


@pytest.fixture
def writing(store: Store) -> Hour:
    """A round in which sixteen sentences wait to be shown together."""
    hour = Hour(programme(), WRITING, random.Random(3), (TOGETHER,))
    hour.open()
    hour.write_all()
    return hour


def readable(hour: Hour) -> list[str]:
    """Sentences that stand in any row or file of the database, its journal included."""
    dump = dumps.taken()
    cells = [
        cell if isinstance(cell, bytes) else str(cell).encode() for row in dump.rows for cell in row.cells.values()
    ]
    places = [*cells, *dump.files.values(), *dumps.journal().values()]
    return [act.what for act in hour.acts if any(act.what.encode() in place for place in places)]


def test_what_is_not_released_stands_nowhere(writing: Hour, report: Report) -> None:
    assert len(writing.acts) == SealedPost.objects.count() == WRITING.posts
    report.check("sentences not shown yet, readable without the key file", "0", f"{len(readable(writing))}")
    assert readable(writing) == []


def test_the_check_sees_words_that_are_not_locked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Glass:
        def __init__(self, key: bytes) -> None:
            pass

        def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
            return data

    monkeypatch.setattr(gathering, "AESGCM", Glass)
    hour = Hour(programme(), WRITING, random.Random(3), (TOGETHER,))
    hour.open()
    hour.write_all()
    assert len(readable(hour)) > 10


def test_boxes_are_of_one_size_and_none_is_like_another(writing: Hour) -> None:
    boxes = [bytes(post.box) for post in SealedPost.objects.all()]
    assert len({len(box) for box in boxes}) == 1
    assert len(set(boxes)) == len(boxes)


def test_the_key_file_opens_what_waits_and_nothing_else_does(writing: Hour, store: Store) -> None:
    (file,) = store.keys.glob("round-*.key")
    kept = file.read_bytes()
    basket = writing.prompts[0].basket
    file.unlink()
    with pytest.raises(keys.KeyGone):
        gathering.take(round=writing.round, basket=basket)
    keys.make(writing.round)
    with pytest.raises(InvalidTag):
        gathering.take(round=writing.round, basket=basket)
    assert SealedPost.objects.count() == WRITING.posts
    file.unlink()
    file.write_bytes(kept)
    opened = gathering.take(round=writing.round, basket=basket)
    assert {payload["text"] for payload in opened} == {act.what for act in writing.acts}


def test_the_key_stands_in_no_file_of_the_database(writing: Hour, store: Store) -> None:
    (file,) = store.keys.glob("round-*.key")
    key = file.read_bytes()
    assert not any(key in content for content in {**dumps.taken().files, **dumps.journal()}.values())
