"""What the pages of the loop of bad ratings ask for."""

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket, Verification
from complaints.vocabulary import Finding
from complaints.workflow import TERMINAL
from feedback_site.scoping import visible
from ratings.scale import BAD

TEXT_LENGTH = 2_000
UPHELD = "upheld"
DISMISSED = "dismissed"


def _words(label, help_text=""):
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, max_length=TEXT_LENGTH, widget=widget, help_text=help_text)


class VerifyForm(forms.Form):
    """What was found; tickets are those of the verifier's halls that wait for it and are not about the verifier."""

    ticket = forms.ModelChoiceField(queryset=Ticket.objects.none(), label=_("Ticket"))
    finding = forms.ChoiceField(label=_("Finding"), choices=[("", _("Choose a finding")), *Finding.choices])
    words = _words(_("Facts"), _("How it was verified and what was found; stays inside."))
    words_to_rated = _words(
        _("Words to the person rated"), _("What the person rated reads. Nothing from which can be seen who complained.")
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        done = Verification.objects.filter(ticket=OuterRef("pk"), round=OuterRef("round"), appeal=None)
        waiting = visible(Ticket.objects.filter(~Exists(done), rating__level__in=BAD), user).not_about(user)
        self.fields["ticket"].queryset = waiting.exclude(status__in=sorted(TERMINAL)).order_by("due_at", "id")
        self.fields["words_to_rated"].required = False  # needed only where somebody was rated: the service knows


class GroundsForm(forms.Form):
    """Why the finding is wrong."""

    grounds = _words(_("Grounds"), _("What is wrong about the finding, and how that can be seen."))


class DecisionForm(forms.Form):
    """What the reviewer decides; upheld, which finding is right instead."""

    upheld = forms.ChoiceField(
        label=_("Decision"), choices=[("", _("Choose")), (UPHELD, _("upheld")), (DISMISSED, _("dismissed"))]
    )
    finding = forms.ChoiceField(
        label=_("New finding"),
        required=False,
        choices=[("", _("none: dismissed")), *Finding.choices],
        help_text=_("What is right instead, if the appeal is upheld."),
    )
    words = _words(_("Reasons"), _("Read by the person rated, too: nothing about who complained."))


class ReasonForm(forms.Form):
    """Why the rating does not count."""

    reason = _words(
        _("Reason"), _("It is kept with your name and shown to everybody who asks. The rating itself stays.")
    )
