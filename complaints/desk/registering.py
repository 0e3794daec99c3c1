"""Registering a matter at the desk: what the form asks, and what becomes of it when it is one that is known already."""

from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.models import Petitioner, Ticket
from complaints.moving import may_move, move_ticket
from complaints.opening import open_ticket
from complaints.petitioners import Told
from complaints.telephones import read_phone
from complaints.workflow import Category, Field, Grade, find_move, why_not
from feedback_site.admin.filters import choice_label, scoped_choices
from feedback_site.models import Hall, StaffMember, User, Window
from feedback_site.scoping import sees_all_halls, visible
from ratings.query_codes import grouped

TYPED_LENGTH = 5_000
BY_STAFF = (Ticket.Channel.DESK, Ticket.Channel.PHONE, Ticket.Channel.LETTER, Ticket.Channel.HOTLINE)
LIKELY = 60  # percent: from here on the officer is asked before a second ticket of one matter is opened


class DeskForm(forms.Form):
    """One page for the keyboard, from how it came to how the citizen is reached."""

    hall = forms.ModelChoiceField(queryset=Hall.objects.none(), label=_("Hall"))
    channel = forms.ChoiceField(
        label=_("Source"),
        choices=[(channel.value, channel.label) for channel in BY_STAFF],
        initial=Ticket.Channel.DESK,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(
        label=_("What it is about"), max_length=120, help_text=_("One line, without names or telephone numbers.")
    )
    description = forms.CharField(
        label=_("What was said"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=TYPED_LENGTH,
        required=False,
        help_text=_("As completely and exactly as possible."),
    )
    category = forms.ChoiceField(label=_("kind of demand"), choices=Category, initial=Category.HELP)
    grade = forms.ChoiceField(label=_("grade"), choices=Grade, initial=Grade.ORDINARY)
    window = forms.ModelChoiceField(queryset=Window.objects.none(), label=_("Window"), required=False)
    staff = forms.ModelChoiceField(
        queryset=StaffMember.objects.none(),
        label=_("Whom it is about"),
        required=False,
        help_text=_("This person will not see the ticket."),
    )
    kind = forms.ChoiceField(label=_("Who brings it"), choices=Petitioner.Kind, initial=Petitioner.Kind.PERSON)
    name = forms.CharField(label=_("How they are called"), max_length=100, required=False, widget=forms.TextInput)
    phone = forms.CharField(
        label=_("telephone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    call_times = forms.CharField(label=_("when to call"), max_length=60, required=False)
    wants_no_call = forms.BooleanField(label=_("wants no call"), required=False)

    def __init__(self, *args, user: User, hall: Hall, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hall"].queryset = visible(Hall.objects.filter(is_active=True), user)
        self.fields["hall"].initial = hall
        if not sees_all_halls(user):
            self.fields["hall"].widget = forms.HiddenInput()
        for name, model in (("window", Window), ("staff", StaffMember)):
            self.fields[name].queryset = scoped_choices(model, user).filter(is_active=True)
            self.fields[name].label_from_instance = lambda row: choice_label(row, user)
        for field in ("name", "phone", "call_times", "title"):
            self.fields[field].widget.attrs["autocomplete"] = "off"

    def clean_phone(self):
        """A mistake in the number is said beside it, before anything is asked of the service."""
        typed = self.cleaned_data["phone"]
        if typed.strip() and not read_phone(typed):
            raise forms.ValidationError(
                _("Not a telephone number. A land line needs its area code, such as 0755-83501234."), code="phone"
            )
        return typed


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What the officer tells the citizen: the number, and the code that nobody can read again."""

    ticket: Ticket
    query_code: str
    goes_on_as: Ticket | None = None
    waits_for_merge: bool = False  # the same matter, but somebody else has to put the two together

    @property
    def spoken_code(self) -> str:
        """The code as it is read out and written down."""
        return grouped(self.query_code)


def register(*, told: dict, actor: User, at, same: Ticket | None = None) -> Registered:
    """Open the ticket, and put it together with `same` where the officer says that it is the same matter.

    The citizen gets a number of their own either way. Raises what `open_ticket` raises.
    """
    told = dict(told)
    person = Told(**{name: told.pop(name) for name in ("name", "phone", "kind", "call_times", "wants_no_call")})
    with transaction.atomic():
        ticket = open_ticket(actor=actor, at=at, petitioner=person, **told)
        code = ticket.query_code
        if same is None:
            return Registered(ticket=ticket, query_code=code)
        if can_merge(ticket, actor):
            ticket = move_ticket(ticket=ticket, move="merge", actor=actor, at=at, into=same)
            return Registered(ticket=ticket, query_code=code, goes_on_as=same)
    return Registered(ticket=ticket, query_code=code, goes_on_as=same, waits_for_merge=True)


def can_merge(ticket: Ticket, actor: User) -> bool:
    """Whether the table knows the move and the person may make it."""
    row = find_move("merge")
    return row is not None and Field.INTO in row.needs and not why_not(row, ticket.status, may_move(ticket, actor))
