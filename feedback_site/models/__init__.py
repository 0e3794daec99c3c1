"""The directory, its photos and the working-day calendar, which every app points at."""

from feedback_site.models.calendar import CalendarDay, CalendarYear
from feedback_site.models.directory import (
    Aid,
    Hall,
    ServiceItem,
    StaffMember,
    User,
    Window,
    validate_aids,
)
from feedback_site.models.photo import StaffPhoto

__all__ = [
    "Aid",
    "CalendarDay",
    "CalendarYear",
    "Hall",
    "ServiceItem",
    "StaffMember",
    "StaffPhoto",
    "User",
    "Window",
    "validate_aids",
]
