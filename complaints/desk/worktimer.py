"""Working time for a whole board: the same answers as `complaints.worktime`, each day looked at once. Pure."""

from datetime import date, datetime, time, timedelta

from complaints.worktime import Schedule
from feedback_site.working_days import Calendar

LONGEST = timedelta(days=400)  # what is further away is told in days of the calendar


class WorkTimer:
    """Lengths of working time in one hall; keeps what it has worked out for a day."""

    def __init__(self, schedule: Schedule, calendar: Calendar):
        self.zone = schedule.zone
        self._schedule, self._calendar = schedule, calendar
        self._lengths: dict[date, timedelta] = {}

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments, nothing when the second is the earlier one."""
        first, last = self._day(start), self._day(end)
        if end <= start:
            return timedelta(0)
        if last - first <= timedelta(days=1) or last - first > LONGEST:
            return self._schedule.between(start, end)
        passed = self._schedule.between(start, self._midnight(first + timedelta(days=1)))
        for shift in range(1, (last - first).days):
            passed += self._length(first + timedelta(days=shift))
        return passed + self._schedule.between(self._midnight(last), end)

    def working_days(self, start: datetime, end: datetime) -> int:
        """Working days after the day of `start`, up to and with the last day before `end`."""
        first, last = self._day(start), self._day(end - timedelta(microseconds=1))
        days = min((last - first).days, LONGEST.days)
        return sum(self._calendar.is_working_day(first + timedelta(days=shift)) for shift in range(1, days + 1))

    def share(self, start: datetime, end: datetime, at: datetime) -> int:
        """How much of the working time from `start` to `end` is used at `at`, in percent from 0 to 100."""
        whole = self.between(start, end)
        if not whole:
            return 100 if at >= end else 0
        return round(min(self.between(start, at) / whole, 1) * 100)

    def is_made_up(self, day: date) -> bool:
        """Whether it is a working day on a weekend (调休)."""
        return self._calendar.is_made_up(day)

    def _length(self, day):
        if day not in self._lengths:
            self._lengths[day] = self._schedule.between(self._midnight(day), self._midnight(day + timedelta(days=1)))
        return self._lengths[day]

    def _day(self, moment):
        return moment.astimezone(self.zone).date()

    def _midnight(self, day):
        return datetime.combine(day, time.min, tzinfo=self.zone)
