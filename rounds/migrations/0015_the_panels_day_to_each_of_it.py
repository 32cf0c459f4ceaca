from django.db import migrations


def _to_each(apps, schema_editor):
    """The one day of a panel becomes the day of each who told; of a panel nobody wrote down, the panel's."""
    CheckIn = apps.get_model("rounds", "CheckIn")
    Storyteller = apps.get_model("rounds", "Storyteller")
    for debrief in apps.get_model("rounds", "Debrief").objects.exclude(panel_check_in=None):
        tellers = list(Storyteller.objects.filter(story__round=debrief.round_id)) or [None]
        CheckIn.objects.bulk_create(
            CheckIn(debrief=debrief, storyteller=teller, on=debrief.panel_check_in) for teller in tellers
        )


class Migration(migrations.Migration):
    dependencies = [("rounds", "0014_a_check_in_with_each_and_lines_of_ones_own")]

    operations = [migrations.RunPython(_to_each, migrations.RunPython.noop)]
