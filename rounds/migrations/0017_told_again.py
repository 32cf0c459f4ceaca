import django.db.models.deletion
from django.db import migrations, models

STAGES = [
    ("planned", "Planned"),
    ("arrival", "Arrival"),
    ("story", "Story"),
    ("silence", "Silence"),
    ("reflection", "Reflection"),
    ("threads", "Threads"),
    ("threshold", "Threshold"),
    ("circle", "Circle"),
    ("closing", "Closing"),
    ("closed", "Closed"),
    ("window", "Open at one’s own pace"),
]
KINDS = [
    ("round", "Round, 60 minutes"),
    ("team", "Team, 30 to 45 minutes"),
    ("popup", "Pop-up, 15 minutes"),
    ("circle", "Circle on another day"),
    ("window", "Open for 48 hours"),
]


class Migration(migrations.Migration):
    dependencies = [("rounds", "0016_no_day_beside_the_check_ins")]

    operations = [
        migrations.AddField(
            "round",
            "retells",
            models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="retellings",
                to="rounds.round",
            ),
        ),
        migrations.AddField(
            "round",
            "may_be_told_again",
            models.BooleanField("told again for another shift", default=False),
        ),
        migrations.AddField(
            "round",
            "may_stay_open",
            models.BooleanField("open for 48 hours for those who missed it", default=False),
        ),
        migrations.AddField("round", "telling", models.TextField(blank=True, editable=False)),
        migrations.AddField("round", "telling_is_theirs", models.BooleanField(default=False, editable=False)),
        migrations.AlterField("round", "kind", models.CharField(choices=KINDS, default="round", max_length=10)),
        migrations.AlterField("round", "stage", models.CharField(choices=STAGES, default="planned", max_length=10)),
        migrations.AddConstraint(
            "round",
            models.CheckConstraint(
                condition=models.Q(continues=None) | models.Q(retells=None), name="round_continues_or_retells"
            ),
        ),
        migrations.AddConstraint(
            "round",
            models.UniqueConstraint(
                condition=models.Q(kind="window"), fields=("retells",), name="one_window_for_each_story"
            ),
        ),
    ]
