"""The admin of ratings: what is shown and hidden, and what its few buttons do."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from feedback_site.models import StaffMember
from ratings.admin import showing
from ratings.enrolment import InvalidCode, enrol_tablet
from ratings.models import (
    Duty,
    EnrolmentCode,
    HallReasonSet,
    Rating,
    RatingReason,
    RatingVersion,
    Reason,
    ReasonSet,
    ServiceToken,
    Tablet,
)
from ratings.scale import Channel, Level
from tests.factories import (
    WEDNESDAY,
    DutyFactory,
    ExclusionFactory,
    HallFactory,
    RatingFactory,
    ServiceTokenFactory,
    StaffFactory,
    TabletFactory,
    UserFactory,
    VisitFactory,
    WindowFactory,
)

pytestmark = pytest.mark.django_db
LIST = "admin:ratings_rating_changelist"


@pytest.fixture
def window():
    return WindowFactory(number="A3", name="不动产登记")


@pytest.fixture
def manager(client, window):
    """The client of the manager of the window's hall, reading English."""
    return signed_in(client, UserFactory(hall=window.hall, role="hall manager"))


@pytest.fixture
def superuser(client):
    return signed_in(client, UserFactory(is_superuser=True))


def signed_in(client, user):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    client.user = user
    return client


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def button(row, name):
    return change(row).replace("change/", f"{name}/")


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


# --- the list of ratings


def test_the_list_tells_face_word_reasons_and_whether_it_counts(manager, window):
    rating = RatingFactory(window=window, staff=StaffFactory(hall=window.hall, name="李小芳"), level=Level.DISSATISFIED)
    reason = Reason.objects.filter(level=2, reason_set__code="plain-1").first()
    RatingReason.objects.create(rating=rating, reason=reason)
    shown = text(manager.get(reverse(LIST)))
    for part in ("2026-11-18 10:00", "李小芳", "Dissatisfied", "#8FB9DE", reason.text_en, "counted"):
        assert part in shown


def test_a_comment_is_masked_and_cut_in_the_list_and_masked_on_its_page(manager, window):
    rating = RatingFactory(window=window, comment="请打 13800138000 告诉我" + "好" * 60 + "尾")
    listed, told = text(manager.get(reverse(LIST))), text(manager.get(change(rating)))
    assert "13800138000" not in listed + told
    assert "*********00" in listed
    assert "尾" not in listed
    assert "尾" in told


def test_markup_in_a_comment_is_shown_and_not_run(manager, window):
    rating = RatingFactory(window=window, comment="<script>alert(1)</script>")
    for address in (reverse(LIST), change(rating)):
        assert "<script>alert" not in text(manager.get(address))


def test_what_was_kept_aside_is_named_and_never_shown(manager, window):
    rating = RatingFactory(window=window, flags={"comment_as_sent": "13800138000", "clock": "ahead", "new_flag": 1})
    told = text(manager.get(change(rating)))
    assert "clock in doubt" in told
    assert "new_flag" in told
    assert "13800138000" not in told


@pytest.mark.parametrize(
    "fields, words",
    [
        ({}, "counted"),
        ({"is_default": True}, "default, not counted"),
        ({"ordinal": 2}, "follow-up, not counted"),
    ],
)
def test_a_rating_says_whether_it_counts(window, fields, words):
    rating = RatingFactory(window=window, **fields)
    with translation.override("en"):
        assert showing.counting(rating)[1] == words


@pytest.mark.parametrize(
    "query, expected",
    [
        ("counting=counted", {"plain", "paper", "bad"}),
        ("counting=excluded", {"excluded"}),
        ("counting=default", {"default"}),
        ("counting=follow-up", {"follow-up"}),
        ("level__exact=1", {"bad"}),
        ("channel__exact=paper", {"paper"}),
        ("rated_at_from=2026-11-19", {"bad"}),
        ("rated_at_to=2026-11-18", {"plain", "paper", "excluded", "default", "follow-up"}),
        ("rated_at_from=2026-11-18&rated_at_to=2026-11-18", {"plain", "paper", "excluded", "default", "follow-up"}),
    ],
)
def test_filters_narrow_the_list(manager, window, query, expected):
    for name, fields in {
        "plain": {},
        "paper": {"channel": Channel.PAPER},
        "excluded": {},
        "default": {"is_default": True},
        "follow-up": {"ordinal": 2},
        "bad": {"level": 1, "rated_at": WEDNESDAY + timedelta(hours=14)},  # midnight in Shanghai
    }.items():
        rating = RatingFactory(window=window, comment=f"«{name}»", **fields)
        if name == "excluded":
            ExclusionFactory(rating=rating)
    shown = text(manager.get(f"{reverse(LIST)}?{query}"))
    assert {
        name for name in ("plain", "paper", "excluded", "default", "follow-up", "bad") if f"«{name}»" in shown
    } == expected


def test_a_manager_may_filter_by_windows_of_the_own_hall_only(manager, window):
    own, foreign = WindowFactory(hall=window.hall, name="本厅二号"), WindowFactory(name="别厅一号")
    RatingFactory(window=foreign)
    shown = text(manager.get(reverse(LIST)))
    assert own.name in shown
    assert foreign.name not in shown
    assert foreign.hall.name not in shown


# Session, person, permissions (2), halls and windows to choose from, the own hall, count, rows, their reasons (2).
QUERIES_OF_THE_RATING_LIST = 11


def test_the_list_asks_the_same_number_of_questions_at_any_length(manager, window, django_assert_num_queries):
    reason = Reason.objects.first()

    def grow(number):
        for _ in range(number):
            rating = RatingFactory(window=WindowFactory(hall=window.hall), staff=StaffFactory(hall=window.hall))
            RatingReason.objects.create(rating=rating, reason=reason)
            ExclusionFactory(rating=rating)

    grow(2)
    with django_assert_num_queries(QUERIES_OF_THE_RATING_LIST):
        manager.get(reverse(LIST))
    grow(8)
    with django_assert_num_queries(QUERIES_OF_THE_RATING_LIST):
        manager.get(reverse(LIST))


@pytest.mark.parametrize(
    "name, queries", [("visit", 9), ("tablet", 9), ("quarantinedrating", 8), ("duty", 10), ("hallreasonset", 7)]
)
def test_the_other_lists_do_so_too(manager, window, django_assert_num_queries, name, queries):
    def grow():
        seat = WindowFactory(hall=window.hall)
        VisitFactory(window=seat, staff=StaffFactory(hall=window.hall))
        DutyFactory(window=seat)
        tablet = TabletFactory(window=seat)
        tablet.quarantined.create(hall=seat.hall, code="x", raw="{}", raw_hash=str(tablet.pk), received_at=WEDNESDAY)

    grow()
    grow()
    address = reverse(f"admin:ratings_{name}_changelist")
    with django_assert_num_queries(queries):
        manager.get(address)
    grow()
    grow()
    with django_assert_num_queries(queries):
        manager.get(address)


def test_nobody_sorts_a_million_ratings_by_a_column_without_index(superuser, django_assert_max_num_queries):
    RatingFactory.create_batch(2)
    with django_assert_max_num_queries(20) as asked:
        superuser.get(f"{reverse(LIST)}?o=-4.2")
    [rows] = [query["sql"] for query in asked if '"ratings_rating"."comment"' in query["sql"]]
    order = rows.split("ORDER BY")[1].split("LIMIT")[0].replace('"ratings_rating".', "").replace('"', "")
    assert order.split(",")[0].strip() == "rated_at DESC"
    assert order.split(",")[1].strip() == "id DESC"


# --- the page of a rating


def test_the_page_of_a_rating_tells_everything_and_changes_nothing(manager, window):
    rating = RatingFactory(
        window=window, level=2, tablet=TabletFactory(window=window), visit=VisitFactory(window=window)
    )
    national = Reason.objects.exclude(national=None).first()
    for reason in (national, Reason.objects.filter(national=None).first()):
        RatingReason.objects.create(rating=rating, reason=reason)
    RatingVersion.objects.create(rating=rating, level=5, content_hash="", replaced_at=WEDNESDAY)
    ExclusionFactory(rating=rating, reason="Seen on the spot.")
    told = text(manager.get(change(rating)))
    for part in (national.national.code, "no national code", "until 2026-11-18 10:00", "Seen on the spot.", "hcp-2019"):
        assert part in told
    assert 'name="_save"' not in told
    assert manager.post(change(rating), {"level": 5, "_save": "1"}).status_code == 403
    assert Rating.objects.get(pk=rating.pk).level == 2


# --- excluding


def test_an_exclusion_is_signed_with_its_reason(superuser, window):
    rating = RatingFactory(window=window)
    assert "Exclude…" in text(superuser.get(change(rating)))
    assert "Exclude this rating" in text(superuser.get(button(rating, "exclude")))
    answer = superuser.post(button(rating, "exclude"), {"reason": "Tapped by a child."})
    assert answer["Location"] == change(rating)
    rating = Rating.objects.get(pk=rating.pk)
    assert (rating.exclusion.reason, rating.exclusion.decided_by) == ("Tapped by a child.", superuser.user)
    assert "Exclude…" not in text(superuser.get(change(rating)))


@pytest.mark.parametrize("reason", ["", "   ", "a" * 2_001, "\x00"])
def test_an_exclusion_without_a_reason_is_not_signed(superuser, window, reason):
    rating = RatingFactory(window=window)
    assert 'role="alert"' in text(superuser.post(button(rating, "exclude"), {"reason": reason}))
    assert not hasattr(Rating.objects.get(pk=rating.pk), "exclusion")


def test_the_second_of_two_reviewers_is_told_that_somebody_was_first(superuser, window):
    rating = ExclusionFactory(rating__window=window).rating
    assert "excluded already" in text(superuser.post(button(rating, "exclude"), {"reason": "Me too."}))


def test_whoever_lacks_the_right_excludes_nothing(manager, window):
    rating = RatingFactory(window=window)
    assert "Exclude…" not in text(manager.get(change(rating)))
    assert manager.post(button(rating, "exclude"), {"reason": "Bad for us."}).status_code == 403
    assert not hasattr(Rating.objects.get(pk=rating.pk), "exclusion")


# --- tablets and tokens


def test_a_tablet_is_revoked_after_asking(manager, window):
    tablet = TabletFactory(window=window)
    assert "Revoke this tablet" in text(manager.get(button(tablet, "revoke")))
    assert Tablet.objects.get(pk=tablet.pk).revoked_at is None
    assert manager.post(button(tablet, "revoke"))["Location"] == change(tablet)
    revoked_at = Tablet.objects.get(pk=tablet.pk).revoked_at
    assert revoked_at is not None
    assert "Revoke…" not in text(manager.get(change(tablet)))
    manager.post(button(tablet, "revoke"))
    assert Tablet.objects.get(pk=tablet.pk).revoked_at == revoked_at


def test_a_tablet_shows_facts_and_no_secret(manager, window):
    tablet = TabletFactory(window=window, gaps=[[3, 5], [9, 9]], queued=7, app_version="0.1.0")
    told = text(manager.get(change(tablet)))
    assert tablet.token_hash not in told
    for part in (">4<", ">7<", "0.1.0"):
        assert part in re_spaced(told)


def re_spaced(html):
    return "".join(html.split())


@pytest.mark.parametrize("role, status", [("auditor", 403), ("desk officer", 403), ("clerk", 403)])
def test_who_may_not_change_tablets_revokes_none(client, window, role, status):
    signed_in(client, UserFactory(hall=window.hall, role=role))
    tablet = TabletFactory(window=window)
    assert client.post(button(tablet, "revoke")).status_code == status
    assert Tablet.objects.get(pk=tablet.pk).revoked_at is None


def test_a_tablet_of_another_hall_cannot_be_revoked(manager):
    tablet = TabletFactory()
    assert manager.post(button(tablet, "revoke")).status_code == 404
    assert Tablet.objects.get(pk=tablet.pk).revoked_at is None


def test_a_service_token_is_revoked_by_who_may(superuser):
    token = ServiceTokenFactory()
    assert token.token_hash not in text(superuser.get(change(token)))
    superuser.post(button(token, "revoke"))
    assert ServiceToken.objects.get(pk=token.pk).revoked_at is not None


# --- enrolment codes


def test_a_code_is_shown_once_and_works_once(manager, window):
    assert "Enrolment code…" in text(manager.get(change(window)))
    assert EnrolmentCode.objects.count() == 0
    text(manager.get(button(window, "enrolment-code")))
    assert EnrolmentCode.objects.count() == 0
    answer = manager.post(button(window, "enrolment-code"))
    code = answer.context["code"]
    assert code in text(answer)
    assert "no-store" in answer["Cache-Control"]
    made = EnrolmentCode.objects.get()
    assert (made.window, made.created_by) == (window, manager.user)
    assert code not in text(manager.get(change(made)))
    at = made.created_at + timedelta(minutes=9)
    assert enrol_tablet(code=code, network="127.0.0.1", at=at).tablet.window == window
    with pytest.raises(InvalidCode):
        enrol_tablet(code=code, network="127.0.0.1", at=at)


@pytest.mark.parametrize("role", ["auditor", "desk officer", "clerk"])
def test_who_may_not_enrol_gets_no_code(client, window, role):
    signed_in(client, UserFactory(hall=window.hall, role=role))
    assert "Enrolment code…" not in text(client.get(change(window)))
    assert client.post(button(window, "enrolment-code")).status_code == 403
    assert EnrolmentCode.objects.count() == 0


def test_there_is_no_code_for_a_window_of_another_hall_or_one_out_of_use(manager, window):
    closed = WindowFactory(hall=window.hall, is_active=False)
    assert manager.post(button(WindowFactory(), "enrolment-code")).status_code == 404
    assert manager.post(button(closed, "enrolment-code")).status_code == 403
    assert EnrolmentCode.objects.count() == 0


# --- duties


def duty_form(window, staff, begins="09:00", ends="12:00"):
    return {
        "window": window.pk,
        "staff": staff.pk,
        "starts_at_0": "2026-11-20",
        "starts_at_1": begins,
        "ends_at_0": "2026-11-20" if ends else "",
        "ends_at_1": ends,
    }


def add_duty(client, *args, **kwargs):
    return client.post(reverse("admin:ratings_duty_add"), duty_form(*args, **kwargs))


def test_a_duty_is_put_down_with_its_history(manager, window):
    staff = StaffFactory(hall=window.hall)
    assert add_duty(manager, window, staff).status_code == 302
    duty = Duty.objects.get()
    assert duty.starts_at == WEDNESDAY + timedelta(days=1, hours=23)
    assert duty.history.get().history_user == manager.user


def test_an_overlap_is_a_sentence(manager, window):
    staff, other = StaffFactory(hall=window.hall), StaffFactory(hall=window.hall)
    add_duty(manager, window, staff)
    seat_taken = text(add_duty(manager, window, other, begins="11:59", ends=""))
    person_taken = text(add_duty(manager, WindowFactory(hall=window.hall), staff, begins="08:00", ends="09:01"))
    assert "Somebody else is on duty at this window in that time." in seat_taken
    assert "This person is already on duty in that time." in person_taken
    assert "A duty ends after it starts." in text(add_duty(manager, window, other, begins="14:00", ends="13:00"))
    assert Duty.objects.count() == 1


def test_who_loses_a_race_for_a_seat_gets_the_same_sentence(manager, window, monkeypatch):
    staff, other = StaffFactory(hall=window.hall), StaffFactory(hall=window.hall)
    add_duty(manager, window, staff)
    monkeypatch.setattr(Duty, "clean", lambda duty: None)  # as if the other had not been stored yet
    answer = manager.post(reverse("admin:ratings_duty_add"), duty_form(window, other), follow=True)
    assert "already taken in that time" in text(answer)
    assert Duty.objects.count() == 1


def test_people_and_windows_of_other_halls_can_neither_be_chosen_nor_sent(manager, window):
    foreign = StaffFactory(name="别厅的人")
    assert foreign.name not in text(manager.get(reverse("admin:ratings_duty_add")))
    text(add_duty(manager, window, foreign))
    text(add_duty(manager, WindowFactory(), StaffFactory(hall=window.hall)))
    assert Duty.objects.count() == 0


def test_a_duty_across_halls_is_refused_to_a_superuser_too(superuser, window):
    assert "different halls" in text(add_duty(superuser, window, StaffFactory()))


# --- reason sets


def test_a_manager_chooses_the_set_and_sees_each_words_national_code(manager, window):
    choice = HallReasonSet.objects.create(hall=window.hall, reason_set=ReasonSet.objects.get(code="plain-1"))
    told = text(manager.get(change(choice)))
    assert "no national code" in told
    for reason in Reason.objects.filter(reason_set=choice.reason_set).select_related("national"):
        assert reason.text_en in told.replace("&#x27;", "'")
        assert reason.national is None or reason.national.code in told
    other = ReasonSet.objects.exclude(code="plain-1").first()
    assert manager.post(change(choice), {"reason_set": other.pk}).status_code == 302
    assert HallReasonSet.objects.get().reason_set == other


def test_the_hall_of_a_choice_cannot_be_changed(manager, window):
    choice = HallReasonSet.objects.create(hall=window.hall, reason_set=ReasonSet.objects.first())
    manager.post(change(choice), {"reason_set": choice.reason_set_id, "hall": HallFactory().pk})
    assert HallReasonSet.objects.get().hall == window.hall


@pytest.mark.parametrize("name", ["reasonset", "reason", "nationalreason"])
def test_the_dictionary_is_read_and_never_changed(superuser, name):
    rows = reverse(f"admin:ratings_{name}_changelist")
    row = {"reasonset": ReasonSet, "reason": Reason}.get(name, Reason._meta.get_field("national").related_model)
    row = row.objects.first()
    assert str(row)[:2] in text(superuser.get(rows)) + text(superuser.get(change(row)))
    assert superuser.post(change(row), {"code": "x"}).status_code == 403
    assert superuser.get(f"{rows}add/").status_code == 403


def test_a_person_who_left_keeps_the_ratings(manager, window):
    staff = StaffFactory(hall=window.hall, name="旧人")
    RatingFactory(window=window, staff=staff)
    StaffMember.objects.update(is_active=False)
    assert "旧人" in text(manager.get(reverse(LIST)))
