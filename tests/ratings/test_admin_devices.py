"""The admin's buttons and forms: tablets, enrolment codes, duties and reason sets."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ratings.enrolment import InvalidCode, enrol_tablet
from ratings.models import (
    Duty,
    EnrolmentCode,
    HallReasonSet,
    Reason,
    ReasonSet,
    ServiceToken,
    Tablet,
)
from tests.factories import (
    WEDNESDAY,
    HallFactory,
    ServiceTokenFactory,
    StaffFactory,
    TabletFactory,
    UserFactory,
    WindowFactory,
)
from tests.ratings.admin_pages import button, change, signed_in, text

pytestmark = pytest.mark.django_db


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
