import django.db.models.deletion
from django.db import migrations, models

import rounds.models.ids


class Migration(migrations.Migration):
    dependencies = [("rounds", "0013_a_plain_address_and_a_suggestion")]

    operations = [
        migrations.AddField(
            model_name="debrief", name="pass_on_to", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(null=True)),
                ("done", models.BooleanField(default=False)),
                (
                    "debrief",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="check_ins", to="rounds.debrief"
                    ),
                ),
                (
                    "storyteller",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="check_ins",
                        to="rounds.storyteller",
                    ),
                ),
            ],
            options={
                "ordering": ["storyteller__position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("debrief", "storyteller"), name="one_check_in_with_each_storyteller"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("storyteller", None)),
                        fields=("debrief",),
                        name="one_check_in_with_the_panel",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedbackLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(default=rounds.models.ids.new_id, max_length=22)),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=160)),
                ("asked", models.BooleanField(default=True)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback_lines",
                        to="rounds.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="one_line_per_code"),
                ],
            },
        ),
    ]
