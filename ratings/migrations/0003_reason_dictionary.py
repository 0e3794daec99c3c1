"""The national reason dictionary of 2020 (domain.md A.3, all 40 codes) and the two sets that halls choose from.

`scope` says whom a reason speaks of; only 213, 214, 115 (517, 413, 314 on the good side) speak of the person.
The plain set's short words (mock-up K2) stand for a national code only where that says the same; else they have none.
"""

from django.db import migrations

VERSION = "2020"
PERSON, PROCESS, GUIDE, PLATFORM = "person", "process", "guide", "platform"
# code, extended, scope, text, traditional, English
NATIONAL = [
    ("510", False, PROCESS, "一窗受理一次办结", "一窗受理一次辦結", "One window, done at once"),
    ("511", False, PROCESS, "可以先受理后补材料", "可以先受理後補材料", "Accepted first, papers supplied later"),
    ("512", False, PROCESS, "不用提交证明", "不用提交證明", "No certificates needed"),
    ("513", True, PLATFORM, "可以全程网上办理", "可以全程網上辦理", "Can be done wholly online"),
    ("514", True, PLATFORM, "可以使用手机办理", "可以使用手機辦理", "Can be done by phone"),
    ("515", True, PROCESS, "可以就近办理", "可以就近辦理", "Can be done close to home"),
    ("516", True, PROCESS, "无需材料直接办理", "無需材料直接辦理", "Done without any papers"),
    ("517", True, PERSON, "服务热情效率高", "服務熱情效率高", "Warm and efficient service"),
    ("406", False, PROCESS, "填写一张表单就可完成申报", "填寫一張表單就可完成申報", "One form was enough"),
    ("407", False, PLATFORM, "在线提交材料窗口核验", "線上提交材料窗口核驗", "Papers sent online, checked at the window"),
    ("408", False, GUIDE, "一张清单告知全部申报材料", "一張清單告知全部申報材料", "One list named all papers"),
    ("409", True, PROCESS, "用告知承诺减免申报材料", "用告知承諾減免申報材料", "A declaration replaced papers"),
    ("410", True, PLATFORM, "可以在线预约办理", "可以線上預約辦理", "Appointments online"),
    ("411", True, PROCESS, "跑大厅一次办完", "跑大廳一次辦完", "One visit was enough"),
    ("412", True, PLATFORM, "可以使用自助机办理", "可以使用自助機辦理", "Can be done at a machine"),
    ("413", True, PERSON, "服务态度较好", "服務態度較好", "Good manner"),
    ("307", False, PROCESS, "一次性告知需要补正的材料", "一次性告知需要補正的材料", "Told at once what was missing"),
    ("308", False, GUIDE, "提供申报材料样本", "提供申報材料樣本", "Sample papers were given"),
    ("309", False, PROCESS, "在承诺的时间内办结", "在承諾的時間內辦結", "Done within the promised time"),
    ("310", True, GUIDE, "办事指南指引准确", "辦事指南指引準確", "The guide was right"),
    ("311", True, GUIDE, "按办事指南要求的材料即可办理", "按辦事指南要求的材料即可辦理", "The guide's papers were enough"),
    ("312", True, PROCESS, "可以快递送达", "可以快遞送達", "Can be sent by courier"),
    ("313", True, PROCESS, "跑动次数与承诺的一致", "跑動次數與承諾的一致", "As many visits as promised"),
    ("314", True, PERSON, "服务态度一般", "服務態度一般", "Manner so-so"),
    ("207", False, GUIDE, "没有提供材料样本", "沒有提供材料樣本", "No sample papers"),
    ("208", False, GUIDE, "没有提供材料清单", "沒有提供材料清單", "No list of papers"),
    ("209", False, PROCESS, "未在承诺时间内办结", "未在承諾時間內辦結", "Not done within the promised time"),
    ("210", True, PROCESS, "同样内容的证明材料被要求多次提交", "同樣內容的證明材料被要求多次提交", "Same papers asked for again"),
    ("211", True, PLATFORM, "承诺网办但无法在线办理", "承諾網辦但無法線上辦理", "Promised online, did not work"),
    ("212", True, PLATFORM, "在线预约办理后到实体大厅重复取号排队", "線上預約辦理後到實體大廳重複取號排隊",
     "Queued again despite an appointment"),
    ("213", True, PERSON, "窗口人员业务不熟练", "窗口人員業務不熟練", "Staff not familiar with the matter"),
    ("214", True, PERSON, "服务态度生硬", "服務態度生硬", "Curt manner"),
    ("108", False, PROCESS, "在办事指南之外增加新的审批条件", "在辦事指南之外增加新的審批條件", "Conditions beyond the guide"),
    ("109", False, GUIDE, "需提供办事指南之外的申报材料", "需提供辦事指南之外的申報材料", "Papers beyond the guide"),
    ("110", False, PROCESS, "无理由超过法定办理时间", "無理由超過法定辦理時間", "Over the legal time without reason"),
    ("111", True, GUIDE, "办事指南提供样本有错", "辦事指南提供樣本有錯", "The guide's samples were wrong"),
    ("112", True, PLATFORM, "承诺在线收取申报材料实际无法收取", "承諾線上收取申報材料實際無法收取",
     "Online hand-in promised, not possible"),
    ("113", True, PROCESS, "多头跑窗口和部门", "多頭跑窗口和部門", "Sent from window to window"),
    ("114", True, PROCESS, "跑动次数与承诺的不一致", "跑動次數與承諾的不一致", "More visits than promised"),
    ("115", True, PERSON, "服务态度差效率低", "服務態度差效率低", "Bad manner, slow"),
]  # fmt: skip
# key, simplified, traditional, English, the national code at each level where it says the same
GOOD, SO_SO, POOR = (5, 4), (3,), (2, 1)
PLAIN = [
    (GOOD, "warm", "态度热情", "態度熱情", "Friendly", {5: "517", 4: "413"}),
    (GOOD, "clear", "讲得明白", "講得明白", "Clear explanation", {}),
    (GOOD, "quick", "办得很快", "辦得很快", "Quick", {}),
    (GOOD, "one_go", "一次办好", "一次辦好", "Done in one go", {5: "510", 4: "411"}),
    (GOOD, "proactive", "主动帮忙", "主動幫忙", "Proactive help", {}),
    (GOOD, "easy_place", "环境方便", "環境方便", "Easy to get around", {}),
    (SO_SO, "bit_slow", "等得有点久", "等得有點久", "A bit slow", {}),
    (SO_SO, "not_clear", "讲得不够清楚", "講得不夠清楚", "Not clear enough", {}),
    (SO_SO, "many_steps", "手续有点多", "手續有點多", "Too many steps", {}),
    (SO_SO, "equipment", "设备不好用", "設備不好用", "Equipment trouble", {}),
    (SO_SO, "manner_so_so", "态度一般", "態度一般", "Attitude so-so", {3: "314"}),
    (SO_SO, "all_right", "都还可以", "都還可以", "It was all right", {}),
    (POOR, "too_long", "等得太久", "等得太久", "Waited too long", {}),
    (POOR, "manner", "态度不好", "態度不好", "Poor attitude", {2: "214", 1: "115"}),
    (POOR, "not_told", "没一次说清", "沒一次說清", "Not told everything", {}),
    (POOR, "many_trips", "跑了好几趟", "跑了好幾趟", "Too many trips", {1: "114"}),
    (POOR, "not_done", "事情没办成", "事情沒辦成", "Could not get it done", {}),
    (POOR, "other", "其他问题", "其他問題", "Something else", {}),
]


def seed(apps, schema_editor):
    national_reason = apps.get_model("ratings", "NationalReason")
    reason_set = apps.get_model("ratings", "ReasonSet")
    reason = apps.get_model("ratings", "Reason")
    by_code = {}
    national_set = reason_set.objects.create(code="national-2020", name="国家好差评指标（2020）")
    plain_set = reason_set.objects.create(code="plain-1", name="大白话（第 1 版）")
    for code, extended, scope, text, _traditional, _english in NATIONAL:
        by_code[code] = national_reason.objects.create(
            version=VERSION,
            code=code,
            level=int(code[0]),
            scope=scope,
            is_extended=extended,
            text=text,
        )
    places = {}
    for code, _extended, _scope, text, traditional, english in NATIONAL:
        level = int(code[0])
        places[level] = places.get(level, 0) + 1
        reason.objects.create(
            reason_set=national_set, code=code, level=level, position=places[level], national=by_code[code],
            text_zh_hans=text, text_zh_hant=traditional, text_en=english,
        )  # fmt: skip
    places = {}
    for levels, key, text, traditional, english, codes in PLAIN:
        for level in levels:
            places[level] = places.get(level, 0) + 1
            reason.objects.create(
                reason_set=plain_set, code=f"plain-1.{level}.{key}", level=level, position=places[level],
                national=by_code.get(codes.get(level)), text_zh_hans=text, text_zh_hant=traditional, text_en=english,
            )  # fmt: skip


def unseed(apps, schema_editor):
    for name in ("HallReasonSet", "Reason", "ReasonSet", "NationalReason"):
        apps.get_model("ratings", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("ratings", "0002_duties_cannot_overlap")]
    operations = [migrations.RunPython(seed, unseed)]
