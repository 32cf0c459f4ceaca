from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("rounds", "0015_the_panels_day_to_each_of_it")]

    operations = [migrations.RemoveField(model_name="debrief", name="panel_check_in")]
