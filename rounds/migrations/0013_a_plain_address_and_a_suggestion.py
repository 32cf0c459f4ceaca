"""The told-back page may have a plain address; a suggestion of a lighter round can be put away."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rounds", "0012_no_words_beside_the_storytellers")]

    operations = [
        migrations.AddField(
            model_name="programme",
            name="told_back_name",
            field=models.SlugField(
                blank=True, default="", max_length=40, verbose_name="the plain address of the told-back page"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="programme",
            name="heavy_put_away",
            field=models.CharField(blank=True, default="", editable=False, max_length=22),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.UniqueConstraint(
                condition=models.Q(("told_back_name", ""), _negated=True),
                fields=("told_back_name",),
                name="one_programme_per_plain_name",
            ),
        ),
    ]
