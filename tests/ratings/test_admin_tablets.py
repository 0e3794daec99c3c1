"""Tablets in the admin: what is wrong with them is seen at the start, and they are replaced and moved by hand."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ratings.enrolment import enrol_tablet
from ratings.models import EnrolmentCode, Tablet
from tests.factories import TabletFactory, UserFactory, WindowFactory
from tests.ratings.admin_pages import button, change, signed_in, text

pytestmark = pytest.mark.django_db
START, TABLETS = reverse("admin:index"), reverse("admin:ratings_tablet_changelist")


def well(window, **facts):
    return TabletFactory(window=window, last_seen_at=timezone.now(), **facts)


def forked(window, **facts):
    return well(window, forked_at=timezone.now(), **facts)


def test_the_start_page_names_the_tablets_that_need_a_look(manager, window):
    bad, good = forked(window, battery=0.1), well(WindowFactory(hall=window.hall))
    told = text(manager.get(START))
    assert "numbers used twice" in told and "battery low" in told
    assert change(bad) in told and change(good) not in told


def test_a_start_page_without_trouble_says_nothing_of_tablets(manager, window):
    well(window)
    assert "Tablets that need a look" not in text(manager.get(START))


def test_tablets_of_other_halls_are_not_named(manager, window):
    foreign = forked(WindowFactory())
    assert change(foreign) not in text(manager.get(START))
    assert change(foreign) not in text(manager.get(TABLETS, {"warning": "any"}))


def test_who_may_not_see_tablets_hears_nothing_of_them(client, window):
    forked(window)
    signed_in(client, UserFactory(hall=window.hall, role="clerk"))
    assert "Tablets that need a look" not in text(client.get(START))


def test_the_start_page_costs_the_same_however_many_tablets_are_in_trouble(manager, window):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            text(manager.get(START))
        return len(captured)

    forked(window)
    few = queries()
    for _tablet in range(20):
        forked(WindowFactory(hall=window.hall))
    assert queries() == few


def test_the_list_is_filtered_by_warning(manager, window):
    bad, worse, good = (
        well(window, battery=0.1),
        forked(WindowFactory(hall=window.hall)),
        well(WindowFactory(hall=window.hall)),
    )
    shown = {
        wanted: [tablet for tablet in (bad, worse, good) if change(tablet) in text(manager.get(TABLETS, asked))]
        for wanted, asked in {"all": {}, "any": {"warning": "any"}, "battery": {"warning": "battery"}}.items()
    }
    assert shown == {"all": [bad, worse, good], "any": [bad, worse], "battery": [bad]}
    assert manager.get(TABLETS, {"warning": "' OR 1=1"}).status_code in (200, 302)


def test_the_page_tells_what_waits_from_what_is_missing(manager, window):
    tablet = well(window, highest_seq=9, gaps=[[3, 5]], reported_seq=12, queued=4)
    told = text(manager.get(change(tablet)))
    assert "ratings missing" in told and "3–5" in told


@pytest.mark.parametrize("verb", ["replace", "move"])
def test_a_code_is_made_after_asking_and_ends_the_tablet_when_it_is_used(manager, window, verb):
    tablet = well(window)
    there = WindowFactory(hall=window.hall)
    text(manager.get(button(tablet, verb)))
    assert not EnrolmentCode.objects.exists()
    answer = manager.post(button(tablet, verb), {"window": there.pk})
    told = text(answer)
    assert answer.context["code"] in told and "<svg" in told and "data:" not in told.split("qc-enrol-picture")[1][:80]
    assert "no-store" in answer["Cache-Control"]
    assert Tablet.objects.get().revoked_at is None
    new = enrol_tablet(code=answer.context["code"], network="127.0.0.1", at=timezone.now()).tablet
    assert new.window == (there if verb == "move" else window)
    assert Tablet.objects.enrolled().get() == new and new.predecessor == tablet


def test_a_tablet_moves_to_no_window_of_another_hall_nor_out_of_use_nor_its_own(manager, window):
    tablet = well(window)
    closed = WindowFactory(hall=window.hall, is_active=False)
    for window_ in (WindowFactory(), closed, window):
        text(manager.post(button(tablet, "move"), {"window": window_.pk}))
    assert manager.post(button(tablet, "move"), {"window": "x"}).status_code == 200
    assert not EnrolmentCode.objects.exists()


@pytest.mark.parametrize("verb", ["replace", "move"])
@pytest.mark.parametrize("role", ["auditor", "desk officer", "clerk"])
def test_who_may_not_enrol_replaces_and_moves_nothing(client, window, verb, role):
    signed_in(client, UserFactory(hall=window.hall, role=role))
    tablet = well(window)
    assert client.post(button(tablet, verb), {"window": WindowFactory(hall=window.hall).pk}).status_code == 403
    assert not EnrolmentCode.objects.exists()


@pytest.mark.parametrize("verb", ["replace", "move"])
def test_neither_a_tablet_of_another_hall_nor_one_out_of_use(manager, window, verb):
    assert manager.post(button(TabletFactory(), verb)).status_code == 404
    ended = well(window, revoked_at=timezone.now())
    assert manager.post(button(ended, verb)).status_code == 403
    assert not EnrolmentCode.objects.exists()


def test_a_tablet_that_only_finishes_can_still_be_revoked(manager, window):
    tablet = well(window, revoked_at=timezone.now(), drains_until=timezone.now() + timedelta(days=1))
    told = text(manager.get(change(tablet)))
    assert "Revoke…" in told and "Move…" not in told
    manager.post(button(tablet, "revoke"))
    assert Tablet.objects.get().drains_until is None
