"""A thread's name was its first theme's title, and stayed when that one went. From now on only a name of its own stays."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

GONE = "A thread without a name"


def let_go_of_titles(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Empty the names that are a title, and those of which it cannot be told any more because a title has gone."""
    for thread in apps.get_model("facilitation", "Thread").objects.all():
        titles = set(thread.strands.values_list("theme__title", flat=True))
        if thread.name in titles or GONE in titles:
            thread.name = ""
            thread.save(update_fields=["name"])


class Migration(migrations.Migration):
    dependencies = [("facilitation", "0014_a_mail_for_the_meeting")]

    operations = [
        migrations.AlterField("thread", "name", models.CharField(blank=True, max_length=120)),
        migrations.RunPython(let_go_of_titles, migrations.RunPython.noop),
    ]
