"""The admin: base classes that every app's pages stand on, and the directory's own pages."""

from feedback_site.admin.accounts import GroupAdmin, UserAdmin
from feedback_site.admin.asking import ask
from feedback_site.admin.base import BaseAdmin, HistoryAdmin, ReadOnlyAdmin, SharedAdmin
from feedback_site.admin.calendar import CalendarYearAdmin
from feedback_site.admin.directory import DirectoryAdmin, WindowAdmin
from feedback_site.admin.filters import DayRangeFilter, ScopedRelatedFilter

__all__ = [
    "BaseAdmin",
    "CalendarYearAdmin",
    "DayRangeFilter",
    "DirectoryAdmin",
    "GroupAdmin",
    "HistoryAdmin",
    "ReadOnlyAdmin",
    "ScopedRelatedFilter",
    "SharedAdmin",
    "UserAdmin",
    "WindowAdmin",
    "ask",
]
