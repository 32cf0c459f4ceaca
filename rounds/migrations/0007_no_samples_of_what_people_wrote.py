"""PostgreSQL keeps samples of a column's cells to plan with, and keeps them when the rows have gone: none of these.

A table that is emptied is not sampled again, so that even its last samples would stay for ever.
"""

from django.db import migrations

COLUMNS = {
    "rounds_reaction": ("id", "text", "feelings", "state"),
    "rounds_sealedpost": ("id", "basket", "box"),
    "rounds_spent": ("id",),
    "rounds_voice": ("id", "kind", "target"),
    "rounds_tally": ("id", "kind", "target"),
    "rounds_feedback": ("id", "answers"),
    "rounds_roomsketch": ("process", "marks"),
}


def forgo(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, columns in COLUMNS.items():
            for column in columns:
                schema_editor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')


class Migration(migrations.Migration):
    dependencies = [("rounds", "0006_what_staff_did_in_a_programme")]

    operations = [migrations.RunPython(forgo, migrations.RunPython.noop)]
