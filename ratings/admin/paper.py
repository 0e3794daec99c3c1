"""Paper forms: print blank ones, type in those that came back, and see who typed what."""

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.decorators import action, display

from feedback_site.admin import ReadOnlyAdmin
from feedback_site.admin.filters import choice_label, scoped_choices
from feedback_site.errors import DomainError
from feedback_site.models import Hall, Window
from feedback_site.scoping import visible
from feedback_site.zones import zone
from ratings.admin import showing
from ratings.cleaning import MAX_COMMENT
from ratings.configuration import reasons_of
from ratings.items import MAX_CASE_NO
from ratings.models import PaperForm
from ratings.paper import new_form_no, type_paper_form
from ratings.scale import LEVELS, Level

TYPE = "ratings.add_paperform"
MOST_COPIES = 50
MOST_WORDS = 8  # a level's reasons that fit on A5; the national set does not, and leaves room to write


class TypingForm(forms.Form):
    """What is on the paper; choices are those of the halls one may see."""

    form_no = forms.CharField(label=gettext_lazy("Form number"), max_length=40)
    window = forms.ModelChoiceField(queryset=Window.objects.none(), label=gettext_lazy("Window"))
    day = forms.DateField(
        label=gettext_lazy("Day on the form"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time_of_day = forms.TimeField(
        label=gettext_lazy("Time on the form"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Only if it is written there. It decides whom the rating is about."),
    )
    case_no = forms.CharField(label=gettext_lazy("Case number"), required=False, max_length=MAX_CASE_NO)
    level = forms.TypedChoiceField(
        label=gettext_lazy("Ticked face"), choices=Level.choices, coerce=int, widget=forms.RadioSelect
    )
    reasons = forms.MultipleChoiceField(label=gettext_lazy("Ticked reasons"), required=False)
    comment = forms.CharField(
        label=gettext_lazy("What was written"),
        required=False,
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Word for word, but without names, telephone or identity numbers."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        windows = self.fields["window"]
        windows.queryset = scoped_choices(Window, user)
        windows.label_from_instance = lambda window: choice_label(window, user)
        self.words = words_by_level(hall_of(user))
        codes = [(word["code"], word["text"]) for words in self.words.values() for word in words]
        self.fields["reasons"].choices = codes

    def clean(self):
        cleaned = super().clean()
        fitting = {word["code"] for word in self.words.get(cleaned.get("level"), ())}
        if cleaned.get("level") and set(cleaned.get("reasons", ())) - fitting:
            self.add_error("reasons", _("These reasons belong to another face."))
        return cleaned


def hall_of(user):
    """The hall whose forms the person types and prints; one of many for those who see several."""
    return user.hall or visible(Hall.objects.filter(is_active=True), user).first()


def words_by_level(hall):
    """The reasons of the hall's set by level, in the language of the page."""
    if hall is None:
        return {}
    language = get_language()
    _code, reasons = reasons_of(hall.pk)
    return {
        int(level): [{"code": word["code"], "text": word["text"][language]} for word in reasons[str(int(level))]]
        for level in LEVELS
    }


@admin.register(PaperForm)
class PaperFormAdmin(ReadOnlyAdmin):
    """Which forms are in; what was ticked on them is read among the ratings, by those who may read ratings."""

    list_display = ["form_no", "place", "day_told", "typed_by", "typed"]
    list_filter = ["hall", "typed_by", "day"]
    list_select_related = ["hall", "rating__window", "typed_by"]
    search_fields = ["form_no__exact"]
    sortable_by = ()
    fields = ["form_no", "hall", "place", "day_told", "typed_by", "typed"]
    readonly_fields = ["place", "day_told", "typed"]
    actions_list = ["type_form", "blank_forms"]

    @display(description=gettext_lazy("window"))
    def place(self, form):
        return showing.two_lines(form.rating.window, form.rating.window.name)

    @display(description=gettext_lazy("day"))
    def day_told(self, form):
        return f"{form.day:%Y-%m-%d} {form.time:%H:%M}" if form.time else f"{form.day:%Y-%m-%d}"

    @display(description=gettext_lazy("typed in at"))
    def typed(self, form):
        return showing.in_zone(form.typed_at, form.hall)

    @action(description=gettext_lazy("Type a form in"), url_path="type", icon="keyboard", permissions=[TYPE])
    def type_form(self, request):
        """One form after the other: after saving the page is empty again, the window and the day stay."""
        first = {"window": request.GET.get("window"), "day": request.GET.get("day") or self._today(request)}
        form = TypingForm(request.POST if request.method == "POST" else None, user=request.user, initial=first)
        if request.method == "POST" and form.is_valid():
            try:
                typed = type_paper_form(actor=request.user, at=timezone.now(), **form.cleaned_data)
            except DomainError as refusal:
                for field, sentences in (refusal.fields or {None: [refusal.message]}).items():
                    form.add_error(field, [str(sentence) for sentence in sentences])
            else:
                messages.success(request, _("Form %(number)s is typed in.") % {"number": typed.form_no})
                return redirect(f"{request.path}?window={form.cleaned_data['window'].pk}&day={typed.day.isoformat()}")
        chosen = set(form["reasons"].value() or ())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Type a paper form in"),
            "opts": self.opts,
            "form": form,
            "levels": [(int(level), level.label) for level in LEVELS],
            "level": str(form["level"].value() or ""),
            "groups": [(level, words) for level, words in form.words.items() if words],
            "chosen": chosen,
        }
        request.current_app = self.admin_site.name
        status = 400 if form.errors else 200
        return TemplateResponse(request, "admin/ratings/type_paper_form.html", context, status=status)

    def _today(self, request):
        hall = hall_of(request.user)
        return timezone.now().astimezone(zone(hall.timezone)).date().isoformat() if hall else ""

    @action(description=gettext_lazy("Print blank forms"), url_path="blank", icon="print", permissions=[TYPE])
    def blank_forms(self, request):
        """Sheets of A5, each with a number of its own, so that none can be typed in twice."""
        hall = hall_of(request.user)
        if hall is None:
            raise Http404
        words = words_by_level(hall)
        groups = [
            (_("What went well?"), _together(words, (Level.VERY_SATISFIED, Level.SATISFIED))),
            (_("What could be better?"), _together(words, (Level.FAIRLY_SATISFIED,))),
            (_("What went wrong?"), _together(words, (Level.DISSATISFIED, Level.VERY_DISSATISFIED))),
        ]
        told = request.GET.get("copies", "")
        copies = min(MOST_COPIES, int(told)) if told.isascii() and told.isdigit() and len(told) < 6 else 1
        context = {
            "hall": hall,
            "groups": groups if all(len(texts) <= MOST_WORDS for _question, texts in groups) else [],
            "levels": [(int(level), level.label) for level in LEVELS],
            "numbers": [new_form_no(hall) for _copy in range(max(1, copies))],
            "more": (1, 4, 10, MOST_COPIES),
        }
        return HttpResponse(render_to_string("ratings/print/paper_form.html", context))


def _together(words, levels):
    """The words of these levels, each once: on paper a tick stands for whichever of the levels was ticked."""
    return list(dict.fromkeys(word["text"] for level in levels for word in words.get(level, ())))
