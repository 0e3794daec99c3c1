"""The shapes of the rating API, for its documents and for reading ratings out."""

from rest_framework import serializers

from ratings.cleaning import mask_personal
from ratings.configuration import TIMINGS
from ratings.models import Rating, RatingFlag, Visit
from ratings.scale import Channel, Level


class Failure(serializers.Serializer):
    """The one error shape."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


def failures(*statuses):
    """The error shape for each of the statuses."""
    return dict.fromkeys(statuses, Failure)


class FormerEnrolment(serializers.Serializer):
    token = serializers.CharField()
    highest_seq = serializers.IntegerField(min_value=0, help_text="The highest number given under that token.")


class EnrolRequest(serializers.Serializer):
    code = serializers.CharField(help_text="As shown in the admin, such as K7QM-4T9X.")
    public_key = serializers.CharField(
        required=False, help_text="Base64 of the SPKI of an ECDSA key on P-256. All that is sent must then be signed."
    )
    former = FormerEnrolment(required=False, help_text="The device's earlier enrolment, which may finish sending.")


class HallShown(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class WindowShown(serializers.Serializer):
    number = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()


class StaffShown(serializers.Serializer):
    name = serializers.CharField()
    photo = serializers.CharField(allow_null=True, help_text="A small JPEG as a `data:` URL, or null.")


class Enrolled(serializers.Serializer):
    tablet = serializers.IntegerField()
    token = serializers.CharField(help_text="Told this once; the server keeps its hash.")
    window = WindowShown()
    hall = HallShown()


class ReasonShown(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.DictField(child=serializers.CharField(), help_text="By language.")
    national = serializers.CharField(allow_null=True, help_text="The national code it stands for, if any.")


class Sealing(serializers.Serializer):
    key_id = serializers.CharField(help_text="First 16 hexadecimal digits of the SHA-256 of the public point.")
    public_key = serializers.CharField(help_text="The uncompressed P-256 point, 65 bytes in base64.")


class Configuration(serializers.Serializer):
    tablet = serializers.IntegerField()
    hall = HallShown()
    window = WindowShown()
    staff = StaffShown(allow_null=True)
    visit = serializers.CharField(
        allow_null=True, help_text="Case number of the visit being served here that nobody has rated yet."
    )
    languages = serializers.ListField(child=serializers.CharField())
    reason_set = serializers.CharField()
    reasons = serializers.DictField(child=ReasonShown(many=True), help_text="By level.")
    timings = serializers.DictField(help_text=f"Such as {', '.join(TIMINGS)}; the name's ending is the unit.")
    notice_version = serializers.CharField()
    scale_version = serializers.CharField()
    face_set_version = serializers.CharField()
    highest_seq = serializers.IntegerField()
    number = serializers.IntegerField(allow_null=True, help_text="1 to 99, for receipts; null: the tablet makes none.")
    sealing = Sealing(allow_null=True, help_text="Null: the tablet offers neither call-back nor voice.")
    working_days = serializers.ListField(
        child=serializers.DateField(), help_text="The next ones, for the day that a call-back is promised for."
    )
    public_address = serializers.CharField(
        allow_blank=True, help_text="Where visitors' phones reach this server; empty: where the tablet does."
    )
    moving_until = serializers.DateTimeField(
        allow_null=True, help_text="So long a code waits that makes the device the tablet of another window."
    )
    server_time = serializers.DateTimeField()


class Heartbeat(serializers.Serializer):
    queued = serializers.IntegerField(required=False, min_value=0)
    queued_earlier = serializers.IntegerField(
        required=False, min_value=0, help_text="Given under an earlier enrolment of the device."
    )
    set_aside = serializers.IntegerField(required=False, min_value=0)
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
    visit_from = serializers.ChoiceField(
        ["call"],
        required=False,
        help_text="`call`: the visit is what `tablets/me` told; the server decides anew by the moment of the tap.",
    )
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


class CallbackTold(serializers.Serializer):
    receipt = serializers.CharField(help_text="Made on the tablet, such as YX0703-0186-A.")
    asked_at = serializers.DateTimeField(required=False)
    key_id = serializers.CharField(help_text="Of the key that the boxes are sealed with.")
    phone = serializers.CharField(help_text="The number in a box, purpose `phone`.")
    query_code = serializers.CharField(help_text="Twelve letters in a box, purpose `query-code`.")
    language = serializers.CharField(required=False)


class VoiceTold(serializers.Serializer):
    recorded_at = serializers.DateTimeField(required=False)
    key_id = serializers.CharField(help_text="Of the key that the box is sealed with.")
    mime = serializers.CharField(help_text="Such as audio/webm;codecs=opus.")
    duration_ms = serializers.IntegerField(min_value=0)
    voice = serializers.CharField(help_text="The recording in a box, purpose `voice`.")


class Kept(serializers.Serializer):
    status = serializers.ChoiceField(choices=["created", "duplicate"])


class Suspicion(serializers.ModelSerializer):
    """What a rule saw; it changes nothing by itself, the rating counts until a reviewer decides."""

    class Meta:
        model = RatingFlag
        fields = ("rule", "values", "raised_at")


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
    suspicions = Suspicion(many=True, help_text="The rules that marked it; `flags` is what was noticed on receipt.")

    class Meta:
        model = Rating
        fields = (
            "id", "hall", "window", "staff", "level", "reasons", "comment", "visit", "ordinal", "channel", "language",
            "modes", "rated_at", "received_at", "is_default", "counted", "suspicions", "flags", "scale_version",
            "face_set_version",
        )  # fmt: skip

    def get_reasons(self, rating) -> list[str]:
        return [link.reason.code for link in rating.reason_links.all()]

    def get_comment(self, rating) -> str:
        return mask_personal(rating.comment)

    def get_counted(self, rating) -> bool:
        return rating.is_counted


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
    rate_url = serializers.URLField(
        help_text="Where the visitor rates this visit on the own phone, good for 30 days from the call; "
        "print it on the slip as a QR code."
    )
