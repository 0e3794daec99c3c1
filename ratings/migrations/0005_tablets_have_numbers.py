"""Every tablet has a number in its hall, part of the receipts that it makes."""

from itertools import groupby

from django.db import migrations, models
from django.db.models import Q


def number_enrolled_tablets(apps, schema_editor):
    """1, 2, 3 … in the order of enrolment; the hundredth tablet of a hall stays without."""
    tablet = apps.get_model("ratings", "Tablet")
    rows = tablet.objects.filter(revoked_at=None, number=None).order_by("hall_id", "id").only("pk", "hall_id")
    for _hall, tablets in groupby(rows, key=lambda row: row.hall_id):
        for number, row in zip(range(1, 100), tablets, strict=False):
            tablet.objects.filter(pk=row.pk).update(number=number)


class Migration(migrations.Migration):
    dependencies = [
        ("feedback_site", "0001_directory"),
        ("ratings", "0004_rare_ratings_are_found_quickly"),
    ]

    operations = [
        migrations.AddField(
            model_name="tablet",
            name="number",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="1 to 99, part of the receipts that the tablet makes; empty: it makes none.",
                null=True,
                verbose_name="number in the hall",
            ),
        ),
        migrations.RunPython(number_enrolled_tablets, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="tablet",
            constraint=models.UniqueConstraint(
                condition=Q(revoked_at=None),
                fields=("hall", "number"),
                name="tablet_number_once_in_a_hall",
                violation_error_message="Another enrolled tablet of this hall has this number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="tablet",
            constraint=models.CheckConstraint(
                condition=Q(number=None) | Q(number__range=(1, 99)), name="tablet_number_of_two_digits"
            ),
        ),
    ]
