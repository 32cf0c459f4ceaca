"""Each storyteller has words, a weight and a preparation of their own. The story's words are moved in the next one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

WEIGHTS = [(1, "Light"), (2, "In between"), (3, "Heavy")]


class Migration(migrations.Migration):
    dependencies = [("rounds", "0009_what_a_voice_is_for_is_locked")]

    operations = [
        migrations.AddField(
            "storyteller", "public_id", models.CharField(max_length=22, null=True, default=None, editable=False)
        ),
        migrations.AddField(
            "storyteller", "what_it_was_like", models.TextField("what it was like for me", blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "storyteller", "what_it_meant", models.TextField("what it meant to them", blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "storyteller", "weight", models.PositiveSmallIntegerField(choices=WEIGHTS, default=2)
        ),
        migrations.AddField("storyteller", "withdrawn", models.BooleanField(default=False)),
        migrations.AddField("round", "let_go_at", models.DateTimeField(null=True, editable=False)),
        migrations.CreateModel(
            "Preparation",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("meet_on", models.DateField(verbose_name="the day you meet", blank=True, null=True)),
                ("met", models.BooleanField(default=False, verbose_name="we have met, and I have heard the story")),
                ("knows_the_hour", models.BooleanField(default=False, verbose_name="they know what happens in the hour, part by part")),
                ("left_out", models.BooleanField(default=False, verbose_name="they have chosen what to leave out")),
                ("may_stop", models.BooleanField(default=False, verbose_name="they know they can stop, or withdraw it, at any time")),
                ("note_agreed", models.BooleanField(default=False, verbose_name="the content note is agreed with them")),
                ("after_care", models.BooleanField(default=False, verbose_name="we know who will be with them afterwards")),
                ("check_in", models.BooleanField(default=False, verbose_name="we will speak the day after, and they know it")),
                ("storyteller", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="preparation", to="rounds.storyteller")),
            ],
        ),
        migrations.CreateModel(
            "OwnNote",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField()),
                ("round", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="rounds.round")),
                ("who", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("round", "who"), name="one_own_note_each")],
            },
        ),
    ]
