"""As in rounds: PostgreSQL keeps no samples of cells that hold what people wrote, or name it."""

from django.db import migrations

COLUMNS = {
    "facilitation_proposal": ("id", "offer", "text"),
    "facilitation_placement": ("reaction_id",),
    "facilitation_proposedgroup": ("public_id", "for_theme", "reaction_ids", "titles", "state"),
    "facilitation_weaving": ("left_out", "kept_out"),
    "facilitation_weavingstep": ("public_id", "what", "changes"),
    "facilitation_sortedpairs": ("ids", "pairs", "hands"),
    "facilitation_action": ("from_proposal_id",),
}


def forgo(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, columns in COLUMNS.items():
            for column in columns:
                schema_editor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')


class Migration(migrations.Migration):
    dependencies = [("facilitation", "0006_sorting_together")]

    operations = [migrations.RunPython(forgo, migrations.RunPython.noop)]
