"""The causes that closing a ticket chooses from (domain.md section 7, classification of a bad review)."""

from django.db import migrations

CAUSES = [
    ("attitude", "服务态度", "服務態度", "attitude"),
    ("competence", "业务不熟", "業務不熟", "competence"),
    ("process", "流程繁琐", "流程繁瑣", "process"),
    ("materials", "材料要求", "材料要求", "papers asked for"),
    ("time", "办理时限", "辦理時限", "time taken"),
    ("facilities", "场地设施", "場地設施", "facilities"),
    ("platform", "网上平台", "網上平台", "online platform"),
    ("policy", "政策规定", "政策規定", "rule or policy"),
    ("not_the_hall", "非大厅原因", "非大廳原因", "not the hall's doing"),
    ("misunderstanding", "误会", "誤會", "misunderstanding"),
]


def add(apps, schema_editor):
    """Add the causes that are not there yet."""
    cause = apps.get_model("complaints", "Cause")
    for position, (code, hans, hant, english) in enumerate(CAUSES, 1):
        names = {"name_zh_hans": hans, "name_zh_hant": hant, "name_en": english, "position": position}
        cause.objects.get_or_create(code=code, defaults=names)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0005_petitioners_units_call_backs")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
