"""A line in an action's history stays as it was written: the database refuses to change it.

A row's who may become nobody, when an account is deleted. PostgreSQL refuses to delete a row, too. SQLite does not:
there a row can only be told from a table that is emptied by the order of both, and a missing one is told by the
versions of its action, one for each line that is no comment.
A later migration that lets SQLite make this table anew loses the trigger, and a test says so.
"""

import django.db.models.deletion
import facilitation.models.review
from django.db import migrations, models

TABLE = "facilitation_actionevent"
COLUMNS = ("id", "action_id", "what", "from_state", "to_state", "words", "at")
WORDS = "The history of an action is added to and never changed."


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    other = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}[vendor]
    changed = " OR ".join(f"NEW.{column} {other} OLD.{column}" for column in COLUMNS)
    when = f"{changed} OR (NEW.who_id IS NOT NULL AND NEW.who_id {other} OLD.who_id)"
    {"sqlite": _sqlite, "postgresql": _postgresql}[vendor](schema_editor, when)


def _sqlite(schema_editor, when):
    schema_editor.execute(
        f"CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON {TABLE} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    )


def _postgresql(schema_editor, when):
    schema_editor.execute(
        "CREATE OR REPLACE FUNCTION history_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    schema_editor.execute(
        f"CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON {TABLE} "
        f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION history_stays()"
    )
    schema_editor.execute(
        f"CREATE TRIGGER history_is_not_deleted BEFORE DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION history_stays()"
    )


def unguard(apps, schema_editor):
    on = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS history_is_not_changed{on}")
    if on:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS history_is_not_deleted{on}")


class Migration(migrations.Migration):
    dependencies = [("facilitation", "0009_kept_views")]

    operations = [
        migrations.AlterField(
            "actionevent", "at", models.DateTimeField(default=facilitation.models.review.now, editable=False)
        ),
        migrations.AlterField(
            "actionevent",
            "action",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="events", to="facilitation.action"
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
