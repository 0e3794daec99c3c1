"""Wrong query codes are counted for a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0003_entrusted_noted_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrackingTry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("network", models.CharField(max_length=45)),
                ("at", models.DateTimeField()),
                ("counts", models.BooleanField(default=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key", "at"], name="tracking_tries_of_number"),
                    models.Index(fields=["at"], name="tracking_tries_by_time"),
                ],
            },
        ),
    ]
