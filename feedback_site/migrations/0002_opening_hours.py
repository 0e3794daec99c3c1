"""When a hall is open; the usual hours until somebody writes its own."""

from django.db import migrations, models

import feedback_site.hours


class Migration(migrations.Migration):
    dependencies = [
        ("feedback_site", "0001_directory"),
    ]

    operations = [
        migrations.AddField(
            model_name="hall",
            name="opening_hours",
            field=models.CharField(
                blank=True,
                db_default="1-5 09:00-17:00",
                default="1-5 09:00-17:00",
                help_text="Weekdays (1 Monday … 7 Sunday) and times, such as 1-5 09:00-12:00; 1-5 13:30-17:00; 6 09:00-12:00. Ratings far outside are flagged. Empty: at any time.",
                max_length=200,
                validators=[feedback_site.hours.validate_hours],
                verbose_name="opening hours",
            ),
        ),
        migrations.AddField(
            model_name="historicalhall",
            name="opening_hours",
            field=models.CharField(
                blank=True,
                db_default="1-5 09:00-17:00",
                default="1-5 09:00-17:00",
                help_text="Weekdays (1 Monday … 7 Sunday) and times, such as 1-5 09:00-12:00; 1-5 13:30-17:00; 6 09:00-12:00. Ratings far outside are flagged. Empty: at any time.",
                max_length=200,
                validators=[feedback_site.hours.validate_hours],
                verbose_name="opening hours",
            ),
        ),
    ]
