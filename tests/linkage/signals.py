"""Signals: every number or order in a dump that could stand for when something was written.

Nothing here knows the schema. A row belongs to an act when one of its cells is the words of that act, or names the
id of a row that is; a table added tomorrow is looked at as well.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.linkage.acts import Act
from tests.linkage.dumps import Dump, Row

WRITTEN = ("reaction", "proposal", "feedback")  # acts that have a row of their own
IDS = re.compile(r"[A-Za-z0-9_-]{22}")
Values = dict[str, Any]  # what an act is known by → the signal's value
Signals = dict[tuple[str, str], Values]  # (kind of act, signal) → values


class Found:
    """A dump, and where in it each value stands."""

    def __init__(self, dump: Dump) -> None:
        self.dump = dump
        self.by_value: dict[str, list[Row]] = defaultdict(list)
        self.companions: dict[float, float] = {}  # a transaction → a time that one of its rows holds
        for row in dump.rows:
            for value in _values(row):
                self.by_value[value].append(row)
            for cell in row.cells.values():
                if isinstance(cell, datetime) and "xmin" in row.places:
                    self.companions[row.places["xmin"]] = cell.timestamp()

    def signals(self, acts: Iterable[Act], round_pk: int) -> Signals:
        """All signals there are for a round's acts."""
        acts, signals = list(acts), Signals()
        ids: dict[str, str] = {}
        for act in acts:
            if act.kind in WRITTEN:
                own = self._own(act, round_pk)
                ids[act.what] = own
                for label, value in self._of_row_and_names(act.what, own):
                    signals.setdefault((act.kind, label), {}).setdefault(act.what, value)
        for act in acts:
            if act.kind not in WRITTEN:
                for label, value in self._of_tally(act, ids.get(act.what, act.what), round_pk):
                    signals.setdefault((act.kind, label), {}).setdefault(act.what, value)
        return signals

    def ids(self, acts: Iterable[Act], round_pk: int) -> dict[str, str]:
        """What each written act's row is called."""
        return {act.what: self._own(act, round_pk) for act in acts if act.kind in WRITTEN}

    def _own(self, act: Act, round_pk: int) -> str:
        rows = [row for row in self.by_value[act.what] if "id" in row.cells and _is_of(row, round_pk)]
        return str(rows[0].cells["id"]) if rows else ""

    def _of_row_and_names(self, what: str, own: str) -> Iterator[tuple[str, Any]]:
        rows = {id(row): row for value in (what, own) if value for row in self.by_value[value]}
        for row in rows.values():
            yield from self._of_row(row, what, own)
        for value in filter(None, (_letters(what), own)):
            for name, content in self.dump.files.items():
                for nth, offset in enumerate(_offsets(content, value.encode())):
                    yield f"{name}: place {nth + 1} of its {'id' if value == own else 'words'}", offset

    def _of_tally(self, act: Act, target: str, round_pk: int) -> Iterator[tuple[str, Any]]:
        for row in self.by_value[target]:
            if row.cells.get("kind") == act.kind and _is_of(row, round_pk):
                for label, value in self._of_row(row, act.what, target):
                    if not label.endswith(".count"):  # the sum is what is meant to stay: much tapped is early tapped
                        yield label, value

    def _of_row(self, row: Row, what: str, own: str) -> Iterator[tuple[str, Any]]:
        table = f"{row.table}[{row.cells['kind']}]" if "kind" in row.cells else row.table
        for name, place in row.places.items():
            yield f"{table}: {name}", place
        if row.places.get("xmin") in self.companions:
            yield f"{table}: time of a row of its transaction", self.companions[row.places["xmin"]]
        for name, cell in row.cells.items():
            if isinstance(cell, list) and own in cell:
                yield f"{table}.{name}: place in the list", cell.index(own)
            value = _orderable(cell)
            if value is not None and cell != what:
                yield f"{table}.{name}", value


def _values(row: Row) -> set[str]:
    """What a row can be found by: its texts, its JSON, and the ids that either names."""
    values: set[str] = set()
    for cell in row.cells.values():
        if isinstance(cell, (dict, list)):
            text = json.dumps(cell, sort_keys=True)
        elif isinstance(cell, str):
            text = cell
        else:
            continue
        values.add(text)
        values.update(IDS.findall(text))
    return values


def _is_of(row: Row, round_pk: int) -> bool:
    return bool(row.cells.get("round_id", round_pk) == round_pk)


def _letters(what: str) -> str:
    """What of an act's words stands in a file as it is; JSON may be written in several ways."""
    return "" if what.startswith("{") else what


def _offsets(content: bytes, value: bytes, most: int = 4) -> Iterator[int]:
    at = content.find(value)
    while at >= 0 and most:
        yield at
        most -= 1
        at = content.find(value, at + 1)


def _orderable(cell: Any) -> Any:
    match cell:
        case bool() | None:
            return None
        case int() | float() | Decimal():
            return float(cell)
        case datetime():
            return cell.timestamp()
        case date():
            return float(cell.toordinal())
        case str():
            return cell
    return None


def merged(parts: Mapping[int, Signals]) -> dict[tuple[str, str], dict[int, Values]]:
    """Signals of several rounds, signal by signal: (kind, signal) → round → values."""
    together: dict[tuple[str, str], dict[int, Values]] = defaultdict(dict)
    for pk, signals in parts.items():
        for key, values in signals.items():
            together[key][pk] = values
    return together
