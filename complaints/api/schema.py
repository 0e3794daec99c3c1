"""The shapes of the ticket API."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints.models import Ticket, TicketEvent
from complaints.moving import may_move
from complaints.people import call_name
from complaints.workflow import MOVES, Status, allowed


class StrictSerializer(serializers.Serializer):
    """Refuses fields that it does not know: nobody believes to have set what was ignored (reliability.md
    T14).
    """

    def validate(self, told):
        if set(self.initial_data) - set(self.fields):
            raise serializers.ValidationError(_("There are fields here that do not exist."))  # no echo of them
        return told


class NewTicket(StrictSerializer):
    """What a matter needs to be registered."""

    hall = serializers.CharField(max_length=16, required=False, help_text="Code; your own hall when left out.")
    channel = serializers.ChoiceField(choices=Ticket.Channel.choices, default=Ticket.Channel.DESK)
    title = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")
    window = serializers.CharField(max_length=8, required=False, allow_null=True, help_text="Number.")
    staff = serializers.CharField(max_length=20, required=False, allow_null=True, help_text="Staff number.")


class MadeMove(StrictSerializer):
    """A move and what it needs; see docs/workflow.md for the moves."""

    move = serializers.CharField(max_length=32, help_text=", ".join(move.name for move in MOVES if move.sources))
    expected_status = serializers.ChoiceField(
        choices=Status.choices, required=False, help_text="Where you saw the ticket."
    )
    public_text = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    internal_text = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=32, required=False, allow_blank=True)
    handler = serializers.CharField(max_length=150, required=False, allow_null=True, help_text="User name.")
    due_at = serializers.DateTimeField(required=False, allow_null=True)


class TicketLine(serializers.ModelSerializer):
    """A ticket in a list."""

    hall = serializers.CharField(source="hall.code")
    window = serializers.CharField(source="window.number", default=None, allow_null=True)
    handler = serializers.SerializerMethodField()

    class Meta:
        model = Ticket
        fields = (
            "number", "hall", "channel", "status", "title", "window", "handler", "received_at", "registered_at",
            "contact_due_at", "contacted_at", "due_at", "answered_at", "paused_at", "paused_seconds", "closed_at",
        )  # fmt: skip

    def get_handler(self, ticket) -> str | None:
        return call_name(ticket.handler) or None


class EventShown(serializers.ModelSerializer):
    """One line of the history."""

    actor = serializers.SerializerMethodField()

    class Meta:
        model = TicketEvent
        fields = (
            "move", "from_status", "to_status", "actor", "at", "reason", "public_text", "internal_text",
            "visible_to_citizen", "due_before", "due_after",
        )  # fmt: skip

    def get_actor(self, event) -> str | None:
        return call_name(event.actor) or None


class TicketShown(TicketLine):
    """One ticket with its history and the moves that the reader may make now."""

    staff = serializers.CharField(source="staff.staff_no", default=None, allow_null=True)
    rating = serializers.UUIDField(source="rating_id", default=None, allow_null=True)
    events = EventShown(many=True)
    moves = serializers.SerializerMethodField()

    class Meta(TicketLine.Meta):
        fields = (*TicketLine.Meta.fields, "description", "staff", "rating", "events", "moves")

    def get_moves(self, ticket) -> list[str]:
        may = may_move(ticket, self.context["request"].user)
        return [move.name for move in allowed(ticket.status, may, attempts=ticket.callback_attempts)]


class TrackingAsked(serializers.Serializer):
    """Both as they are written on the receipt; blanks, dashes and small letters do not matter."""

    number = serializers.CharField(help_text="Receipt or ticket number.")
    query_code = serializers.CharField(help_text="Twelve letters and digits.")


class WordsShown(serializers.Serializer):
    """What the hall wrote to the citizen."""

    at = serializers.DateTimeField()
    text = serializers.CharField()


class StepShown(serializers.Serializer):
    """One step of the way."""

    label = serializers.CharField()
    standing = serializers.ChoiceField(choices=["done", "current", "later"])
    detail = serializers.CharField()
    words = WordsShown(many=True)


class TrackingShown(serializers.Serializer):
    """Where a matter stands, in sentences; only what is meant for its owner."""

    number = serializers.CharField()
    ticket_number = serializers.CharField(help_text="Empty until a minute after the receipt.")
    status = serializers.ChoiceField(
        choices=["registered", "in_progress", "waiting", "closed", "archived", "rejected", "withdrawn"]
    )
    about = serializers.CharField()
    now = serializers.CharField()
    next = serializers.CharField(help_text="What comes next and when.")
    steps = StepShown(many=True)
