"""The shapes of the rating API, for its documents and for reading ratings out."""

from rest_framework import serializers

from ratings.cleaning import mask_personal
from ratings.configuration import TIMINGS
from ratings.models import Rating, Visit
from ratings.scale import Channel, Level


class Failure(serializers.Serializer):
    """The one error shape."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


def failures(*statuses):
    """The error shape for each of the statuses."""
    return dict.fromkeys(statuses, Failure)


class EnrolRequest(serializers.Serializer):
    code = serializers.CharField(help_text="As shown in the admin, such as K7QM-4T9X.")


class HallShown(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class WindowShown(serializers.Serializer):
    number = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()


class StaffShown(serializers.Serializer):
    name = serializers.CharField()


class Enrolled(serializers.Serializer):
    tablet = serializers.IntegerField()
    token = serializers.CharField(help_text="Told this once; the server keeps its hash.")
    window = WindowShown()
    hall = HallShown()


class ReasonShown(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.DictField(child=serializers.CharField(), help_text="By language.")
    national = serializers.CharField(allow_null=True, help_text="The national code it stands for, if any.")


class Configuration(serializers.Serializer):
    tablet = serializers.IntegerField()
    hall = HallShown()
    window = WindowShown()
    staff = StaffShown(allow_null=True)
    languages = serializers.ListField(child=serializers.CharField())
    reason_set = serializers.CharField()
    reasons = serializers.DictField(child=ReasonShown(many=True), help_text="By level.")
    timings = serializers.DictField(help_text=f"Such as {', '.join(TIMINGS)}; the name's ending is the unit.")
    notice_version = serializers.CharField()
    scale_version = serializers.CharField()
    face_set_version = serializers.CharField()
    highest_seq = serializers.IntegerField()
    server_time = serializers.DateTimeField()


class Heartbeat(serializers.Serializer):
    queued = serializers.IntegerField(required=False, min_value=0)
    highest_seq = serializers.IntegerField(required=False, min_value=0)
    app_version = serializers.CharField(required=False)
    storage_persisted = serializers.BooleanField(required=False)
    battery = serializers.FloatField(required=False, min_value=0, max_value=1)
    now = serializers.DateTimeField(required=False)


class HeartbeatAnswer(serializers.Serializer):
    status = serializers.CharField()


class SentRating(serializers.Serializer):
    id = serializers.UUIDField(help_text="Made on the tablet at the tap.")
    seq = serializers.IntegerField(min_value=1)
    level = serializers.ChoiceField(choices=Level.choices)
    rated_at = serializers.DateTimeField()
    reasons = serializers.ListField(child=serializers.CharField(), required=False)
    comment = serializers.CharField(required=False, allow_blank=True)
    visit = serializers.CharField(required=False, allow_null=True)
    language = serializers.CharField(required=False)
    modes = serializers.ListField(child=serializers.CharField(), required=False)
    answered_ms = serializers.IntegerField(required=False, allow_null=True)
    amends = serializers.BooleanField(required=False)
    amended_at = serializers.DateTimeField(required=False, help_text="The tablet's time of the change of mind.")


class Batch(serializers.Serializer):
    sent_at = serializers.DateTimeField(required=False)
    ratings = SentRating(many=True)


class Verdict(serializers.Serializer):
    id = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=["created", "duplicate", "conflict", "refused"])
    code = serializers.CharField(required=False)


class BatchAnswer(serializers.Serializer):
    results = Verdict(many=True)
    highest_seq = serializers.IntegerField()
    gaps = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class StoredRating(serializers.ModelSerializer):
    """A rating as readers get it; the tablet's identity and what it said of its clock stay inside."""

    hall = serializers.CharField(source="hall.code")
    window = serializers.CharField(source="window.number")
    staff = serializers.CharField(source="staff.staff_no", default=None, allow_null=True)
    visit = serializers.CharField(source="visit.case_no", default=None, allow_null=True)
    channel = serializers.ChoiceField(Channel.choices, allow_blank=True, help_text="Empty: a default rating.")
    reasons = serializers.SerializerMethodField()
    comment = serializers.SerializerMethodField(help_text="Numbers that identify somebody are masked.")
    counted = serializers.SerializerMethodField()

    class Meta:
        model = Rating
        fields = (
            "id", "hall", "window", "staff", "level", "reasons", "comment", "visit", "ordinal", "channel", "language",
            "modes", "rated_at", "received_at", "is_default", "counted", "flags", "scale_version", "face_set_version",
        )  # fmt: skip

    def get_reasons(self, rating) -> list[str]:
        return [link.reason.code for link in rating.reason_links.all()]

    def get_comment(self, rating) -> str:
        return mask_personal(rating.comment)

    def get_counted(self, rating) -> bool:
        return not rating.is_default and rating.ordinal == 1 and not hasattr(rating, "exclusion")


class VisitTold(serializers.Serializer):
    window = serializers.CharField()
    staff = serializers.CharField(required=False, allow_null=True)
    item = serializers.CharField(required=False, allow_null=True)
    called_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(required=False, allow_null=True)
    outcome = serializers.ChoiceField(choices=Visit.Outcome.choices, required=False)


class VisitKept(serializers.Serializer):
    case_no = serializers.CharField()
    outcome = serializers.CharField()
