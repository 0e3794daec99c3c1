"""The history of a ticket says once that its visitor asks to be called, or left a remark."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0002_history_is_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="ticketevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("move__in", ["callback_asked", "voice_left"])),
                fields=("ticket", "move"),
                name="entrusted_noted_once",
                violation_error_message="This ticket already says what its visitor entrusted.",
            ),
        ),
    ]
