"""The calendar's page: a year's notice is typed in as lines, slips are named, every change stays in the history."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from feedback_site.calendar_year import SpecialDay, read_lines, set_days, write_lines
from feedback_site.models import CalendarDay, CalendarYear
from feedback_site.working_days import missing_year
from tests.factories import UserFactory


@pytest.fixture
def superuser(db):
    return UserFactory(is_staff=True, is_superuser=True)


def test_lines_are_read_and_written_alike():
    text = "01-01 元旦\n10-01 国庆节\n10-04"
    days = read_lines(text, year=2027, is_working=False)
    assert days[0] == SpecialDay(date(2027, 1, 1), False, "元旦")
    rows = [CalendarDay(day=special.day, is_working=False, name=special.name) for special in days]
    assert write_lines(rows, is_working=False) == text
    assert write_lines(rows, is_working=True) == ""


@pytest.mark.parametrize(
    ("text", "is_working", "said"),
    [
        ("10-02 国庆节", False, "Line 1: this is on a weekend anyway."),  # a Saturday in 2027
        ("10-08", True, "Line 1: this is not on a weekend"),
        ("\n02-30", False, "Line 2: there is no such day."),
        ("1 October", False, "Line 1: write it like"),
        ("10-01\n10-01 国庆节", False, "10-01 stands there twice."),
        ("10-01 " + "x" * 41, False, "Line 1: write it like"),
    ],
)
def test_a_slip_is_named_with_its_line(text, is_working, said):
    with translation.override("en"), pytest.raises(ValidationError) as slip:
        read_lines(text, year=2027, is_working=is_working)
    assert said in " ".join(slip.value.messages)


def test_setting_the_days_changes_what_differs_and_keeps_its_history(db):
    year = CalendarYear.objects.get(year=2026)
    kept = year.days.get(day=date(2026, 1, 1))
    new = SpecialDay(date(2026, 11, 24), False, "临时放假")
    set_days(year=year, days=[SpecialDay(kept.day, False, kept.name), new])

    assert set(year.days.values_list("day", flat=True)) == {kept.day, new.day}
    assert kept.history.count() == 0  # untouched
    assert CalendarDay.history.filter(day=date(2026, 10, 10), history_type="-").count() == 1
    assert CalendarDay.history.filter(day=new.day, history_type="+").count() == 1


def test_an_administrator_types_in_a_year(client, superuser):
    client.force_login(superuser)
    address = reverse("admin:feedback_site_calendaryear_add")
    told = {"year": "2027", "source": "通知", "days_off": "10-01 国庆节", "days_at_work": "10-09"}

    refused = client.post(address, told | {"days_off": "10-02"})
    assert refused.status_code == 200 and "10-02" in refused.content.decode()  # what was typed is still there
    assert not CalendarYear.objects.filter(year=2027).exists()

    assert client.post(address, told).status_code == 302
    calendar = CalendarYear.objects.as_calendar()
    assert calendar.is_working_day(date(2027, 10, 9)) and not calendar.is_working_day(date(2027, 10, 1))

    year = CalendarYear.objects.get(year=2027)
    change = reverse("admin:feedback_site_calendaryear_change", args=[year.pk])
    assert "10-01 国庆节" in client.get(change).content.decode()
    assert client.post(change, {"source": "通知", "days_off": "", "days_at_work": ""}).status_code == 302
    assert not year.days.exists()


def test_a_manager_reads_the_calendar_and_changes_nothing(client, db):
    client.force_login(UserFactory(role="hall manager"))
    year = CalendarYear.objects.get(year=2026)
    change = reverse("admin:feedback_site_calendaryear_change", args=[year.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"source": "x", "days_off": "", "days_at_work": ""}).status_code == 403
    assert year.days.exists()


def test_the_next_years_notice_is_asked_for_from_november(db):
    calendar = CalendarYear.objects.as_calendar()
    assert missing_year(calendar, date(2026, 10, 31)) is None
    assert missing_year(calendar, date(2026, 11, 1)) == 2027
    assert missing_year(calendar, date(2027, 1, 1)) == 2027


def test_the_desk_is_told_loudly_that_a_year_is_missing(client, db, settings):
    officer = UserFactory(role="desk officer")
    client.force_login(officer)
    CalendarYear.objects.all().delete()
    page = client.get(reverse("admin:complaints_ticket_changelist")).content.decode()
    assert "年的放假安排还没有录入" in page
