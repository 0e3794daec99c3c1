"""Which tablets need somebody to look at them: the rules of `device_state` over the rows one may see."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from feedback_site import hours
from feedback_site.zones import zone
from ratings import device_state
from ratings.models import Tablet


def warnings_of(tablet: Tablet, at: datetime) -> list[device_state.DeviceWarning]:
    """The tablet's warnings, its hall at hand. Before a hall has been open for ten minutes no tablet is silent."""
    local = timezone.localtime(at, zone(tablet.hall.timezone))
    opening = tablet.hall.opening_hours
    # Open now, and ten minutes ago: who switches the tablets on at nine has until ten past.
    is_open = hours.is_open(opening, local) and hours.is_open(opening, local - device_state.SILENT_AFTER)
    return device_state.warnings(tablet, at=at, is_open=is_open)


def tablets_with_warnings(tablets, at: datetime) -> list[tuple[Tablet, list[device_state.DeviceWarning]]]:
    """Of a queryset, those with a warning; one query, the gravest first.

    Halls have tens of tablets, so the rules run in Python and stay in one place.
    """
    lately = at - device_state.REMEMBERED
    rows = tablets.filter(Q(revoked_at=None) | Q(forged_at__gt=lately) | Q(forked_at__gt=lately))
    order = list(device_state.DeviceWarning)
    found = [(tablet, warnings_of(tablet, at)) for tablet in rows.select_related("hall", "window")]
    return sorted((entry for entry in found if entry[1]), key=lambda entry: order.index(entry[1][0]))
