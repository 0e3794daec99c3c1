"""Flags that rules raise, how far they have looked, and the way back from an exclusion.

Both are appended: the database refuses to change them, see complaints/migrations/0002 for what SQLite can hold.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = ("ratings_ratingflag", "ratings_exclusionreversal")
FUNCTION = """
CREATE FUNCTION ratings_judgements_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'judgements_are_append_only' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION ratings_judgements_are_append_only()
"""
SQLITE = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, 'judgements_are_append_only'); END
"""


def guard(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    if is_postgresql:
        schema_editor.execute(FUNCTION)
    for table in TABLES:
        schema_editor.execute((POSTGRESQL if is_postgresql else SQLITE).format(table=table))


def unguard(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_append_only" + (f" ON {table}" if is_postgresql else ""))
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION ratings_judgements_are_append_only()")


class Migration(migrations.Migration):
    dependencies = [
        ("feedback_site", "0002_opening_hours"),
        ("ratings", "0007_entrusted_things"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExclusionReversal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.TextField(
                        help_text="Why this rating counts after all, for everybody who asks.", verbose_name="reason"
                    ),
                ),
                ("decided_at", models.DateTimeField(verbose_name="decided at")),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "exclusion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="ratings.ratingexclusion",
                        verbose_name="exclusion",
                    ),
                ),
            ],
            options={
                "verbose_name": "reversal of an exclusion",
                "verbose_name_plural": "reversals of exclusions",
            },
        ),
        migrations.CreateModel(
            name="FlagSweep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("examined_until", models.DateTimeField(null=True, verbose_name="examined until")),
                (
                    "hall",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="flag_sweep",
                        to="feedback_site.hall",
                        verbose_name="hall",
                    ),
                ),
            ],
            options={
                "verbose_name": "search for flags",
                "verbose_name_plural": "searches for flags",
            },
        ),
        migrations.CreateModel(
            name="RatingFlag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("burst", "many ratings in a short time"),
                            ("repeat", "at once after the rating before"),
                            ("too_quick", "too quick to have been read"),
                            ("outside_hours", "outside opening hours"),
                            ("before_end", "before the end of service"),
                            ("more_than_visits", "more ratings than visits"),
                            ("one_sided", "only the best level, and few who rate"),
                        ],
                        max_length=24,
                        verbose_name="rule",
                    ),
                ),
                ("values", models.JSONField(default=dict, verbose_name="values")),
                ("raised_at", models.DateTimeField(verbose_name="raised at")),
                (
                    "rating",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspicions",
                        to="ratings.rating",
                        verbose_name="rating",
                    ),
                ),
            ],
            options={
                "verbose_name": "flag of a rating",
                "verbose_name_plural": "flags of ratings",
                "ordering": ["raised_at", "id"],
                "indexes": [models.Index(fields=["raised_at"], name="flags_raised_since")],
                "constraints": [models.UniqueConstraint(fields=("rating", "rule"), name="flag_once_per_rule")],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
