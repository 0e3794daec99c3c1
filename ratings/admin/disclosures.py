"""Who opened what visitors entrusted: read by those who watch over it, changed by nobody."""

from django.contrib import admin
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from feedback_site.admin import ReadOnlyAdmin
from ratings.admin import showing
from ratings.models import Disclosure


@admin.register(Disclosure)
class DisclosureAdmin(ReadOnlyAdmin):
    """One line for each opening, newest first."""

    list_display = ["time", "kind", "actor", "place"]
    list_filter = ["kind", "at"]
    list_select_related = ["actor", "rating__window", "rating__hall"]
    sortable_by = ()
    fields = ["time", "kind", "actor", "rating"]
    readonly_fields = ["time"]

    @display(description=gettext_lazy("at"))
    def time(self, disclosure):
        return showing.in_zone(disclosure.at, disclosure.rating.hall)

    @display(description=gettext_lazy("window"))
    def place(self, disclosure):
        return str(disclosure.rating.window)
