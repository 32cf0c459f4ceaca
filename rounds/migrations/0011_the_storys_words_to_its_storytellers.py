"""What stood under the story goes to its first storyteller, with the round's weight; where nobody is named, to one."""

from django.db import migrations

from rounds.models.ids import new_id


def give(apps, schema_editor):
    storytellers = apps.get_model("rounds", "Storyteller").objects
    for story in apps.get_model("rounds", "Story").objects.select_related("round"):
        tellers = list(storytellers.filter(story=story).order_by("position", "pk"))
        words = story.what_it_was_like or story.what_it_meant
        if words and not tellers:
            tellers = [storytellers.create(story=story, role="", position=0)]
        for teller in tellers[:1]:
            teller.what_it_was_like, teller.what_it_meant = story.what_it_was_like, story.what_it_meant
        for teller in tellers:
            teller.public_id, teller.weight = new_id(), story.round.weight
            teller.save()


class Migration(migrations.Migration):
    dependencies = [("rounds", "0010_storytellers_in_their_own_words")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
