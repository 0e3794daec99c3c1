"""Visitors rate on their own phones: the sign at a window, and how often a phone came."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback_site", "0001_directory"),
        ("ratings", "0008_flags_and_reversals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WindowSign",
            fields=[
                (
                    "window",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sign",
                        serialize=False,
                        to="feedback_site.window",
                        verbose_name="window",
                    ),
                ),
                ("serial", models.PositiveIntegerField(default=0, verbose_name="serial")),
                ("renewed_at", models.DateTimeField(verbose_name="renewed at")),
                (
                    "renewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="renewed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "sign with the QR code",
                "verbose_name_plural": "signs with QR codes",
            },
        ),
        migrations.CreateModel(
            name="PhoneUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=32)),
                ("device", models.CharField(max_length=32)),
                ("is_new", models.BooleanField(help_text="A new rating, not a change of one.")),
                ("at", models.DateTimeField()),
                (
                    "window",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="feedback_site.window",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["network", "at"], name="phone_uses_of_network"),
                    models.Index(fields=["window", "at"], name="phone_uses_of_window"),
                    models.Index(fields=["at"], name="phone_uses_by_time"),
                ],
            },
        ),
    ]
