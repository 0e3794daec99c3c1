"""Paper forms are typed in once, by somebody whose name stays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback_site", "0002_opening_hours"),
        ("ratings", "0010_devices_are_watched"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperForm",
            fields=[
                (
                    "rating",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="paper_form",
                        serialize=False,
                        to="ratings.rating",
                        verbose_name="rating",
                    ),
                ),
                ("form_no", models.CharField(max_length=20, verbose_name="form number")),
                ("day", models.DateField(verbose_name="day")),
                ("time", models.TimeField(blank=True, null=True, verbose_name="time of day")),
                ("typed_at", models.DateTimeField(verbose_name="typed in at")),
                (
                    "hall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="feedback_site.hall",
                        verbose_name="hall",
                    ),
                ),
                (
                    "typed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="typed in by",
                    ),
                ),
            ],
            options={
                "verbose_name": "paper form",
                "verbose_name_plural": "paper forms",
                "ordering": ["-typed_at"],
                "indexes": [models.Index(fields=["hall", "-typed_at"], name="paper_forms_of_hall_by_time")],
                "constraints": [models.UniqueConstraint(fields=("hall", "form_no"), name="paper_form_typed_once")],
            },
        ),
    ]
