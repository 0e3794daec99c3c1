"""The pages of the loop: who verifies, decides and signs where; and what the person rated reads, and never reads."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.appealing import lodge_appeal
from complaints.models import Appeal, AppealDecision, Verification
from complaints.opening import sweep_bad_ratings
from complaints.verifying import verify_rating
from ratings.models import Rating, RatingExclusion
from tests.factories import (
    HallFactory,
    PetitionerFactory,
    RatingFactory,
    StaffFactory,
    UserFactory,
    WindowFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MINE = "/admin/complaints/verification/mine/"
VERIFY = "/admin/complaints/verification/add/"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def rated(hall):
    staff = StaffFactory(hall=hall)
    staff.user = UserFactory(username="rated", hall=hall, role="rated person")
    staff.save()
    return staff


@pytest.fixture
def bad(hall, rated, now):
    rated_at = now - timedelta(days=2)
    RatingFactory(window=WindowFactory(hall=hall), staff=rated, level=1, comment="张女士等了两小时", rated_at=rated_at)
    sweep_bad_ratings(at=now)
    ticket = Rating.objects.get().ticket
    PetitionerFactory(ticket=ticket, name_masked="张**")
    return ticket


@pytest.fixture
def found(bad, officer, now):
    return verify_rating(
        ticket=bad,
        finding="true",
        words="张女士：等了两小时",
        words_to_rated="等候过长，属实。",
        actor=officer,
        at=now,
    )


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_officer_verifies_on_a_page(client, bad, officer):
    client.force_login(officer)
    page = text(client.get(f"{VERIFY}?ticket={bad.pk}"))
    assert f'<option value="{bad.pk}" selected' in page

    data = {"ticket": bad.pk, "finding": "partly", "words": "看了监控", "words_to_rated": ""}
    refused = client.post(VERIFY, data)
    assert refused.status_code == 400 and not Verification.objects.exists()
    assert client.post(VERIFY, data | {"words_to_rated": "部分属实"}).status_code == 302

    row = Verification.objects.get()
    assert (row.finding, row.actor) == ("partly", officer)
    assert f'<option value="{bad.pk}"' not in text(client.get(VERIFY))


def test_the_person_rated_and_another_hall_are_not_offered_the_ticket(client, bad, rated):
    rated.user.is_superuser = True
    rated.user.save()
    for user in (rated.user, UserFactory(hall=HallFactory(), role="desk officer")):
        client.force_login(user)
        data = {"ticket": bad.pk, "finding": "malicious", "words": "甲", "words_to_rated": "乙"}
        assert client.post(VERIFY, data).status_code == 400
    client.force_login(UserFactory(role="clerk"))
    assert client.get(VERIFY).status_code == 403
    assert not Verification.objects.exists()


def test_the_person_rated_reads_the_finding_and_never_who_complained(client, found, bad, rated):
    client.force_login(rated.user)

    page = text(client.get(MINE))

    assert "等候过长，属实。" in page and "Very dissatisfied" in page
    minute = f"{timezone.localtime(bad.rating.rated_at):%H:%M}"
    for secret in ("张女士", "张**", "等了两小时", bad.number, str(bad.rating.pk), minute):
        assert secret not in page
    assert "in the morning" in page or "in the afternoon" in page
    for address in ("/admin/complaints/verification/", f"/admin/complaints/ticket/{bad.pk}/change/"):
        assert client.get(address).status_code in (302, 403, 404)
    assert client.get(f"/admin/complaints/verification/{found.pk}/change/").status_code in (302, 403)


def test_the_person_rated_does_not_read_the_finding_even_with_every_right(client, found, rated):
    rated.user.is_superuser = True
    rated.user.save()
    client.force_login(rated.user)

    assert "张女士" not in text(client.get("/admin/complaints/verification/"))
    assert client.get(f"/admin/complaints/verification/{found.pk}/change/").status_code == 302


def test_findings_about_others_are_not_read(client, found, hall):
    other = StaffFactory(hall=hall)
    other.user = UserFactory(hall=hall, role="rated person")
    other.save()
    client.force_login(other.user)

    assert "属实" not in text(client.get(MINE))
    assert client.post(f"{MINE}{found.pk}/appeal/", {"grounds": "不服"}).status_code == 404
    client.force_login(UserFactory(hall=hall, role="desk officer"))
    assert client.get(MINE).status_code == 403
    assert not Appeal.objects.exists()


def test_the_person_rated_appeals_and_reads_what_became_of_it(client, found, rated):
    client.force_login(rated.user)
    assert client.post(f"{MINE}{found.pk}/appeal/", {"grounds": " "}).status_code == 400
    assert client.post(f"{MINE}{found.pk}/appeal/", {"grounds": "当天系统故障"}).status_code == 302
    assert client.get(f"{MINE}{found.pk}/appeal/").status_code == 302  # once

    assert "A reviewer who had nothing to do with it decides" in text(client.get(MINE))
    auditor = UserFactory(role="auditor")
    client.force_login(auditor)
    decide = f"/admin/complaints/appeal/{Appeal.objects.get().pk}/decide/"
    assert client.post(decide, {"upheld": "upheld", "finding": "", "words": "对"}).status_code == 400
    upheld = {"upheld": "upheld", "finding": "mistaken", "words": "系统日志证实。"}
    assert client.post(decide, upheld).status_code == 302

    client.force_login(rated.user)
    page = text(client.get(MINE))
    assert "Your appeal was upheld." in page and "系统日志证实。" in page
    assert AppealDecision.objects.get().actor == auditor


def test_an_auditor_signs_the_exclusion_that_a_finding_proposes(client, bad, officer, now):
    found = verify_rating(
        ticket=bad, finding="malicious", words="同一人刷评", words_to_rated="恶意", actor=officer, at=now
    )
    sign = f"/admin/complaints/verification/{found.pk}/sign/"
    client.force_login(officer)
    assert client.post(sign, {"reason": "恶意"}).status_code in (302, 403)
    assert not RatingExclusion.objects.exists()

    client.force_login(UserFactory(role="auditor"))
    assert "malicious" in text(client.get("/admin/complaints/verification/?exclusion=proposed"))
    assert client.post(sign, {"reason": "恶意刷评"}).status_code == 302

    assert RatingExclusion.objects.get().reason == "恶意刷评"
    assert sign not in text(client.get(f"/admin/complaints/verification/{found.pk}/change/"))


def test_the_handler_of_the_ticket_may_not_decide_on_the_page_either(client, found, rated, hall, now):
    lodged = lodge_appeal(verification=found, grounds="不服", actor=rated.user, at=now)
    client.force_login(UserFactory(hall=hall, role="hall manager"))

    answer = client.post(f"/admin/complaints/appeal/{lodged.pk}/decide/", {"upheld": "dismissed", "words": "维持"})

    assert answer.status_code in (302, 403) and not AppealDecision.objects.exists()


def test_the_lists_ask_a_constant_number_of_queries(client, hall, officer, now, django_assert_max_num_queries):
    window = WindowFactory(hall=hall)
    for _each in range(5):
        RatingFactory(window=window, level=1)
    sweep_bad_ratings(at=now)
    for rating in Rating.objects.all():
        verify_rating(ticket=rating.ticket, finding="true", words="甲", actor=officer, at=now)
    client.force_login(officer)

    with django_assert_max_num_queries(20):
        text(client.get("/admin/complaints/verification/"))


def test_the_start_page_leads_the_person_rated_to_their_findings(client, rated, officer):
    for user, leads in ((rated.user, True), (officer, False)):
        client.force_login(user)
        page = text(client.get("/admin/"))
        assert (MINE in page) == leads
        assert "You do not have the right to see anything" not in page
