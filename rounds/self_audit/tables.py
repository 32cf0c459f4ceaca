"""The tables as they are in the database, not as the program believes them to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import connection
from django.db.models import Model

from rounds import stored
from rounds.models import RoomSketch, RoundTopic, User
from rounds.self_audit.asking import Check, Surroundings

# Rows of these come and go with a part of the screens or a server process, never with a person.
NOT_OF_A_PERSON: Final = frozenset({RoundTopic, RoomSketch})
TIMES: Final = ("time", "date", "interval")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: str  # the database's word for its type
    given: str  # its default, and whatever else it fills itself with


def guarded() -> list[type[Model]]:
    """The tables whose rows come from one person each."""
    return sorted(stored.described() - NOT_OF_A_PERSON, key=lambda model: model._meta.db_table)


def _columns(surroundings: Surroundings) -> Iterator[str]:
    for model in guarded():
        table = model._meta.db_table
        known = {field.column for field in model._meta.concrete_fields}
        for column in _in_the_database(table):
            if column.name not in known:
                yield f"The table {table} has a column {column.name} that nobody was told of."
            if any(word in column.kind.lower() for word in TIMES):
                yield f"The column {table}.{column.name} holds a time."
            if _counts_up(column):
                yield f"The column {table}.{column.name} fills itself in, in the order of writing."


def _counts_up(column: Column) -> bool:
    given = column.given.lower()
    return "nextval" in given or "identity" in given or "now()" in given or "current_" in given or "rowid" in given


def _people(surroundings: Surroundings) -> Iterator[str]:
    with connection.cursor() as cursor:
        for model in guarded():
            table = model._meta.db_table
            for column, (_, other) in connection.introspection.get_relations(cursor, table).items():
                if other in _tables_of_people():
                    yield f"The column {table}.{column} points at {other}: it says who."


def _tables_of_people() -> set[str]:
    names = {User._meta.db_table, "django_session"}
    return names | {model._meta.db_table for model in apps.get_models() if model._meta.app_label in ("account", "mfa")}


def _strangers(surroundings: Surroundings) -> Iterator[str]:
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {"django_migrations"}
    with connection.cursor() as cursor:
        for found in connection.introspection.get_table_list(cursor):
            if found.type == "v":
                yield f"There is a view {found.name}, which is not ours: it shows rows to whoever may not see a table."
            elif found.name not in ours:
                yield f"There is a table {found.name} that is not ours; it may be keeping what ours forget."


def _watchers(surroundings: Surroundings) -> Iterator[str]:
    asked, ours = _WATCHERS[connection.vendor], _guards()
    with connection.cursor() as cursor:
        for kind, query in asked.items():
            cursor.execute(query)
            for name, table in cursor.fetchall():
                if (name, table) not in ours:
                    yield f"The {kind} {name} is told of every row as it is written."


def _guards() -> set[tuple[str, str]]:
    """The triggers that our own tables have, by name and table; a model with some names them in `guards`."""
    return {(name, model._meta.db_table) for model in apps.get_models() for name in getattr(model, "guards", ())}


_WATCHERS: Final = {
    "sqlite": {"trigger": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"},
    "postgresql": {
        "trigger": "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal",
        "event trigger": "SELECT evtname, '' FROM pg_event_trigger",
        "rule": "SELECT rulename, tablename FROM pg_rules WHERE schemaname = current_schema()",
        "publication": "SELECT pubname, '' FROM pg_publication",
        "replication slot": "SELECT slot_name, '' FROM pg_replication_slots",
    },
}


def _in_the_database(table: str) -> list[Column]:
    with connection.cursor() as cursor:
        return _sqlite(cursor, table) if connection.vendor == "sqlite" else _postgresql(cursor, table)


def _sqlite(cursor: Any, table: str) -> list[Column]:
    cursor.execute(f"PRAGMA table_xinfo({connection.ops.quote_name(table)})")
    return [
        # A key of whole numbers is SQLite's own rowid, which goes up with every row.
        Column(name, kind, f"{default or ''} {'rowid' if key and kind.lower() == 'integer' else ''}")
        for _, name, kind, _, default, key, _ in cursor.fetchall()
    ]


def _postgresql(cursor: Any, table: str) -> list[Column]:
    cursor.execute(
        "SELECT column_name, data_type, coalesce(column_default, ''), is_identity, is_generated "
        "FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s",
        [table],
    )
    return [
        Column(name, kind, f"{default} {'identity' if identity == 'YES' else ''}")
        for name, kind, default, identity, _ in cursor.fetchall()
    ]


CHECKS = (
    Check("columns", "No table of people’s words has a time, a counter or a column nobody was told of.", _columns),
    Check("people", "No table of people’s words points at an account or a session.", _people),
    Check("strangers", "There is no table and no view in the database that is not ours.", _strangers),
    Check("watchers", "Nothing in the database watches what is written.", _watchers),
)
