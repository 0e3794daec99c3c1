"""The people and tablets that the figures are measured with."""

from datetime import datetime, timedelta

from feedback_site.models import Hall, StaffMember, Window
from ratings.models import Duty, Tablet
from ratings.secrets import digest

HOUR = timedelta(hours=1)


def make_hall(code: str, people: int, *, windows: int, since: datetime) -> Hall:
    """A hall whose people have taken their turn at its windows since then, hour by hour; the last ones are there."""
    hall = Hall.objects.create(code=code, name=f"{code} 政务服务中心")
    places = Window.objects.bulk_create(
        Window(hall=hall, number=str(n), position=n, name="综合窗口") for n in range(1, windows + 1)
    )
    staff = StaffMember.objects.bulk_create(
        StaffMember(hall=hall, staff_no=f"{code}{n:04}", name="张红梅", pinyin="zhanghongmei")
        for n in range(1, people + 1)
    )
    Duty.objects.bulk_create(
        Duty(
            window=places[n % windows],
            staff=person,
            starts_at=since + (n // windows) * HOUR,
            ends_at=since + (n // windows + 1) * HOUR if n + windows < people else None,
        )
        for n, person in enumerate(staff)
    )
    return hall


def make_tablets(hall: Hall, count: int, *, at: datetime) -> list[str]:
    """Enrol a tablet at each of the hall's first `count` windows and return their tokens."""
    tokens = [f"bench-{hall.code}-{n}" for n in range(count)]
    windows = hall.windows.order_by("position")[:count]
    Tablet.objects.bulk_create(
        Tablet(hall=hall, window=window, token_hash=digest(token), enrolled_at=at - timedelta(days=1))
        for window, token in zip(windows, tokens, strict=True)
    )
    return tokens
