"""A paper form becomes one rating of the channel paper, typed by somebody whose name stays."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from feedback_site.errors import DomainError
from ratings import paper
from ratings.models import PaperForm, Rating, Reason
from ratings.paper import TypedBefore, new_form_no, read_form_no, type_paper_form
from ratings.scale import Channel, Level
from tests.factories import WEDNESDAY, DutyFactory, StaffFactory, UserFactory, VisitFactory, WindowFactory
from tests.ratings.admin_pages import signed_in, text

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TYPE, BLANK, LIST = (reverse(f"admin:ratings_paperform_{name}") for name in ("type_form", "blank_forms", "changelist"))


@pytest.fixture
def clerk(window):
    return UserFactory(hall=window.hall, role="clerk", username="王录入")


def typed(window, clerk, **changes):
    told = {
        "window": window, "form_no": "A-1", "day": date(2026, 11, 17), "time_of_day": None, "level": 5, "reasons": [],
        "comment": "", "actor": clerk, "at": WEDNESDAY,
    }  # fmt: skip
    return type_paper_form(**{**told, **changes})


def refusal(window, clerk, **changes):
    with pytest.raises(DomainError) as caught:
        typed(window, clerk, **changes)
    assert not Rating.objects.exists() or isinstance(caught.value, TypedBefore)
    return caught.value


# --- what it becomes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", Level.values)
def test_every_face_becomes_a_rating_of_the_channel_paper_and_never_the_tablets(window, clerk, level):
    reason = Reason.objects.filter(reason_set__code="plain-1", level=level).first()
    form = typed(window, clerk, level=level, reasons=[reason.code], comment="谢谢")
    rating = Rating.objects.get()
    assert (rating.level, rating.channel, rating.tablet, rating.seq) == (level, Channel.PAPER, None, None)
    assert (rating.comment, rating.reason_links.get().reason, rating.flags) == ("谢谢", reason, {})
    assert rating.rated_at.isoformat() == "2026-11-17T04:00:00+00:00"  # midday of the day in Shanghai
    assert (rating.received_at, rating.tablet_rated_at, rating.sent_at) == (WEDNESDAY, None, None)
    assert (form.typed_by, form.typed_at, form.day) == (clerk, WEDNESDAY, date(2026, 11, 17))
    assert Rating.objects.counted().count() == 1


def test_with_a_time_it_belongs_to_whoever_was_on_duty_then(window, clerk):
    morning = DutyFactory(window=window, starts_at=WEDNESDAY - 2 * HOUR, ends_at=WEDNESDAY - HOUR)
    DutyFactory(window=window, starts_at=WEDNESDAY - HOUR, ends_at=WEDNESDAY + HOUR)
    typed(window, clerk, day=date(2026, 11, 18), time_of_day=time(8, 30))
    rating = Rating.objects.get()
    assert (rating.staff, rating.rated_at) == (morning.staff, WEDNESDAY - 1.5 * HOUR)


def test_without_a_time_it_belongs_to_the_person_who_alone_held_the_window(window, clerk):
    person = StaffFactory(hall=window.hall)
    for start in (-2, 3):  # before and after lunch
        DutyFactory(
            window=window, staff=person, starts_at=WEDNESDAY + start * HOUR, ends_at=WEDNESDAY + (start + 3) * HOUR
        )
    typed(window, clerk, day=date(2026, 11, 18))
    assert Rating.objects.get().staff == person


def test_without_a_time_and_with_two_people_in_the_day_it_belongs_to_nobody(window, clerk):
    DutyFactory(window=window, starts_at=WEDNESDAY - 2 * HOUR, ends_at=WEDNESDAY)
    DutyFactory(window=window, starts_at=WEDNESDAY, ends_at=WEDNESDAY + HOUR)
    typed(window, clerk, day=date(2026, 11, 18))
    assert Rating.objects.get().staff is None
    typed(window, clerk, form_no="A-2")  # a day without any duty
    assert set(Rating.objects.values_list("staff", flat=True)) == {None}


def test_a_form_of_this_morning_is_not_dated_into_the_afternoon(window, clerk):
    typed(window, clerk, day=date(2026, 11, 18))
    assert Rating.objects.get().rated_at == WEDNESDAY


def test_a_form_that_names_a_visit_is_its_rating_or_its_follow_up(window, clerk):
    VisitFactory(window=window, case_no="YX1")
    typed(window, clerk, case_no="YX1")
    typed(window, clerk, form_no="A-2", case_no="YX1")
    typed(window, clerk, form_no="A-3", case_no="YX404")
    assert sorted(Rating.objects.values_list("visit__case_no", "ordinal"), key=str) == [
        ("YX1", 1), ("YX1", 2), (None, 1),
    ]  # fmt: skip


# --- once -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", ["A-1", " a-1 ", "Ａ－１", "a- 1"])
def test_the_same_form_is_not_typed_in_twice(window, clerk, again):
    typed(window, clerk)
    refused = refusal(window, clerk, form_no=again, level=1)
    assert isinstance(refused, TypedBefore) and "王录入" in str(refused.message)
    assert Rating.objects.get().level == 5


def test_of_two_clerks_at_once_one_is_first(window, clerk, monkeypatch):
    """Both looked before the other wrote; the database decides."""
    look = paper._refuse_second
    looks = []

    def late(window, number):
        looks.append(number)
        if len(looks) > 1:
            look(window, number)

    typed(window, clerk)
    monkeypatch.setattr(paper, "_refuse_second", late)
    assert isinstance(refusal(window, clerk, level=1), TypedBefore)
    assert Rating.objects.count() == PaperForm.objects.count() == 1
    assert Rating.objects.get().level == 5


def test_control_without_the_forms_number_in_the_identity_a_form_counts_twice(window, clerk, monkeypatch):
    monkeypatch.setattr(paper.uuid, "uuid5", lambda *_: paper.uuid.uuid4())
    monkeypatch.setattr(paper, "_refuse_second", lambda *_: None)
    monkeypatch.setattr(PaperForm, "save", lambda *_, **__: None)
    typed(window, clerk)
    typed(window, clerk)
    assert Rating.objects.count() == 2


def test_the_database_itself_refuses_a_second_form_of_the_number(window, clerk):
    form = typed(window, clerk)
    other = typed(window, clerk, form_no="A-2")
    other.form_no = form.form_no
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


def test_the_same_number_in_another_hall_is_another_form(window, clerk):
    other = WindowFactory()
    typed(window, clerk)
    typed(other, UserFactory(hall=other.hall, role="clerk"))
    assert Rating.objects.count() == 2


def test_printed_numbers_can_be_typed_in(window):
    for _ in range(20):
        number = new_form_no(window.hall)
        assert read_form_no(number.lower()) == number


# --- what cannot be ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["", " ", "-", "A" * 21, "A;1", "\x00", "<b>", "A--", "😀"])
def test_a_number_that_is_none_is_said_so(window, clerk, number):
    assert refusal(window, clerk, form_no=number).code == "invalid_form_no"


@pytest.mark.parametrize("day", [date(2026, 11, 19), date(2025, 11, 16), date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_that_cannot_be_is_said_so(window, clerk, day):
    assert "day" in refusal(window, clerk, day=day).fields


def test_a_time_that_has_not_come_is_said_so(window, clerk):
    assert "time_of_day" in refusal(window, clerk, day=date(2026, 11, 18), time_of_day=time(10, 1)).fields


def test_who_is_rated_does_not_type_forms_about_himself(window, clerk):
    DutyFactory(window=window, staff__user=clerk, starts_at=WEDNESDAY - 30 * HOUR, ends_at=WEDNESDAY - 20 * HOUR)
    assert refusal(window, clerk).code == "own_form"


@pytest.mark.parametrize("role", ["hall manager", "desk officer", "auditor", "rated person"])
def test_who_is_no_clerk_types_nothing_in(client, window, role):
    person = UserFactory(hall=window.hall, role=role)
    assert refusal(window, person).code == "permission_denied"
    signed_in(client, person)
    assert client.get(TYPE).status_code == 403 and client.get(BLANK).status_code == 403


# --- the pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client, clerk):
    return signed_in(client, clerk)


def posted(at_window, **changes):
    today = WEDNESDAY.date()
    return {"form_no": "A-1", "window": at_window.pk, "day": today.isoformat(), "level": "2", **changes}


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: WEDNESDAY)


def test_a_clerk_types_one_form_after_the_other(desk, window, clerk, now):
    assert "Ticked face" in text(desk.get(TYPE))
    reason = Reason.objects.filter(reason_set__code="plain-1", level=2).first()
    answer = desk.post(TYPE, posted(window, reasons=[reason.code], comment="等了两个小时"))
    assert answer.status_code == 302 and f"window={window.pk}" in answer["Location"]
    page = text(desk.get(answer["Location"]))
    assert "Form A-1 is typed in." in page and "等了两个小时" not in page
    assert (Rating.objects.get().level, PaperForm.objects.get().typed_by) == (2, clerk)
    listed = text(desk.get(LIST))
    assert "A-1" in listed and "等了两个小时" not in listed


def test_a_form_typed_twice_is_said_beside_its_number_and_nothing_typed_is_lost(desk, window, now):
    desk.post(TYPE, posted(window))
    answer = desk.post(TYPE, posted(window, level="1", comment="又来了"))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "was typed in on 2026-11-18" in page and "又来了" in page and 'value="1" checked' in page


@pytest.mark.parametrize("changes", [
    {"level": "6"}, {"level": ""}, {"day": "2026-02-30"}, {"day": "99999-01-01"}, {"window": "999999"}, {"window": "x"},
    {"time_of_day": "25:00"}, {"form_no": "\x00"}, {"reasons": ["nonsense"]}, {"comment": "x" * 2001},
    {"case_no": "x" * 51},
])  # fmt: skip
def test_what_cannot_be_is_asked_again(desk, window, now, changes):
    assert desk.post(TYPE, posted(window, **changes)).status_code == 400
    assert not Rating.objects.exists()


def test_reasons_of_another_face_are_asked_again(desk, window, now):
    other = Reason.objects.filter(reason_set__code="plain-1", level=5).first()
    answer = desk.post(TYPE, posted(window, reasons=[other.code]))
    assert answer.status_code == 400 and "another face" in answer.content.decode()


def test_another_halls_window_cannot_be_chosen(desk, now):
    other = WindowFactory(name="别的大厅")
    assert "别的大厅" not in text(desk.get(TYPE))
    assert desk.post(TYPE, posted(other)).status_code == 400


@pytest.mark.parametrize(("asked", "sheets"), [("", 1), ("?copies=4", 4), ("?copies=0", 1), ("?copies=999999999", 1),
                                               ("?copies=99", 50), ("?copies=x", 1), ("?copies=-1", 1)])  # fmt: skip
def test_blank_forms_have_a_number_each(desk, window, asked, sheets):
    page = text(desk.get(BLANK + asked))
    numbers = {line for line in page.split() if line.startswith(f"<b>{window.hall.code}-")}
    assert page.count('class="sheet form"') == len(numbers) == sheets
    assert page.count("face-svg") == 5 * sheets


def test_a_superuser_without_a_hall_may_look_at_all_pages(superuser, window):
    for address in (TYPE, BLANK, LIST):
        text(superuser.get(address))


def test_the_list_costs_the_same_for_one_form_and_for_twenty(desk, window, clerk, django_assert_max_num_queries):
    for number in range(20):
        typed(window, clerk, form_no=f"A-{number}")
    with django_assert_max_num_queries(12):
        desk.get(LIST)
