"""The plainest valid row of each kind; a test names only what matters to it."""

import uuid
from datetime import datetime, timedelta

import factory
from django.contrib.auth.models import Group

from complaints.models import CallBack, CannedAnswer, Petitioner, Ticket, TimeLimit, Unit
from complaints.workflow import Mark, Solved
from feedback_site.models import Hall, ServiceItem, StaffMember, User, Window
from ratings.integrity import Rule
from ratings.models import Duty, Rating, RatingExclusion, RatingFlag, ServiceToken, Tablet, Visit
from ratings.scale import Level
from ratings.secrets import digest

# Wednesday of 2026-W47 in Shanghai, mid-morning: a moment that can be said aloud.
WEDNESDAY = datetime.fromisoformat("2026-11-18T10:00:00+08:00")
ENROLLED = WEDNESDAY - timedelta(days=400)
PASSWORD = "a-long-pass-phrase"


class HallFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Hall

    code = factory.Sequence(lambda n: f"H{n}")
    name = factory.LazyAttribute(lambda hall: f"{hall.code} 政务服务中心")


class WindowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Window

    hall = factory.SubFactory(HallFactory)
    number = factory.Sequence(lambda n: str(n + 1))
    name = "不动产登记"


class StaffFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StaffMember

    hall = factory.SubFactory(HallFactory)
    staff_no = factory.Sequence(lambda n: f"X{1000 + n}")
    name = "张红梅"


class ItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ServiceItem

    hall = factory.SubFactory(HallFactory)
    code = factory.Sequence(lambda n: f"T{n}")
    name = "存量房转移登记"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    is_staff = True

    @factory.post_generation
    def role(self, create, name, **kwargs):
        """`UserFactory(role="hall manager")` puts the user into that group."""
        if create and name:
            self.groups.add(Group.objects.get(name=name))


class TabletFactory(factory.django.DjangoModelFactory):
    """Its token is `token-<id>` unless `token` is given."""

    class Meta:
        model = Tablet

    class Params:
        token = factory.Sequence(lambda n: f"token-{n}")

    window = factory.SubFactory(WindowFactory)
    hall = factory.SelfAttribute("window.hall")
    token_hash = factory.LazyAttribute(lambda tablet: digest(tablet.token))
    enrolled_at = ENROLLED


class ServiceTokenFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ServiceToken

    class Params:
        token = factory.Sequence(lambda n: f"service-{n}")

    name = "queue system"
    hall = factory.SubFactory(HallFactory)
    token_hash = factory.LazyAttribute(lambda row: digest(row.token))
    created_at = ENROLLED


class DutyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Duty

    window = factory.SubFactory(WindowFactory)
    staff = factory.SubFactory(StaffFactory, hall=factory.SelfAttribute("..window.hall"))
    starts_at = WEDNESDAY - timedelta(hours=1)
    ends_at = WEDNESDAY + timedelta(hours=7)


class VisitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Visit

    window = factory.SubFactory(WindowFactory)
    hall = factory.SelfAttribute("window.hall")
    case_no = factory.Sequence(lambda n: f"YX2026{n:06}")
    called_at = WEDNESDAY - timedelta(minutes=20)
    changed_at = WEDNESDAY


class RatingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Rating

    id = factory.LazyFunction(uuid.uuid4)
    window = factory.SubFactory(WindowFactory)
    hall = factory.SelfAttribute("window.hall")
    level = Level.VERY_SATISFIED
    rated_at = WEDNESDAY
    received_at = factory.SelfAttribute("rated_at")
    changed_at = factory.SelfAttribute("received_at")


class ExclusionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RatingExclusion

    rating = factory.SubFactory(RatingFactory)
    reason = "Tapped by a child, seen on the spot."
    decided_by = factory.SubFactory(UserFactory)
    decided_at = WEDNESDAY


class FlagFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RatingFlag

    rating = factory.SubFactory(RatingFactory)
    rule = Rule.TOO_QUICK
    values = factory.LazyFunction(lambda: {"seconds": 1.2})
    raised_at = factory.SelfAttribute("rating.received_at")


class TicketFactory(factory.django.DjangoModelFactory):
    """Brought to the desk on Wednesday; answer promised for the end of the next Wednesday."""

    class Meta:
        model = Ticket

    hall = factory.SubFactory(HallFactory)
    number = factory.Sequence(lambda n: f"T-2026-{n:06}")
    channel = Ticket.Channel.DESK
    title = "跑了三趟，还差一张证明"
    received_at = WEDNESDAY
    registered_at = factory.SelfAttribute("received_at")
    contact_due_at = factory.LazyAttribute(lambda ticket: ticket.received_at + timedelta(hours=38))
    due_at = factory.LazyAttribute(lambda ticket: ticket.received_at + timedelta(days=7, hours=14))
    # Statuses whose constraints ask for more say so: `paused_at`, `closed_at`.


class UnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Unit

    hall = factory.SubFactory(HallFactory)
    code = factory.Sequence(lambda n: f"unit-{n}")
    name = factory.Sequence(lambda n: f"第{n}科")


class CannedAnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CannedAnswer

    hall = factory.SubFactory(HallFactory)
    name = factory.Sequence(lambda n: f"常用语{n}")
    text = "您的事项 {number} 我们 {due} 答复，请到 {window}。"


class PetitionerFactory(factory.django.DjangoModelFactory):
    """王女士, who can be called; the boxes are empty: `complaints.petitioners` seals."""

    class Meta:
        model = Petitioner

    ticket = factory.SubFactory(TicketFactory)
    name_masked = "王**"
    phone_masked = "138****8000"
    received_at = factory.SelfAttribute("ticket.received_at")


class CallBackFactory(factory.django.DjangoModelFactory):
    """A valid one: reached, contacted, solved, satisfied."""

    class Meta:
        model = CallBack

    ticket = factory.SubFactory(TicketFactory)
    round = 1
    reached = True
    contacted = True
    solved = Solved.YES
    mark = Mark.SATISFIED
    at = factory.LazyAttribute(lambda row: row.ticket.received_at + timedelta(days=3))


class TimeLimitFactory(factory.django.DjangoModelFactory):
    """A hall's own limit: an answer about a matter within 3 working days."""

    class Meta:
        model = TimeLimit

    hall = factory.SubFactory(HallFactory)
    scope = "matter"
    aim = "answer"
    amount = 3
    measure = "working_days"
    starts_on = WEDNESDAY.date()
    source = "大厅承诺"
