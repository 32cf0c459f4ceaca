"""A round's words in a box: every row that holds them, and titles nobody has signed off, under the words' key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db.migrations.state import StateApps

from rounds import word_keys, words
from rounds.backups import rows
from rounds.models import Round

WHAT = "backup of words"


def of(round: Round, key: bytes) -> bytes:
    """The round's box."""
    held = {
        rows.label(holding.model): {
            "columns": rows.columns(holding.model),
            "rows": list(rows.read(holding.of(round))),
        }
        for holding in words.holdings()
    }
    copied = [
        {
            "table": rows.label(copy.model),
            "column": copy.column,
            "values": list(
                copy.model._base_manager.filter(**{copy.to_round: round}).values_list("pk", copy.column).distinct()
            ),
        }
        for copy in words.copies()
    ]
    return word_keys.seal(key, json.dumps({"held": held, "copied": copied}).encode(), what=f"{WHAT} {round.public_id}")


def opened(round_id: str, box: bytes, key: bytes) -> dict[str, Any]:
    """What is in a box. Raises word_keys.BoxDamaged where this key does not open it."""
    inside: dict[str, Any] = json.loads(word_keys.unseal(key, box, what=f"{WHAT} {round_id}"))
    return inside


def unpack(inside: dict[str, Any], state: StateApps) -> None:
    """Write what is in a box into the tables."""
    for table, told in inside["held"].items():
        rows.insert(state.get_model(table), told["columns"], told["rows"])
    for told in inside["copied"]:
        model = state.get_model(told["table"])
        for key, value in told["values"]:
            model._base_manager.filter(pk=key).update(**{told["column"]: value})


def shut_out(table: str, names: list[str], row: list[Any], open_rounds: set[int]) -> list[Any]:
    """The row as it may stand in the open: with something else where words may have been copied to.

    open_rounds: primary keys of the rounds whose themes are signed off, or whose words have gone.
    """
    for copy in words.copies():
        at = f"{copy.to_round}_id"
        if rows.label(copy.model) == table and at in names and row[names.index(at)] not in open_rounds:
            row[names.index(copy.column)] = copy.instead
    return row


def withheld() -> dict[str, list[tuple[set[Any], Mapping[str, str]]]]:
    """By table: which rows have something else in some of their columns, in the picture that is taken now."""
    found: dict[str, list[tuple[set[Any], Mapping[str, str]]]] = {}
    for one in words.withheld():
        found.setdefault(rows.label(one.model), []).append((one.pks(), one.instead))
    return found


def without(names: list[str], row: list[Any], withheld: list[tuple[set[Any], Mapping[str, str]]]) -> list[Any]:
    """The row without what is withheld of it."""
    for pks, instead in withheld:
        if row[names.index("id")] in pks:
            for column, words_ in instead.items():
                row[names.index(column)] = words_
    return row


def held_tables() -> list[str]:
    """The tables of which no row is in the open."""
    return [rows.label(holding.model) for holding in words.holdings()]


def current() -> list[type[Any]]:
    """The models whose rows stand in the open part of an archive."""
    return [model for model in rows.models_of(apps) if rows.label(model) not in held_tables()]
