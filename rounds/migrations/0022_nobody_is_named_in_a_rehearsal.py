"""A rehearsal's copy of a story named who tells it; whoever took their part back stayed in it. Now it is read there."""

from django.db import migrations


def forget(apps, schema_editor):
    copies = apps.get_model("rounds", "Storyteller").objects.filter(story__round__rehearses__isnull=False)
    copies.filter(what_it_was_like="", what_it_meant="").delete()


class Migration(migrations.Migration):
    dependencies = [("rounds", "0021_where_it_is_and_the_panels_yes_to_another_telling")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
