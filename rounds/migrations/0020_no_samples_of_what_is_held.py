"""PostgreSQL keeps no samples of why a reaction is held, nor of what may be a disclosure."""

from django.db import migrations

COLUMNS = {"rounds_reaction": ("held_for",), "rounds_disclosure": ("id", "key", "words")}


def forgo(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, columns in COLUMNS.items():
            for column in columns:
                schema_editor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')


class Migration(migrations.Migration):
    dependencies = [("rounds", "0019_whether_the_own_procedure_was_followed")]

    operations = [migrations.RunPython(forgo, migrations.RunPython.noop)]
