"""Who sits where when: the halls' weekday hours as shifts, and the duties made of them. Times are the hall's own."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from feedback_site.demo.places import RELIEF, SEATS, Seat
from ratings.duties import assign_duties
from ratings.models import Duty

MORNING = (time(9), time(12))
LUNCH = (time(12), time(13, 30))
AFTERNOON = (time(13, 30), time(17))
TRAINING_WEEKDAY = 2  # Wednesday afternoon: the second person takes the window
LUNCH_WINDOWS = {("A", "10")}  # open at noon, with the relief


@dataclass(frozen=True)
class Shift:
    """One person at a window for some hours of one day."""

    staff_no: str
    starts_at: datetime
    ends_at: datetime


def shifts(seat: Seat, day: date, zone) -> list[Shift]:
    """The window's shifts on that day, in order; none at the weekend."""
    if day.weekday() > 4:
        return []
    first, second = seat.people
    if seat.shared and day.toordinal() % 2:
        first, second = second, first
    if not seat.shared and day.weekday() != TRAINING_WEEKDAY:
        second = first
    plan = [(first, MORNING), (second, AFTERNOON)]
    if seat.key in LUNCH_WINDOWS:
        plan.insert(1, (RELIEF[seat.hall], LUNCH))
    return [
        Shift(staff_no, datetime.combine(day, start, tzinfo=zone), datetime.combine(day, end, tzinfo=zone))
        for staff_no, (start, end) in plan
    ]


def shifts_today(seat: Seat, day: date, zone) -> list[Shift]:
    """Today the window's first person stays on all day, see `assign`."""
    return [Shift(seat.people[0], shift.starts_at, shift.ends_at) for shift in shifts(seat, day, zone)]


def assign(*, directory, first_day: date, today: date, zone) -> int:
    """Store the duties from the first day on; returns how many.

    Today's is open-ended from midnight on, so that whoever tries the demo at night or at the weekend still taps for
    somebody on duty.
    """
    duties = []
    for seat in SEATS:
        window = directory.windows[seat.key]
        for number in range((today - first_day).days):
            duties += [
                Duty(
                    window=window,
                    staff=directory.staff[shift.staff_no],
                    starts_at=shift.starts_at,
                    ends_at=shift.ends_at,
                )
                for shift in shifts(seat, first_day + timedelta(days=number), zone)
            ]
        midnight = datetime.combine(today, time.min, tzinfo=zone)
        duties.append(Duty(window=window, staff=directory.staff[seat.people[0]], starts_at=midnight))
    assign_duties(duties)
    return len(duties)
