"""What people tapped on is locked with the round's key, also in rounds that are open while this runs.

Rows of a round without a key stay as they are: it is not open, and its seal still counts them.
"""

from django.db import migrations, models

from rounds import keys, voices


def lock(apps, schema_editor):
    voice = apps.get_model("rounds", "Voice")
    for round in apps.get_model("rounds", "Round").objects.filter(pk__in=voice.objects.values("round")):
        try:
            box = voices.boxer(round.public_id)
        except keys.KeyGone:
            continue
        for row in voice.objects.filter(round=round).exclude(kind=voices.LOCKED):
            voice.objects.filter(pk=row.pk).update(**box(row.pk, row.kind, row.target))


class Migration(migrations.Migration):
    dependencies = [("rounds", "0008_whether_an_own_model_reads")]

    operations = [
        migrations.AlterField("voice", "target", models.CharField(max_length=200)),
        migrations.RunPython(lock, migrations.RunPython.noop),
    ]
