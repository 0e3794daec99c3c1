"""A board as in the mock-up of D1: matters of every channel in every column, on Wednesday 18 November 2026, 10:32."""

from datetime import datetime, timedelta

from complaints.models import Ticket
from complaints.workflow import Status
from tests.complaints.standing import put
from tests.factories import PetitionerFactory, TicketFactory, UserFactory, WindowFactory

NOW = datetime.fromisoformat("2026-11-18T10:32:00+08:00")
HOURS = "1-5 09:00-12:00; 1-5 13:30-17:30"
Channel = Ticket.Channel


def day(text):
    """`11-20 17:30` as a moment of the hall."""
    return datetime.fromisoformat(f"2026-{text.replace(' ', 'T')}:00+08:00")


# number, channel, title, status, received, contact due, answer due, who, phone, in whose hands
MATTERS = (
    (181, Channel.QR, "叫到号没人应，重新排了一次", Status.REGISTERED,
     "11-17 10:00", "11-18 10:00", "11-24 10:00", "", "", ""),
    (184, Channel.QR, "补居住证，一定要回原籍开证明吗", Status.REGISTERED,
     "11-17 12:00", "11-18 12:00", "11-24 12:00", "林**", "137****6021", ""),
    (186, Channel.WEB, "跑了好几趟（3 号窗口）", Status.ACCEPTED,
     "11-18 09:10", "11-19 17:30", "11-25 09:10", "王**", "138****8000", ""),
    (188, Channel.LETTER, "门口坡道扶手松动", Status.REGISTERED,
     "11-18 10:30", "11-19 10:30", "11-25 10:30", "陈**", "", ""),
    (162, Channel.PHONE, "企业地址变更，住所证明要求前后不一", Status.IN_PROGRESS,
     "11-11 09:00", "", "11-18 17:30", "明禾**", "010****5566", "周敏"),
    (149, Channel.DESK, "灵活就业社保断缴，怎样补", Status.IN_PROGRESS,
     "11-16 09:00", "", "11-24 17:30", "刘**", "", "周敏"),
    (144, Channel.QR, "自助机打印的证明少一个章", Status.ESCALATED,
     "11-16 15:00", "", "11-26 17:30", "张**", "136****2210", "何涛"),
    (179, Channel.WEB, "跑了三趟，还差一张婚姻状况证明", Status.IN_PROGRESS,
     "11-17 16:41", "", "11-27 17:30", "王**", "138****8000", "周敏"),
    (139, Channel.DESK, "公积金提取，缺租房备案号", Status.WAITING,
     "11-12 09:00", "", "11-20 17:30", "赵**", "", "何涛"),
    (121, Channel.PHONE, "食品经营许可延期", Status.WAITING,
     "11-09 09:00", "", "11-19 17:30", "阿婆**", "", "周敏"),
    (136, Channel.DESK, "等得太久（老年证窗口）", Status.CALLBACK,
     "11-10 09:00", "", "11-17 17:30", "孙**", "139****0417", "何涛"),
    (131, Channel.PHONE, "夜间受理点地图标错", Status.CALLBACK,
     "11-10 11:00", "", "11-17 17:30", "钱**", "186****5530", "周敏"),
)  # fmt: skip
CALL_BACK_BY = {136: "11-18 15:00", 131: "11-20 00:00"}
PAUSED = {139: "11-16 10:00", 121: "11-13 15:00"}


def like_the_mockup(hall):
    """Fill the hall's desk; returns 周敏 (the officer), whose hall it is."""
    hall.opening_hours = HOURS
    hall.save()
    window = WindowFactory(hall=hall, number="5", name="综合")
    people = {
        name: UserFactory(username=username, last_name=name[0], first_name=name[1:], hall=hall, role="desk officer")
        for name, username in (("周敏", "zhoumin"), ("何涛", "hetao"))
    }
    for number, channel, title, status, received, contact, answer, who, phone, hands in MATTERS:
        ticket = TicketFactory(
            hall=hall,
            number=f"{hall.code}-2026-{number:06}",
            channel=channel,
            title=title,
            received_at=day(received),
            contact_due_at=day(contact or answer),
            due_at=day(answer),
            contacted_at=None if contact else day(received) + timedelta(minutes=20),
            window=window,
            handler=people.get(hands),
        )
        ticket.events.create(move="register", to_status="registered", at=ticket.registered_at, visible_to_citizen=True)
        if who:
            PetitionerFactory(ticket=ticket, name_masked=who, phone_masked=phone)
        more = {}
        if number in CALL_BACK_BY:
            more = {"callback_due_at": day(CALL_BACK_BY[number]), "answered_at": day("11-17 10:00")}
        if number in PAUSED:
            more = {"paused_at": day(PAUSED[number])}
        put(ticket, status, NOW, **more)
    for number in range(100, 104):
        closed = TicketFactory(hall=hall, number=f"{hall.code}-2026-{number:06}", received_at=day("11-12 09:00"))
        put(closed, Status.CLOSED, day("11-17 16:00"))
    return people["周敏"]
