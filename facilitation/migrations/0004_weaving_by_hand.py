"""What people decide by hand, steps that can be taken back, and proposals that outlive their answer."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import rounds.models.ids


def keep_what_was_put_away(apps, schema_editor):
    apps.get_model("facilitation", "ProposedGroup").objects.filter(dismissed=True).update(state="dismissed")


class Migration(migrations.Migration):
    dependencies = [
        ("facilitation", "0003_labels_from_the_lists"),
        ("rounds", "0004_whether_a_prompt_has_ended"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("theme", "from_sentence", models.BooleanField(default=False)),
        migrations.AddField("proposedgroup", "for_theme", models.CharField(blank=True, max_length=22)),
        migrations.AddField(
            "proposedgroup",
            "state",
            models.CharField(
                choices=[
                    ("waiting", "Waiting for a person"),
                    ("preview", "Beside today’s, to be compared"),
                    ("taken", "A person made a theme of it"),
                    ("dismissed", "Put away for good"),
                    ("past", "Made way for another proposal"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.RunPython(keep_what_was_put_away, migrations.RunPython.noop),
        migrations.RemoveField("proposedgroup", "dismissed"),
        migrations.CreateModel(
            name="Weaving",
            fields=[
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="weaving",
                        serialize=False,
                        to="rounds.round",
                    ),
                ),
                ("left_out", models.JSONField(default=list)),
                ("kept_out", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="WeavingStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rounds.models.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                ("what", models.CharField(max_length=80)),
                ("changes", models.JSONField()),
                ("known", models.PositiveIntegerField()),
                ("undone", models.BooleanField(default=False)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="weaving_steps", to="rounds.round"
                    ),
                ),
                (
                    "who",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
    ]
