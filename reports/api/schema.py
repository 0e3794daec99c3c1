"""The shape of a weekly summary in the API: sums, and what is derived from them with its interval."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from reports.models import WeeklySummary
from reports.weather import Change, Weather


class ShareShown(serializers.Serializer):
    """A part of the `n` counted ratings with its 95 % interval (Wilson)."""

    count = serializers.IntegerField()
    value = serializers.FloatField()
    low = serializers.FloatField(source="interval.low")
    high = serializers.FloatField(source="interval.high")


class IndexShown(serializers.Serializer):
    """The index of 0 to 100 with its 95 % interval."""

    value = serializers.FloatField(source="index")
    low = serializers.FloatField(source="interval.low")
    high = serializers.FloatField(source="interval.high")


class SummaryShown(serializers.ModelSerializer):
    """One person's week. With `suppressed` (n under 10) everything that tells more than the count is null."""

    week = serializers.CharField(source="week.label")
    hall = serializers.CharField(source="hall.code")
    staff = serializers.CharField(source="staff.staff_no")
    window = serializers.CharField(source="window.number", default=None)
    n = serializers.IntegerField(source="figures.n")
    suppressed = serializers.BooleanField(source="figures.suppressed")
    counts = serializers.SerializerMethodField()
    default_count = serializers.IntegerField(source="figures.default_count", allow_null=True)
    excluded_count = serializers.IntegerField(source="figures.excluded_count", allow_null=True)
    flagged_count = serializers.IntegerField(source="figures.flagged_count", allow_null=True)
    served = serializers.IntegerField(source="figures.served", allow_null=True)
    index = serializers.SerializerMethodField()
    good = ShareShown(source="figures.good", allow_null=True)
    satisfied = ShareShown(source="figures.satisfied", allow_null=True)
    bad = ShareShown(source="figures.bad", allow_null=True)
    participation = serializers.FloatField(source="figures.participation", allow_null=True)
    weather = serializers.ChoiceField(source="figures.sky.weather", choices=[each.value for each in Weather])
    could_also_be = serializers.ListField(source="figures.sky.also", child=serializers.CharField())
    change = serializers.ChoiceField(source="figures.change", choices=[each.value for each in Change])
    is_final = serializers.BooleanField(source="week_is_final")
    data_as_of = serializers.DateTimeField(source="known_until")

    class Meta:
        model = WeeklySummary
        fields = (
            "week", "week_starts_on", "hall", "staff", "window", "n", "suppressed", "counts", "default_count",
            "excluded_count", "flagged_count", "served", "index", "good", "satisfied", "bad", "participation",
            "weather", "could_also_be", "change", "revision", "reason", "is_final", "built_at", "data_as_of",
            "code_version",
        )  # fmt: skip

    def get_counts(self, summary) -> dict[str, int] | None:
        counts = summary.figures.counts
        return counts and {str(level): count for level, count in counts.by_level.items()}

    @extend_schema_field(IndexShown(allow_null=True))
    def get_index(self, summary):
        sky = summary.figures.sky
        return None if sky.index is None else IndexShown(sky).data
