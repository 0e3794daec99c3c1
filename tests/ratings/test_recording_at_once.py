"""Many senders at the same moment, on real connections; each protection has a control without it (D20)."""

import threading
import time
from collections import Counter
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from ratings import attribution, recording
from ratings.models import QuarantinedRating, Rating, RatingReason, RatingVersion, Tablet, Visit
from tests.factories import WEDNESDAY, RatingFactory, TabletFactory, VisitFactory
from tests.ratings.sending import item, items, new_id
from tests.ratings.together import PATIENCE_SECONDS, at_once, failures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SENDERS = 8
HANDFUL = 20


def send_as(tablet, batch):
    """One call, as the endpoint makes it: the tablet's row was read a moment ago."""
    return recording.record_ratings(
        tablet=Tablet.objects.get(pk=tablet.pk), items=batch, sent_at=WEDNESDAY, received_at=WEDNESDAY
    )


def verdicts(receipts):
    """How often each id got each verdict."""
    return Counter((result["id"], result["status"]) for receipt in receipts for result in receipt.results)


def test_fifty_ids_sent_by_eight_at_once_are_stored_once_each():
    tablet = TabletFactory()
    batch = items(50, reasons=["517"])
    receipts = at_once(*[partial(send_as, tablet, batch[n:] + batch[:n]) for n in range(SENDERS)])
    assert not failures(receipts)
    assert Rating.objects.count() == RatingReason.objects.count() == 50
    told = verdicts(receipts)
    assert all(told[raw["id"], "created"] == 1 for raw in batch)
    assert all(told[raw["id"], "duplicate"] == SENDERS - 1 for raw in batch)
    assert not QuarantinedRating.objects.exists()
    tablet.refresh_from_db()
    assert (tablet.highest_seq, tablet.gaps) == (50, [])


def test_five_hundred_ids_each_sent_by_eight_at_the_same_instant_are_five_hundred_rows():
    tablet = TabletFactory()
    batch = items(500)
    receipts = in_step(batch, partial(send_as, tablet))
    assert not failures(receipts)
    assert Rating.objects.count() == 500
    told = verdicts(receipts)
    assert [told[raw["id"], "created"] for raw in batch] == [1] * 500
    assert [told[raw["id"], "duplicate"] for raw in batch] == [SENDERS - 1] * 500
    tablet.refresh_from_db()
    assert (tablet.highest_seq, tablet.gaps) == (500, [])


def test_control_the_same_senders_store_more_rows_where_nothing_is_unique():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE careless_rating (id varchar(36) NOT NULL, level smallint NOT NULL)")
    try:
        outcomes = in_step(items(500), look_then_insert_anywhere)
        assert not failures(outcomes)
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(DISTINCT id), COUNT(*) FROM careless_rating")
            different, stored = cursor.fetchone()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE careless_rating")
    assert different == 500
    assert stored > 500


def in_step(batch, send):
    """What `send` gave for each handful of the batch; all senders have the same one at the same moment."""
    together = threading.Barrier(SENDERS)

    def send_each():
        outcomes = []
        for first in range(0, len(batch), HANDFUL):
            together.wait(PATIENCE_SECONDS)
            outcomes.append(send(batch[first : first + HANDFUL]))
        return outcomes

    outcomes = at_once(*[send_each] * SENDERS)
    return failures(outcomes) or [outcome for each in outcomes for outcome in each]


def look_then_insert_anywhere(batch):
    """The same mistake on a table without a unique key, with nothing that holds a sender up in between."""
    for raw in batch:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM careless_rating WHERE id = %s", [raw["id"]])
            if cursor.fetchone() is None:
                cursor.execute("INSERT INTO careless_rating VALUES (%s, %s)", [raw["id"], raw["level"]])


def look_then_insert(seen, tablet, batch):
    """What must never be built: ask which ids are known, then insert the others."""
    known = set(Rating.objects.filter(pk__in=[raw["id"] for raw in batch]).values_list("pk", flat=True))
    seen.wait(PATIENCE_SECONDS)
    with transaction.atomic():
        Rating.objects.bulk_create(
            RatingFactory.build(id=raw["id"], hall=tablet.hall, window=tablet.window, tablet=tablet, rated_at=WEDNESDAY)
            for raw in batch
            if raw["id"] not in map(str, known)
        )


def test_control_the_same_senders_find_out_look_then_insert():
    tablet = TabletFactory()
    seen = threading.Barrier(SENDERS)
    outcomes = at_once(*[partial(look_then_insert, seen, tablet, BATCH) for _ in range(SENDERS)])
    assert [type(error) for error in failures(outcomes)] == [IntegrityError] * (SENDERS - 1)


BATCH = [item(id=new_id(number), seq=number) for number in range(1, 51)]


def test_one_refusal_sent_by_eight_at_once_is_kept_once():
    tablet = TabletFactory()
    batch = [item(level=9, seq=seq) for seq in range(1, 21)]
    receipts = at_once(*[partial(send_as, tablet, batch[n:] + batch[:n]) for n in range(SENDERS)])
    assert not failures(receipts)
    assert QuarantinedRating.objects.count() == 20


def test_control_a_quarantine_that_looks_first_is_found_out():
    tablet = TabletFactory()
    seen = threading.Barrier(SENDERS)

    def look_then_keep():
        kept = QuarantinedRating(
            hall=tablet.hall, tablet=tablet, code="x", raw="{}", raw_hash="h", received_at=WEDNESDAY
        )
        is_new = not QuarantinedRating.objects.filter(raw_hash="h").exists()
        seen.wait(PATIENCE_SECONDS)
        if is_new:
            kept.save()

    outcomes = at_once(*[look_then_keep] * SENDERS)
    assert [type(error) for error in failures(outcomes)] == [IntegrityError] * (SENDERS - 1)


def test_senders_of_one_tablet_lose_no_number():
    tablet = TabletFactory()
    receipts = at_once(*[partial(send_as, tablet, items(10, first=1 + 10 * n)) for n in range(SENDERS)])
    assert not failures(receipts)
    tablet.refresh_from_db()
    assert (tablet.highest_seq, tablet.gaps) == (80, [])
    assert max(receipt.highest_seq for receipt in receipts) == 80


def careless_advance(tablet, wanted, received_at):
    """Read, compute, write, without a lock."""
    seen = Tablet.objects.get(pk=tablet.pk)
    time.sleep(0.05)
    highest, gaps = recording.sequence.received(seen.highest_seq, seen.gaps, wanted)
    Tablet.objects.filter(pk=tablet.pk).update(highest_seq=highest, gaps=gaps)
    return highest, gaps


def test_control_numbers_are_lost_without_the_lock_where_writers_do_not_wait_for_each_other(monkeypatch):
    monkeypatch.setattr(recording, "_advance", careless_advance)
    tablet = TabletFactory()
    at_once(*[partial(send_as, tablet, items(10, first=1 + 10 * n)) for n in range(SENDERS)])
    tablet.refresh_from_db()
    # SQLite has one writer at a time from BEGIN IMMEDIATE on; there that is the protection.
    assert ((tablet.highest_seq, tablet.gaps) == (80, [])) is (connection.vendor == "sqlite")


def test_two_tablets_with_one_visit_give_one_first_rating():
    visit = VisitFactory(case_no="YX1")
    tablets = [TabletFactory(window=visit.window) for _ in range(2)]
    batches = [items(20, visit="YX1") for _ in tablets]
    receipts = at_once(*map(partial, [send_as] * 2, tablets, batches))
    assert not failures(receipts)
    assert sorted(Rating.objects.values_list("ordinal", flat=True)) == list(range(1, 41))
    assert Rating.objects.counted().count() == 1


def careless_visits(hall_id, window_id, wanted, moments):
    """The finder without the lock on the visits."""
    by_case_no = dict(Visit.objects.filter(hall_id=hall_id).values_list("case_no", "pk"))
    so_far = Counter(Rating.objects.filter(visit__in=by_case_no.values()).values_list("visit_id", flat=True))
    time.sleep(0.2)
    return attribution.VisitFinder(by_case_no, [], so_far, set())


def test_control_a_visit_gets_two_first_ratings_without_the_lock(monkeypatch):
    monkeypatch.setattr(recording.attribution, "visits_of", careless_visits)
    visit = VisitFactory(case_no="YX1")
    tablets = [TabletFactory(window=visit.window) for _ in range(2)]
    outcomes = at_once(*[partial(send_as, tablet, [item(visit="YX1")]) for tablet in tablets])
    assert not failures(outcomes)
    # SQLite: see above.
    assert Rating.objects.counted().count() == (1 if connection.vendor == "sqlite" else 2)


def test_two_visits_named_in_opposite_orders_do_not_lock_each_other_out():
    visits = [VisitFactory(case_no=f"YX{number}") for number in range(30)]
    Visit.objects.update(hall=visits[0].hall, window=visits[0].window)
    tablets = [TabletFactory(window=visits[0].window) for _ in range(4)]
    batch = [item(seq=seq, visit=visit.case_no) for seq, visit in enumerate(visits, start=1)]
    outcomes = at_once(
        *[
            partial(send_as, tablet, [{**raw, "id": new_id()} for raw in (batch if place % 2 else batch[::-1])])
            for place, tablet in enumerate(tablets)
        ]
    )
    assert not failures(outcomes)
    assert Rating.objects.counted().count() == 30


def test_the_same_conflicts_in_opposite_orders_do_not_lock_each_other_out():
    tablet = TabletFactory()
    batch = items(60)
    send_as(tablet, batch)
    other_words = [{**raw, "level": 1} for raw in batch]
    outcomes = at_once(
        *[partial(send_as, tablet, other_words if place % 2 else other_words[::-1]) for place in range(SENDERS)]
    )
    assert not failures(outcomes)
    assert {result["status"] for receipt in outcomes for result in receipt.results} == {"conflict"}
    assert QuarantinedRating.objects.count() == 60


def test_one_change_of_mind_sent_by_eight_at_once_happens_once():
    tablet = TabletFactory()
    sent = item(level=2)
    send_as(tablet, [sent])
    change = {**sent, "level": 5, "amends": True, "amended_at": WEDNESDAY.isoformat()}
    outcomes = at_once(*[partial(send_as, tablet, [change])] * SENDERS)
    assert not failures(outcomes)
    assert sorted(receipt.results[0]["status"] for receipt in outcomes) == ["created"] + ["duplicate"] * 7
    assert RatingVersion.objects.count() == 1
    assert Rating.objects.get().level == 5
