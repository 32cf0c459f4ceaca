"""As in rounds: PostgreSQL keeps no samples of why a proposal is held."""

from django.db import migrations


def forgo(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER TABLE "facilitation_proposal" ALTER COLUMN "held_for" SET STATISTICS 0')


class Migration(migrations.Migration):
    dependencies = [("facilitation", "0015_a_thread_keeps_no_title")]

    operations = [migrations.RunPython(forgo, migrations.RunPython.noop)]
