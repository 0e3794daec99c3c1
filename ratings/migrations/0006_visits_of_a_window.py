"""The calls of a window are found by their time: which visit is being served there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback_site", "0001_directory"),
        ("ratings", "0005_tablets_have_numbers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="visit",
            name="window",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="feedback_site.window",
                verbose_name="window",
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["window", "called_at"], name="visits_of_window_by_time"),
        ),
    ]
