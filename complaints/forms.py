"""Forms of the desk: one for every move, made from what the table says the move needs, and the registration."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from complaints.people import call_name
from complaints.workflow import Field, Move, Permission
from feedback_site.admin.filters import choice_label, scoped_choices
from feedback_site.models import Hall, StaffMember, User, Window
from feedback_site.scoping import sees_all_halls, visible

TEXT_LENGTH = 2_000


class MoveForm(forms.Form):
    """What the actor tells with a move; a note for colleagues can always be added."""

    expected_status = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, row: Move, ticket: Ticket, draft: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["expected_status"].initial = ticket.status
        if Field.REASON in row.needs:
            choices = [("", _("Choose a reason")), *row.reasons.choices]
            self.fields["reason"] = forms.ChoiceField(label=_("Reason"), choices=choices)
        if Field.HANDLER in row.needs:
            self.fields["handler"] = PersonField(queryset=handlers_of(ticket), label=_("To whom"))
        if Field.DUE_AT in row.needs:
            self.fields["due_at"] = forms.DateTimeField(
                label=_("Until"),
                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
                help_text=_("In the hall's time. It becomes the promise when the extension is granted."),
            )
        if Field.PUBLIC_TEXT in row.needs or row.publishes:
            self.fields["public_text"] = forms.CharField(
                label=_("Words to the citizen"),
                widget=forms.Textarea(attrs={"rows": 5}),
                max_length=TEXT_LENGTH,
                initial=draft,
                help_text=_("What was found, what is done, and by when. The citizen reads this word for word."),
            )
        self.fields["internal_text"] = forms.CharField(
            label=_("Note for colleagues"),
            widget=forms.Textarea(attrs={"rows": 4}),
            max_length=TEXT_LENGTH,
            required=Field.INTERNAL_TEXT in row.needs,
            help_text=_("Stays inside; the citizen never sees it."),
        )

    def told(self) -> dict:
        """The arguments for `move_ticket`."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class PersonField(forms.ModelChoiceField):
    """A choice of people by the names they are called."""

    def label_from_instance(self, user):
        return call_name(user)


def handlers_of(ticket: Ticket):
    """Who may be handed the ticket: active people of its hall who handle tickets, not the one it is about."""
    people = User.objects.with_perm(Permission.HANDLE, include_superusers=False).filter(hall=ticket.hall_id)
    if ticket.staff_id:
        people = people.exclude(staff_member=ticket.staff_id)
    return people.order_by("last_name", "first_name", "username")


class RegisterForm(forms.Form):
    """A matter that somebody brings; choices are those of the halls one may see."""

    hall = forms.ModelChoiceField(queryset=Hall.objects.none(), label=_("Hall"))
    channel = forms.ChoiceField(
        label=_("Source"),
        choices=[choice for choice in Ticket.Channel.choices if choice[0] != Ticket.Channel.RATING],
        initial=Ticket.Channel.DESK,
    )
    title = forms.CharField(
        label=_("What it is about"),
        max_length=120,
        help_text=_("One line, without names or telephone numbers."),
    )
    description = forms.CharField(
        label=_("What was said"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=TEXT_LENGTH,
        required=False,
        help_text=_("As completely and exactly as possible."),
    )
    window = forms.ModelChoiceField(queryset=Window.objects.none(), label=_("Window"), required=False)
    staff = forms.ModelChoiceField(
        queryset=StaffMember.objects.none(),
        label=_("Whom it is about"),
        required=False,
        help_text=_("This person will not see the ticket."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        halls = visible(Hall.objects.filter(is_active=True), user)
        self.fields["hall"].queryset = halls
        self.fields["hall"].initial = user.hall_id or halls.first()
        if not sees_all_halls(user):
            self.fields["hall"].widget = forms.HiddenInput()
        for name, model in (("window", Window), ("staff", StaffMember)):
            self.fields[name].queryset = scoped_choices(model, user).filter(is_active=True)
            self.fields[name].label_from_instance = lambda row: choice_label(row, user)
