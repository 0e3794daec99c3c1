"""Call-backs and spoken remarks, sealed, and who opened them; nobody edits the record of that."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# As for the history of tickets, see complaints/migrations/0002: SQLite has no TRUNCATE to empty a table in tests.
POSTGRESQL = """
CREATE FUNCTION ratings_disclosures_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'disclosures_are_append_only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER disclosure_append_only BEFORE UPDATE OR DELETE ON ratings_disclosure
  FOR EACH ROW EXECUTE FUNCTION ratings_disclosures_are_append_only();
"""
POSTGRESQL_BACK = """
DROP TRIGGER disclosure_append_only ON ratings_disclosure;
DROP FUNCTION ratings_disclosures_are_append_only();
"""
SQLITE = """
CREATE TRIGGER disclosure_append_only BEFORE UPDATE ON ratings_disclosure
BEGIN SELECT RAISE(ABORT, 'disclosures_are_append_only'); END
"""
SQLITE_BACK = "DROP TRIGGER disclosure_append_only"


def guard(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def unguard(apps, schema_editor):
    schema_editor.execute(POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0006_visits_of_a_window"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CallbackRequest",
            fields=[
                (
                    "rating",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="callback",
                        serialize=False,
                        to="ratings.rating",
                        verbose_name="rating",
                    ),
                ),
                ("receipt", models.CharField(max_length=32, verbose_name="receipt")),
                ("receipt_key", models.CharField(editable=False, max_length=32)),
                ("key_id", models.CharField(editable=False, max_length=16)),
                ("phone_box", models.TextField(editable=False)),
                ("query_code_hash", models.CharField(editable=False, max_length=160)),
                ("language", models.CharField(blank=True, max_length=8, verbose_name="language")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="tablet's time of asking")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                ("content_hash", models.CharField(editable=False, max_length=64)),
                ("forgotten_at", models.DateTimeField(blank=True, null=True, verbose_name="deleted at")),
                (
                    "forgotten_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("closed", "30 days after the ticket was closed"),
                            ("no_ticket", "30 days after receipt, without a ticket"),
                        ],
                        max_length=16,
                        verbose_name="deleted because",
                    ),
                ),
            ],
            options={
                "verbose_name": "call-back",
                "verbose_name_plural": "call-backs",
                "permissions": [("reveal_callbackrequest", "Can read the telephone number of a call-back")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("forgotten_at", None)),
                        fields=["receipt_key"],
                        name="callbacks_kept_by_receipt",
                    ),
                    models.Index(
                        condition=models.Q(("forgotten_at", None)),
                        fields=["received_at"],
                        name="callbacks_kept_by_time",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("forgotten_at", None),
                            models.Q(("phone_box", ""), ("query_code_hash", "")),
                            _connector="OR",
                        ),
                        name="forgotten_callback_holds_nothing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("phone", "telephone number"), ("voice", "spoken remark")],
                        max_length=8,
                        verbose_name="what",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "rating",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="ratings.rating",
                        verbose_name="rating",
                    ),
                ),
            ],
            options={
                "verbose_name": "opening of personal data",
                "verbose_name_plural": "openings of personal data",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="VoiceRemark",
            fields=[
                (
                    "rating",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="voice",
                        serialize=False,
                        to="ratings.rating",
                        verbose_name="rating",
                    ),
                ),
                ("key_id", models.CharField(editable=False, max_length=16)),
                ("box", models.BinaryField()),
                ("mime", models.CharField(max_length=40, verbose_name="kind of sound")),
                ("duration_ms", models.PositiveIntegerField(verbose_name="length (ms)")),
                ("recorded_at", models.DateTimeField(blank=True, null=True, verbose_name="tablet's time of recording")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                ("content_hash", models.CharField(editable=False, max_length=64)),
                ("forgotten_at", models.DateTimeField(blank=True, null=True, verbose_name="deleted at")),
                (
                    "forgotten_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("closed", "30 days after the ticket was closed"),
                            ("no_ticket", "30 days after receipt, without a ticket"),
                        ],
                        max_length=16,
                        verbose_name="deleted because",
                    ),
                ),
            ],
            options={
                "verbose_name": "spoken remark",
                "verbose_name_plural": "spoken remarks",
                "permissions": [("listen_voiceremark", "Can listen to a spoken remark")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("forgotten_at", None)), fields=["received_at"], name="voices_kept_by_time"
                    )
                ],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
