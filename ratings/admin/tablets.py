"""Tablets: how each is, what is wrong with it, and the buttons that end, replace or move it."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from feedback_site.admin import ask
from feedback_site.admin.filters import choice_label
from feedback_site.models import Window
from feedback_site.scoping import sees_all_halls, visible
from ratings import device_state, watching
from ratings.admin import showing
from ratings.admin.devices import RevocableAdmin, show_code
from ratings.enrolment import may_finish, revoke_tablet
from ratings.models import Tablet

ENROL, CHANGE = "ratings.add_enrolmentcode", "ratings.change_tablet"
SHOWN_AT_START = 12
CHIPS = dict.fromkeys(device_state.DeviceWarning, "danger") | dict.fromkeys(
    (device_state.DeviceWarning.NOT_PERSISTED, device_state.DeviceWarning.CLOCK, device_state.DeviceWarning.BATTERY),
    "info",
)


def chips(held):
    """The warnings in words, the grave ones in red."""
    return format_html_join(" ", "{}", ((showing.chip(CHIPS[one], one.label),) for one in held))


class WarningFilter(DropdownFilter):
    """Tablets with any warning, or with a certain one."""

    title = gettext_lazy("warning")
    parameter_name = "warning"

    def lookups(self, request, model_admin):
        return [("any", _("any warning")), *device_state.DeviceWarning.choices]

    def queryset(self, request, queryset):
        wanted = self.value()
        if wanted is None:
            return queryset
        found = watching.tablets_with_warnings(visible(Tablet.objects.all(), request.user), timezone.now())
        return queryset.filter(pk__in=[tablet.pk for tablet, held in found if wanted == "any" or wanted in held])


class MoveForm(forms.Form):
    """To which window."""

    window = forms.ModelChoiceField(None, label=gettext_lazy("New window"), widget=UnfoldAdminSelectWidget)

    def __init__(self, *args, tablet, user, **kwargs):
        super().__init__(*args, **kwargs)
        windows = visible(Window.objects.all(), user).filter(hall=tablet.hall_id, is_active=True)
        self.fields["window"].queryset = windows.exclude(pk=tablet.window_id).select_related("hall")
        self.fields["window"].label_from_instance = lambda window: choice_label(window, user)


@admin.register(Tablet)
class TabletAdmin(RevocableAdmin):
    list_display = ["window", "hall", "state", "warnings", "seen", "queued", "missing", "app_version"]
    list_filter = ["hall", "window", WarningFilter]
    list_select_related = ["hall", "window"]
    fields = [
        "window", "hall", "number", "state_told", "warnings_told", "seen", "enrolled", "revoked", "predecessor",
        "finishes", "queued", "queued_earlier", "set_aside", "highest_seq", "reported_seq", "still_waiting", "missing",
        "has_key", "forged", "forked", "app_version", "storage_persisted", "battery", "clock_offset_seconds",
    ]  # fmt: skip
    readonly_fields = [
        "state_told", "warnings_told", "seen", "enrolled", "revoked", "finishes", "still_waiting", "missing", "has_key",
        "forged", "forked",
    ]  # fmt: skip
    actions_detail = ["replace", "move", "revoke"]

    def get_actions_detail(self, request, object_id):
        row = self.get_object(request, object_id)
        if row is None or (row.revoked_at and not may_finish(tablet=row, at=timezone.now())):
            return []
        actions = super(RevocableAdmin, self).get_actions_detail(request, object_id)
        return [entry for entry in actions if not row.revoked_at or entry.action_name.endswith("revoke")]

    @action(description=gettext_lazy("Revoke…"), url_path="revoke", icon="link_off", permissions=[CHANGE])
    def revoke(self, request, object_id):
        return self.ask_and_revoke(
            request,
            object_id,
            service=lambda tablet: revoke_tablet(tablet=tablet, at=timezone.now()),
            title=_("Revoke this tablet"),
            text=_(
                "For a tablet that is lost or stolen: it can send nothing any more. What it has sent stays; what still "
                "waits on it comes in only if this very device is enrolled again."
            ),
        )

    @action(description=gettext_lazy("Replace…"), url_path="replace", icon="swap_horiz", permissions=[ENROL])
    def replace(self, request, object_id):
        """A code for another device at the same window; this tablet ends when it is used."""
        tablet = self._in_use(request, object_id)
        if request.method != "POST":
            return ask(
                self,
                request,
                tablet,
                title=_("Replace this tablet"),
                text=_(
                    "You get a code for the new device. As soon as it is used, this tablet ends; what visitors gave "
                    "on it before may still come in for 30 days."
                ),
                button=_("Show a code"),
            )
        return show_code(self, request, tablet.window, replaces=tablet)

    @action(description=gettext_lazy("Move…"), url_path="move", icon="move_up", permissions=[ENROL])
    def move(self, request, object_id):
        """A code that turns the device into the tablet of another window of the hall."""
        tablet = self._in_use(request, object_id)
        form = MoveForm(request.POST or None, tablet=tablet, user=request.user)
        if request.method == "POST" and form.is_valid():
            return show_code(self, request, form.cleaned_data["window"], replaces=tablet)
        return ask(
            self,
            request,
            tablet,
            title=_("Move this tablet to another window"),
            text=_(
                "You get a code for the new window, and within a minute the tablet asks for it. What visitors gave "
                "before still comes in under the old window."
            ),
            button=_("Show a code"),
            form=form,
        )

    def _in_use(self, request, object_id):
        tablet = self.get_visible_or_404(request, object_id)
        if tablet.revoked_at or not tablet.window.is_active or not request.user.has_perm(CHANGE):
            raise PermissionDenied
        return tablet

    @display(description=gettext_lazy("warnings"))
    def warnings(self, tablet):
        return chips(watching.warnings_of(tablet, timezone.now())) or "–"

    @display(description=gettext_lazy("warnings"))
    def warnings_told(self, tablet):
        return self.warnings(tablet)

    @display(description=gettext_lazy("last seen"), ordering="last_seen_at")
    def seen(self, tablet):
        return showing.in_zone(tablet.last_seen_at, tablet.hall)

    @display(description=gettext_lazy("enrolled at"))
    def enrolled(self, tablet):
        return showing.in_zone(tablet.enrolled_at, tablet.hall)

    @display(description=gettext_lazy("revoked at"))
    def revoked(self, tablet):
        return showing.in_zone(tablet.revoked_at, tablet.hall)

    @display(description=gettext_lazy("may finish sending until"))
    def finishes(self, tablet):
        return showing.in_zone(tablet.drains_until, tablet.hall)

    @display(description=gettext_lazy("numbers not here yet, still on the tablet"))
    def still_waiting(self, tablet):
        return device_state.numbers(tablet).waiting

    @display(description=gettext_lazy("missing numbers"))
    def missing(self, tablet):
        told = device_state.numbers(tablet).missing
        if not tablet.gaps:
            return told
        ranges = " · ".join(f"{first}–{last}" if first < last else str(first) for first, last in tablet.gaps)
        return format_html('{} <small class="qc-num">{}</small>', told, ranges)

    @display(description=gettext_lazy("signs with a key of its own"), boolean=True)
    def has_key(self, tablet):
        return bool(tablet.public_key)

    @display(description=gettext_lazy("last sent without its key"))
    def forged(self, tablet):
        return showing.in_zone(tablet.forged_at, tablet.hall)

    @display(description=gettext_lazy("last number used twice"))
    def forked(self, tablet):
        return showing.in_zone(tablet.forked_at, tablet.hall)


def device_warnings(request):
    """For the start page: the tablets of one's halls that need a look; nothing for who may not see tablets."""
    if not request.user.has_perm("ratings.view_tablet"):
        return ""
    found = watching.tablets_with_warnings(visible(Tablet.objects.all(), request.user), timezone.now())
    if not found:
        return ""
    tablets = reverse("admin:ratings_tablet_changelist")
    context = {
        "total": len(found),
        "several_halls": sees_all_halls(request.user),
        "all": f"{tablets}?warning=any",
        "rows": [
            {
                "tablet": tablet,
                "address": reverse("admin:ratings_tablet_change", args=[tablet.pk]),
                "chips": chips(held),
                "seen": showing.in_zone(tablet.last_seen_at, tablet.hall),
            }
            for tablet, held in found[:SHOWN_AT_START]
        ],
    }
    return render_to_string("admin/ratings/device_warnings.html", context)


admin.site.start_panels.append(device_warnings)
