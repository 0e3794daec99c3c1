"""Lists of what is rare (bad levels, other channels, what does not count) read an index of the rare rows alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback_site", "0001_directory"),
        ("ratings", "0003_reason_dictionary"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="rating",
            index=models.Index(
                condition=models.Q(("level__lt", 5)),
                fields=["level", "-rated_at", "-id"],
                include=("hall",),
                name="ratings_below_the_best",
            ),
        ),
        migrations.AddIndex(
            model_name="rating",
            index=models.Index(
                condition=models.Q(("channel", "tablet"), _negated=True),
                fields=["channel", "-rated_at", "-id"],
                include=("hall",),
                name="ratings_of_other_channels",
            ),
        ),
        migrations.AddIndex(
            model_name="rating",
            index=models.Index(
                condition=models.Q(("is_default", True), ("ordinal__gt", 1), _connector="OR"),
                fields=["-rated_at", "-id"],
                include=("hall", "is_default", "ordinal"),
                name="ratings_that_do_not_count",
            ),
        ),
    ]
