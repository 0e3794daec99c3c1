"""The limits that every hall begins with, each with its source (domain.md A.6, B.3, B.5; ux/README.md A2)."""

from datetime import date

from django.db import migrations

NEW_YEAR_2020 = date(2020, 1, 1)
CONTACT_BY_LAW = date(2020, 4, 10)

NO_NUMBER = "平台默认：国办发〔2019〕51号规定申诉复核，未定期限"
LIMITS = [
    # scope, aim, grade, amount, measure, starts on, source
    (
        "bad_rating",
        "contact",
        "",
        1,
        "working_days",
        CONTACT_BY_LAW,
        "上海市优化营商环境条例（2020）第二十九条：实名差评一个工作日内联系核实",
    ),
    ("bad_rating", "answer", "", 7, "calendar_days", NEW_YEAR_2020, "北京市“好差评”实施意见：七日内核实整改并反馈"),
    (
        "matter",
        "contact",
        "",
        1,
        "working_days",
        NEW_YEAR_2020,
        "平台默认：北京市接诉即办工作条例第十五条要求及时联系，未定期限",
    ),
    (
        "matter",
        "contact",
        "emergency",
        1,
        "hours",
        NEW_YEAR_2020,
        "DB11/T 2021—2022：危及人身财产等紧急诉求一小时内派单",
    ),
    ("matter", "contact", "utilities", 2, "hours", NEW_YEAR_2020, "DB11/T 2021—2022：水电气热等诉求两小时内派单"),
    ("matter", "answer", "", 5, "working_days", NEW_YEAR_2020, "北京市“办不成事”工作单：一般五个工作日内解决"),
    (
        "matter",
        "answer",
        "emergency",
        2,
        "hours",
        NEW_YEAR_2020,
        "DB11/T 2021 征求意见稿（2021-12-28）：紧急诉求两小时内反馈结果",
    ),
    (
        "matter",
        "answer",
        "utilities",
        24,
        "hours",
        NEW_YEAR_2020,
        "DB11/T 2021 征求意见稿（2021-12-28）：水电气热二十四小时内反馈结果",
    ),
    ("matter", "answer", "complex", 15, "calendar_days", NEW_YEAR_2020, "DB11/T 2021—2022：复杂诉求十五日内反馈结果"),
]
FOR_BOTH = [
    ("callback", 2, "working_days", NEW_YEAR_2020, "平台默认：答复后两日内回访，按有人打电话的日子算"),
    ("extension", 30, "calendar_days", NEW_YEAR_2020, "信访工作条例（2022）第三十四条：延长不超过三十日，并告知理由"),
    ("return", 5, "working_days", NEW_YEAR_2020, "信访工作条例（2022）第二十三条：对转办有异议的五个工作日内提出"),
]
LOOP = [
    ("appeal", 5, "working_days", NEW_YEAR_2020, NO_NUMBER),
    ("appeal_decision", 15, "calendar_days", NEW_YEAR_2020, NO_NUMBER),
]


def add(apps, schema_editor):
    """Add the limits that are not there yet."""
    time_limit = apps.get_model("complaints", "TimeLimit")
    rows = [
        *LIMITS,
        *((scope, aim, "", *rest) for scope in ("bad_rating", "matter") for aim, *rest in FOR_BOTH),
        *(("bad_rating", aim, "", *rest) for aim, *rest in LOOP),
    ]
    for scope, aim, grade, amount, measure, starts_on, source in rows:
        time_limit.objects.get_or_create(
            hall=None,
            scope=scope,
            aim=aim,
            grade=grade,
            starts_on=starts_on,
            defaults={"amount": amount, "measure": measure, "source": source},
        )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_time_limits")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
