"""Restoring: an installation made of an archive, on an empty machine or in place of another, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps
from django.utils import timezone

from rounds import word_keys
from rounds.backups import archive, boxes, checking, rows
from rounds.compacting import compact
from rounds.models import Round, Stage
from rounds.refusals import Refused

NOT_EMPTY = "This database has rounds in it. With --replace everything in it makes way for the backup."
LIVE = (
    "A round is being held on this machine, or has closed and is not sealed yet: it would be lost. Restore when "
    "everybody has left and the next tick has sealed it, or say --even-while-live."
)
OTHER_VERSION = (
    "This backup was made by another version, and this one does not know its tables. Please use a newer one."
)


@dataclass
class Restored:
    """What came back. shut: public ids of the rounds whose words have gone for good."""

    rounds: int = 0
    opened: list[str] = field(default_factory=list)
    shut: list[str] = field(default_factory=list)


def restore(
    *, path: Path, keys_from: Path | None = None, replace: bool = False, even_while_live: bool = False
) -> Restored:
    """Make the database what it was when the archive was taken, and bring its tables up to this version.

    keys_from: a copy of the words' keys, where this machine has lost its own. Nothing may run beside it. The archive is
    looked over first, and takes the old tables' place in one transaction: whatever happens, one of both is there whole.
    Raises Refused for a file that is no backup of ours or is damaged, and for a database with rounds in it unless
    `replace`, or with a live one unless `even_while_live`.
    """
    read = archive.Reader(path)
    _refuse_now(replace=replace, even_while_live=even_while_live)
    executor = MigrationExecutor(connection)
    targets = _targets(executor, read.manifest)
    checking.check_tables(read, executor.loader.project_state(targets).apps)
    known = checking.keys_of(read, keys_from)
    if keys_from is not None:
        word_keys.bring_back(keys_from, known)
    with _all_or_nothing():
        _empty()
        executor = MigrationExecutor(connection)  # one that knows that nothing is applied
        state = executor.migrate(targets).apps
        connection.check_constraints()  # PostgreSQL: changes of tables made references immediate; this defers them
        result = _fill(read, state, known)
    call_command("migrate", interactive=False, verbosity=0)
    compact([])  # the tables that made way leave their pages behind
    result.rounds = Round.objects.count()
    return result


def _refuse_now(*, replace: bool, even_while_live: bool) -> None:
    if not _has_rounds():
        return
    if not replace:
        raise Refused(NOT_EMPTY)
    unsealed = Round.objects.filter(stage=Stage.CLOSED, sealed_at=None)
    if not even_while_live and (Round.objects.live().exists() or unsealed.exists()):
        raise Refused(LIVE)


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """One transaction around dropping, making and filling all tables; references are checked at its end."""
    connection.disable_constraint_checking()  # SQLite changes no tables in a transaction while it checks them
    try:
        with transaction.atomic():
            yield
            connection.check_constraints()
    except DatabaseError as reason:
        why = str(reason).partition("\n")[0]
        raise Refused(
            f"The backup could not be put in place, and nothing was changed. The database says: {why}"
        ) from None
    finally:
        connection.enable_constraint_checking()


def _has_rounds() -> bool:
    return Round._meta.db_table in connection.introspection.table_names() and Round.objects.exists()


def _targets(executor: MigrationExecutor, manifest: archive.Manifest) -> list[tuple[str, str]]:
    """The last migration of each app that the archive's tables have. Raises Refused when one is not known here."""
    applied = {(app, name) for app, name in manifest.migrations}
    graph = executor.loader.graph
    if not applied <= set(graph.nodes):
        raise Refused(OTHER_VERSION)
    followed = {parent.key for node in applied for parent in graph.node_map[node].parents if parent.key[0] == node[0]}
    return sorted(applied - followed)


def _empty() -> None:
    """Drop every table of ours: what was in them does not stay behind in any row."""
    ours = {*connection.introspection.django_table_names(only_existing=True), "django_migrations"}
    with connection.schema_editor() as editor:
        for table in sorted(ours & set(connection.introspection.table_names())):
            editor.execute(editor.sql_delete_table % {"table": editor.quote_name(table)})


def _fill(read: archive.Reader, state: StateApps, known: dict[str, bytes]) -> Restored:
    result = Restored()
    models = [state.get_model(name) for name in read.manifest.counts]
    for model in models:
        model._base_manager.all().delete()  # what migrations put in comes back from the archive
    for model in models:
        rows.insert(model, read.manifest.columns[rows.label(model)], read.table(rows.label(model)))
    for round_id in read.manifest.boxes:
        if round_id not in known:
            result.shut.append(round_id)
            continue
        boxes.unpack(boxes.opened(round_id, read.box(round_id), known[round_id]), state)
        result.opened.append(round_id)
    _let_go_of_what_is_shut(read, state, result)
    _count_on(state)
    return result


def _let_go_of_what_is_shut(read: archive.Reader, state: StateApps, result: Restored) -> None:
    held = {state.get_model(name) for name in read.manifest.held}
    for model in rows.models_of(state):
        for link in model._meta.concrete_fields:
            if link.related_model in held and model not in held:
                there: Any = link.related_model
                missing = model._base_manager.exclude(**{f"{link.attname}__in": there._base_manager.values("pk")})
                missing.exclude(**{link.attname: None}).update(**{link.attname: None})
    if result.shut:
        found: Any = state.get_model("rounds.round")
        found._base_manager.filter(public_id__in=result.shut).update(words_gone_at=timezone.now())


def _count_on(state: StateApps) -> None:
    """Let PostgreSQL's counters go on after the last key that was put in."""
    statements = connection.ops.sequence_reset_sql(no_style(), rows.models_of(state))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
