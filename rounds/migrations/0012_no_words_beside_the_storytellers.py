"""The story keeps its title and the facilitators' notes; what is told stands with those who tell it."""

import rounds.models.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rounds", "0011_the_storys_words_to_its_storytellers")]

    operations = [
        migrations.AlterField(
            "storyteller",
            "public_id",
            models.CharField(max_length=22, unique=True, default=rounds.models.ids.new_id, editable=False),
        ),
        migrations.RemoveField("story", "what_it_was_like"),
        migrations.RemoveField("story", "what_it_meant"),
    ]
