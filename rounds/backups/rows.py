"""Rows of a table as lines of JSON and back, through the fields' own conversions: the same from and to any database."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.state import StateApps
from django.db.models import Field, Model, QuerySet

BATCH: Final = 500
# Sessions end with a restore; how full a room is is worth nothing after seconds; what is due is queued anew.
LEFT_OUT: Final = frozenset(
    {"sessions.session", "rounds.roomsketch", "rounds.ownnote", "django_tasks_database.dbtaskresult"}
)  # a facilitator's note to themselves is for nobody who reads a backup


def models_of(apps: Apps | StateApps) -> list[type[Model]]:
    """Every model with a table of its own that belongs in a backup, those between two others included."""
    found = apps.get_models(include_auto_created=True)
    return [one for one in found if one._meta.managed and not one._meta.proxy and label(one) not in LEFT_OUT]


def label(model: type[Model]) -> str:
    return model._meta.label_lower


def columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def read(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The rows, in the order of their keys, as lists of values that JSON can write."""
    for row in rows.order_by("pk").values_list(*columns(rows.model)).iterator(chunk_size=BATCH):
        yield [_plain(value) for value in row]


def insert(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows into the model's table just as they are, defaults and times included; returns how many."""
    chosen = _chosen(model, names)
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(str(field.column)) for field in chosen)})"
    statement = f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(chosen))})"  # noqa: S608  our own names
    written, batch = 0, []
    with connection.cursor() as cursor:
        for row in rows:
            batch.append([_stored(field, value) for field, value in zip(chosen, row, strict=True)])
            written += 1
            if len(batch) == BATCH:
                cursor.executemany(statement, batch)
                batch = []
        if batch:
            cursor.executemany(statement, batch)
    return written


def stored(model: type[Model], names: Sequence[str], row: Sequence[Any]) -> list[Any]:
    """The row's values as the database takes them.

    Raises LookupError, ValueError, TypeError or ValidationError for a row that is not of this table.
    """
    if not isinstance(row, list):
        raise TypeError("A row is a list.")
    return [_stored(field, value) for field, value in zip(_chosen(model, names), row, strict=True)]


def line(row: Sequence[Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _chosen(model: type[Model], names: Sequence[str]) -> list[Field[Any, Any]]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [fields[name] for name in names]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value) if isinstance(value, UUID) else value


def _stored(field: Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(field.to_python(value), connection)
