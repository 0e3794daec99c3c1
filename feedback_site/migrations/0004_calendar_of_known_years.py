"""The working-day calendar of the years whose notice is out: only the days that differ from Monday to Friday.

As the library chinesecalendar 1.11.0 (MIT) has them from the State Council's yearly notices. Not read from the library
at run time: it stops at the last year it knows, and an administrator must be able to put a day right.
"""

from datetime import date

from django.db import migrations

SOURCE = "国务院办公厅部分节假日安排的通知（chinesecalendar 1.11.0）"
# Month-day; closed weekdays first, then weekend days at work (调休).
YEARS = {
    2024: {
        "元旦": ("01-01", ""),
        "春节": ("02-12 02-13 02-14 02-15 02-16", "02-04 02-18"),
        "清明节": ("04-04 04-05", "04-07"),
        "劳动节": ("05-01 05-02 05-03", "04-28 05-11"),
        "端午节": ("06-10", ""),
        "中秋节": ("09-16 09-17", "09-14"),
        "国庆节": ("10-01 10-02 10-03 10-04 10-07", "09-29 10-12"),
    },
    2025: {
        "元旦": ("01-01", ""),
        "春节": ("01-28 01-29 01-30 01-31 02-03 02-04", "01-26 02-08"),
        "清明节": ("04-04", ""),
        "劳动节": ("05-01 05-02 05-05", "04-27"),
        "端午节": ("06-02", ""),
        "国庆节、中秋节": ("10-01 10-02 10-03 10-06 10-07 10-08", "09-28 10-11"),
    },
    2026: {
        "元旦": ("01-01 01-02", "01-04"),
        "春节": ("02-16 02-17 02-18 02-19 02-20 02-23", "02-14 02-28"),
        "清明节": ("04-06", ""),
        "劳动节": ("05-01 05-04 05-05", "05-09"),
        "端午节": ("06-19", ""),
        "中秋节": ("09-25", ""),
        "国庆节": ("10-01 10-02 10-05 10-06 10-07", "09-20 10-10"),
    },
}


def add(apps, schema_editor):
    years = apps.get_model("feedback_site", "CalendarYear").objects
    days = apps.get_model("feedback_site", "CalendarDay")
    for number, occasions in YEARS.items():
        year = years.create(year=number, source=SOURCE)
        days.objects.bulk_create(
            days(year=year, day=date.fromisoformat(f"{number}-{month_day}"), is_working=is_working, name=name)
            for name, lists in occasions.items()
            for is_working, text in zip((False, True), lists, strict=True)
            for month_day in text.split()
        )


def remove(apps, schema_editor):
    apps.get_model("feedback_site", "CalendarYear").objects.filter(year__in=YEARS).delete()


class Migration(migrations.Migration):
    dependencies = [("feedback_site", "0003_working_day_calendar")]

    operations = [migrations.RunPython(add, remove)]
