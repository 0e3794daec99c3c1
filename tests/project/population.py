"""Two halls, A and B, with one object of every kind each, every one carrying its hall's mark in what people read."""

from datetime import timedelta

from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client

from complaints.models import Appeal, AppealDecision, PetitionerDisclosure, TicketEvent, Verification
from complaints.petitioners import keep_petitioner
from feedback_site.models import CalendarYear, Hall
from ratings import models as ratings
from ratings.sealing import Purpose, box_bytes
from reports.models import SUMS, WeekBuild, WeeklySummary
from tests import factories
from tests.factories import WEDNESDAY
from tests.ratings.entrusted import sealed, server_key

MARKS = {"A": "甲标记", "B": "乙标记"}


class Population:
    """`objects[model][hall]` is the object of a model that belongs to that hall; shared ones stand under both."""

    def __init__(self):
        self.objects = {}
        for code in MARKS:
            self._populate(code)
        shared = {Group: Group.objects.first()}
        for model in (ratings.NationalReason, ratings.ReasonSet, ratings.Reason, CalendarYear):
            shared[model] = model.objects.first()
        shared[CalendarYear].save()  # the migration's rows have no history yet
        for model, row in shared.items():
            self.objects[model] = {"A": row, "B": row}
        self.clients = self._clients()

    def _add(self, code, row):
        self.objects.setdefault(type(row), {})[code] = row
        return row

    def _populate(self, code):
        mark = MARKS[code]
        # Open at any time: whether a tablet is silent must not depend on the hour at which the tests run.
        hall = self._add(code, factories.HallFactory(code=code, name=f"{mark}大厅", opening_hours=""))
        window = self._add(code, factories.WindowFactory(hall=hall, name=f"{mark}窗口"))
        staff = self._add(code, factories.StaffFactory(hall=hall, name=f"{mark}员", staff_no=f"{mark}1"))
        self._add(code, factories.ItemFactory(hall=hall, name=f"{mark}事项"))
        user = self._add(code, factories.UserFactory(hall=hall, username=f"{mark}user"))
        tablet = self._add(code, factories.TabletFactory(window=window, token=f"{code}-token"))
        factories.TabletFactory(window=window, token=f"{code}-revoked", revoked_at=WEDNESDAY)
        self._add(code, factories.DutyFactory(window=window, staff=staff))
        self._add(code, factories.VisitFactory(window=window, staff=staff, case_no=f"{mark}1"))
        rating = self._add(
            code, factories.RatingFactory(window=window, staff=staff, tablet=tablet, level=1, comment=f"{mark}评语")
        )
        self._add(code, factories.ServiceTokenFactory(hall=hall, name=f"{mark}系统", token=f"{code}-service"))
        self._add(
            code,
            ratings.HallReasonSet.objects.create(hall=hall, reason_set=ratings.ReasonSet.objects.get(code="plain-1")),
        )
        self._add(
            code,
            ratings.EnrolmentCode.objects.create(
                window=window, code_hash=code * 64, created_at=WEDNESDAY, expires_at=WEDNESDAY + timedelta(minutes=10)
            ),
        )
        self._add(
            code,
            ratings.QuarantinedRating.objects.create(
                hall=hall, tablet=tablet, code="invalid_level", raw=f'"{mark}"', raw_hash="x", received_at=WEDNESDAY
            ),
        )
        self._add(code, ratings.Disclosure.objects.create(rating=rating, kind="phone", actor=user, at=WEDNESDAY))
        ratings.CallbackRequest.objects.create(
            rating=rating,
            receipt=f"{code}1118-0701-X",
            receipt_key=f"{code}11180701X",
            key_id=server_key().key_id,
            phone_box=sealed(mark.encode(), Purpose.PHONE, rating.pk),
            query_code_hash="",
            received_at=WEDNESDAY,
        )
        ratings.VoiceRemark.objects.create(
            rating=rating,
            key_id=server_key().key_id,
            box=box_bytes(sealed(mark.encode(), Purpose.VOICE, rating.pk)),
            mime="audio/webm",
            duration_ms=1,
            received_at=WEDNESDAY,
        )
        ratings.RatingVersion.objects.create(rating=rating, level=2, content_hash="", replaced_at=WEDNESDAY)
        factories.ExclusionFactory(rating=rating, reason=f"{mark}理由", decided_by=user)
        on_paper = factories.RatingFactory(window=window, channel="paper", rated_at=WEDNESDAY - timedelta(days=1))
        self._add(
            code,
            ratings.PaperForm.objects.create(
                rating=on_paper,
                hall=hall,
                form_no=f"{mark}1",
                day=WEDNESDAY.date(),
                typed_by=user,
                typed_at=WEDNESDAY,
            ),
        )
        ticket = self._add(
            code,
            factories.TicketFactory(
                hall=hall,
                number=f"{code}-2026-000001",
                rating=rating,
                channel="rating",
                window=window,
                staff=staff,
                title=f"{mark}标题",
                description=f"{mark}内容",
            ),
        )
        self._add(
            code,
            TicketEvent.objects.create(ticket=ticket, move="register", to_status=ticket.status, at=WEDNESDAY),
        )
        self._add(code, factories.TimeLimitFactory(hall=hall, source=f"{mark}规定"))
        found = self._add(
            code,
            Verification.objects.create(
                ticket=ticket,
                round=1,
                finding="true",
                words=f"{mark}事实",
                words_to_rated="甲",
                actor=user,
                at=WEDNESDAY,
            ),
        )
        lodged = self._add(
            code,
            Appeal.objects.create(
                verification=found,
                grounds=f"{mark}申诉",
                actor=user,
                at=WEDNESDAY,
                due_at=WEDNESDAY + timedelta(days=15),
            ),
        )
        self._add(
            code, AppealDecision.objects.create(appeal=lodged, upheld=False, words="维持", actor=user, at=WEDNESDAY)
        )
        self._add(code, factories.UnitFactory(hall=hall, code=f"unit-{code}", name=f"{mark}科"))
        keep_petitioner(ticket=ticket, at=WEDNESDAY, name=f"{mark}人", phone="13800138000", call_times=f"{mark}时")
        self._add(code, ticket.petitioner)
        self._add(code, factories.CannedAnswerFactory(hall=hall, name=f"{mark}常用语"))
        self._add(code, factories.CallBackFactory(ticket=ticket))
        self._add(
            code,
            PetitionerDisclosure.objects.create(ticket=ticket, kind="phone", actor=user, at=WEDNESDAY),
        )
        self._add(
            code,
            WeeklySummary.objects.create(
                hall=hall,
                staff=staff,
                week_starts_on="2026-11-16",
                revision=1,
                is_current=True,
                built_at=WEDNESDAY,
                data_as_of=WEDNESDAY,
                **dict.fromkeys(SUMS, 12),
            ),
        )

        WeekBuild.objects.create(
            hall=hall, week_starts_on="2026-11-16", built_at=WEDNESDAY, data_as_of=WEDNESDAY, is_final=True
        )

    def _clients(self):
        halls = {code: self.objects[Hall][code] for code in MARKS}
        people = {
            "clerk": factories.UserFactory(hall=halls["A"], role="clerk"),
            "manager A": factories.UserFactory(hall=halls["A"], role="hall manager"),
            "manager B": factories.UserFactory(hall=halls["B"], role="hall manager"),
            "auditor": factories.UserFactory(role="auditor"),
            "superuser": factories.UserFactory(is_superuser=True),
        }
        clients = {
            "anonymous": client(),
            "tablet": client(HTTP_AUTHORIZATION="Tablet A-token"),
            "revoked tablet": client(HTTP_AUTHORIZATION="Tablet A-revoked"),
        }
        for name, user in people.items():
            clients[name] = client()
            clients[name].force_login(user)
        return clients

    def of(self, app_label, model_name):
        """The two objects of a model by its names; a model that nobody populated is an error of this file."""
        return self.objects[apps.get_model(app_label, model_name)]

    def latest_history(self, row):
        """The newest version of a row that keeps history."""
        return row.history.first().pk


def client(**headers):
    """A browser that reports a failure of the server as 500 instead of raising it."""
    return Client(raise_request_exception=False, **headers)
