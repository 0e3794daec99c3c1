"""The contract's verdicts, one by one."""

import random
import uuid
from datetime import timedelta

import pytest
from django.db import connection

from ratings.models import QuarantinedRating, Rating, RatingReason, RatingVersion
from tests.factories import ENROLLED, WEDNESDAY, TabletFactory, WindowFactory
from tests.ratings.sending import MINUTE, SECOND, item, items, new_id, send, statuses

pytestmark = pytest.mark.django_db
LATER = WEDNESDAY + timedelta(days=30)


def only():
    return Rating.objects.get()


def test_a_rating_is_stored_as_it_was_given(tablet):
    sent = item(
        level=2, seq=813, at=WEDNESDAY - 4 * SECOND, reasons=["214", "207"], comment="等了很久", language="zh-hant",
        modes=["low_reach"], answered_ms=2_140,
    )  # fmt: skip
    receipt = send(tablet, sent)
    assert receipt.results == [{"id": sent["id"], "status": "created"}]
    rating = only()
    assert str(rating.pk) == sent["id"]
    assert (rating.hall, rating.window, rating.tablet) == (tablet.hall, tablet.window, tablet)
    assert (rating.seq, rating.level, rating.comment, rating.language) == (813, 2, "等了很久", "zh-hant")
    assert (rating.modes, rating.answered_ms, rating.channel, rating.ordinal) == (["low_reach"], 2_140, "tablet", 1)
    assert (rating.rated_at, rating.tablet_rated_at) == (WEDNESDAY - 4 * SECOND, WEDNESDAY - 4 * SECOND)
    assert (rating.sent_at, rating.received_at, rating.changed_at) == (WEDNESDAY, WEDNESDAY, WEDNESDAY)
    assert (rating.scale_version, rating.face_set_version, rating.is_default) == ("hcp-2019", "qc-1", False)
    assert [link.reason.code for link in rating.reason_links.order_by("id")] == ["214", "207"]
    assert rating.flags == {}


@pytest.mark.parametrize("level", [5, 4, 3, 2, 1])
def test_every_level_goes_the_same_way(tablet, level):
    assert statuses(send(tablet, item(level=level))) == ["created"]
    assert only().level == level


def test_the_same_again_is_a_duplicate_however_often_and_however_late(tablet):
    sent = item()
    send(tablet, sent)
    for moment in (WEDNESDAY, WEDNESDAY + MINUTE, LATER):
        assert statuses(send(tablet, sent, received_at=moment)) == ["duplicate"]
    assert only().received_at == WEDNESDAY
    assert not QuarantinedRating.objects.exists()


def test_upper_case_is_the_same_rating(tablet):
    sent = item()
    send(tablet, sent)
    again = send(tablet, {**sent, "id": sent["id"].upper()})
    assert again.results == [{"id": sent["id"], "status": "duplicate"}]


def test_other_content_under_a_known_id_is_a_conflict_and_the_first_stands(tablet):
    sent = item(level=5)
    send(tablet, sent)
    receipt = send(tablet, {**sent, "level": 1})
    assert receipt.results == [{"id": sent["id"], "status": "conflict", "code": "other_content"}]
    assert only().level == 5
    kept = QuarantinedRating.objects.get()
    assert (kept.tablet, kept.hall, kept.code) == (tablet, tablet.hall, "conflict")
    assert '"level":1' in kept.raw


def test_an_id_of_another_tablet_is_a_conflict_even_with_the_same_content(tablet):
    sent = item()
    send(tablet, sent)
    other = TabletFactory(window=tablet.window)
    receipt = send(other, sent)
    assert statuses(receipt) == ["conflict:other_tablet"]
    assert only().tablet == tablet
    kept = QuarantinedRating.objects.get()
    assert (kept.tablet, kept.code) == (other, "other_tablet")


def test_another_tablet_cannot_amend(tablet):
    sent = item(level=1)
    send(tablet, sent)
    other = TabletFactory(window=tablet.window)
    assert statuses(send(other, {**sent, "level": 5, "amends": True})) == ["conflict:other_tablet"]
    assert only().level == 1


def test_the_same_id_twice_in_one_batch_is_stored_once(tablet):
    sent = item()
    assert statuses(send(tablet, sent, sent, sent)) == ["created", "duplicate", "duplicate"]
    assert only().level == sent["level"]


def test_the_same_id_with_other_content_in_one_batch_keeps_the_first(tablet):
    sent = item(level=5)
    assert statuses(send(tablet, sent, {**sent, "level": 2})) == ["created", "conflict:other_content"]
    assert only().level == 5
    assert QuarantinedRating.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"id": "nonsense"}, "invalid_id"),
        ({"seq": 0}, "invalid_seq"),
        ({"level": 6}, "invalid_level"),
    ],
)
def test_one_bad_item_never_stops_its_neighbours(tablet, fields, code):
    before, bad, after = item(seq=1), item(**{"seq": 2, **fields}), item(seq=3)
    receipt = send(tablet, before, bad, after)
    assert statuses(receipt) == ["created", f"refused:{code}", "created"]
    assert Rating.objects.count() == 2
    kept = QuarantinedRating.objects.get()
    assert kept.code == code
    assert kept.received_at == WEDNESDAY


@pytest.mark.parametrize("raw", [None, 5, "text", [], [1], True, {}, {"id": None}])
def test_what_is_no_rating_at_all_is_refused_and_kept(tablet, raw):
    receipt = send(tablet, raw, item())
    assert receipt.results[0]["status"] == "refused"
    assert receipt.results[0]["id"] is None
    assert receipt.results[1]["status"] == "created"
    assert QuarantinedRating.objects.count() == 1


def test_a_refusal_says_the_id_when_there_is_one(tablet):
    sent = item(level=0)
    assert send(tablet, sent).results == [{"id": sent["id"], "status": "refused", "code": "invalid_level"}]


def test_a_refusal_sent_again_is_kept_once(tablet):
    sent = item(level=0)
    for _try in range(3):
        assert statuses(send(tablet, sent, sent)) == ["refused:invalid_level"] * 2
    assert QuarantinedRating.objects.count() == 1


def test_two_different_refusals_are_kept_both(tablet):
    send(tablet, item(level=0), item(level=0), {"id": "x"}, {"id": "y"})
    assert QuarantinedRating.objects.count() == 4


def test_what_another_tablet_sent_wrong_is_kept_for_itself(tablet):
    sent = item(level=0)
    send(tablet, sent)
    send(TabletFactory(), sent)
    assert QuarantinedRating.objects.count() == 2


def test_a_hostile_item_is_kept_in_letters_that_every_database_takes(tablet):
    send(tablet, {"id": "\x00", "seq": 1, "level": "\ud800", "\u0000": ["\udfff"]})
    assert "\\u0000" in QuarantinedRating.objects.get().raw


def test_an_answer_comes_in_the_order_of_the_question(tablet):
    known = items(20)
    send(tablet, *known)
    fresh = items(20, first=21)
    bad = [item(level=9) for _ in range(20)]
    mixed = [*known, *fresh, *bad]
    random.Random(7).shuffle(mixed)
    receipt = send(tablet, *mixed)
    assert [result["id"] for result in receipt.results] == [raw["id"] for raw in mixed]
    wanted = {raw["id"]: "duplicate" for raw in known} | {raw["id"]: "created" for raw in fresh}
    assert [result["status"] for result in receipt.results] == [wanted.get(raw["id"], "refused") for raw in mixed]


def test_nothing_sent_is_answered_with_the_state_of_the_numbering(tablet):
    send(tablet, item(seq=5))
    receipt = send(tablet, received_at=WEDNESDAY + MINUTE)
    assert (receipt.results, receipt.highest_seq, receipt.gaps) == ([], 5, [[1, 4]])
    tablet.refresh_from_db()
    assert tablet.last_seen_at == WEDNESDAY + MINUTE


# --- numbering --------------------------------------------------------------------------------------------------------


def test_numbers_in_order_leave_no_gap(tablet):
    for seq in (1, 2, 3):
        receipt = send(tablet, item(seq=seq))
    assert (receipt.highest_seq, receipt.gaps) == (3, [])


def test_a_gap_is_told_until_it_is_filled(tablet):
    assert send(tablet, item(seq=639), item(seq=642)).gaps == [[1, 638], [640, 641]]
    assert send(tablet, item(seq=641)).gaps == [[1, 638], [640, 640]]
    assert send(tablet, item(seq=640)).gaps == [[1, 638]]
    assert send(tablet, item(seq=643)).gaps == [[1, 638]]


def test_the_number_of_a_refused_item_arrived_too(tablet):
    receipt = send(tablet, item(seq=1), item(seq=2, level=7), item(seq=3))
    assert (receipt.highest_seq, receipt.gaps) == (3, [])


def test_a_number_that_is_none_does_not_move_the_mark(tablet):
    receipt = send(tablet, item(seq=-5), item(seq=2**63), item(seq="7"))
    assert (receipt.highest_seq, receipt.gaps) == (0, [])


def test_a_stale_picture_of_the_tablet_loses_no_number(tablet):
    stale = type(tablet).objects.get(pk=tablet.pk)
    send(tablet, item(seq=1), item(seq=2))
    stale.refresh_from_db = lambda: None
    receipt = send(stale, item(seq=1))
    assert receipt.highest_seq == 2
    tablet.refresh_from_db()
    assert (tablet.highest_seq, tablet.gaps) == (2, [])


def test_a_number_given_twice_is_stored_and_flagged(tablet):
    """A second device with a copied token counts from the same number (reliability.md d.1, T5)."""
    send(tablet, item(seq=1), item(seq=2))
    fork = item(seq=2)
    assert statuses(send(tablet, fork)) == ["created"]
    assert Rating.objects.get(pk=fork["id"]).flags == {"seq_repeated": 2}
    first, second = item(seq=3), item(seq=3)
    send(tablet, first, second)
    assert Rating.objects.get(pk=first["id"]).flags == {}
    assert Rating.objects.get(pk=second["id"]).flags == {"seq_repeated": 3}


def test_a_late_number_that_fills_a_gap_is_no_repeat(tablet):
    send(tablet, item(seq=3))
    late = item(seq=2)
    send(tablet, late)
    assert Rating.objects.get(pk=late["id"]).flags == {}


# --- clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claimed",
    [
        ..., None, "1970-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2026-02-30T10:00:00+08:00",
        "2026-11-18T10:00:00+26:00", 1_795_000_000_000, "2026-11-18T10:00:00", {}, "\x00",
    ],
)  # fmt: skip
def test_a_nonsense_clock_never_refuses_a_rating(tablet, claimed):
    assert statuses(send(tablet, item(rated_at=claimed))) == ["created"]
    rating = only()
    assert (rating.rated_at, rating.tablet_rated_at, rating.flags) == (WEDNESDAY, None, {"clock": "unreadable"})


@pytest.mark.parametrize("claimed", ["9998-12-30T23:59:59-12:00", "2026-11-18T10:00:00+08:00:30.5"])
def test_an_odd_moment_can_be_stored_on_every_database(tablet, claimed):
    assert statuses(send(tablet, item(rated_at=claimed))) == ["created"]
    assert only().rated_at <= WEDNESDAY


def test_a_wrong_clock_is_put_right_by_what_it_said_at_sending(tablet):
    year = timedelta(days=365)
    send(tablet, item(at=WEDNESDAY - year - 3 * MINUTE), sent_at=WEDNESDAY - year)
    rating = only()
    assert (rating.rated_at, rating.flags) == (WEDNESDAY - 3 * MINUTE, {})
    assert (rating.tablet_rated_at, rating.sent_at) == (WEDNESDAY - year - 3 * MINUTE, WEDNESDAY - year)


def test_a_moment_in_the_future_becomes_the_receipt_and_is_flagged(tablet):
    send(tablet, item(at=WEDNESDAY + MINUTE))
    assert (only().rated_at, only().flags) == (WEDNESDAY, {"clock": "future"})


def test_a_moment_before_the_enrolment_becomes_the_receipt_and_is_flagged(tablet):
    send(tablet, item(at=ENROLLED - timedelta(days=1)))
    assert (only().rated_at, only().flags) == (WEDNESDAY, {"clock": "before_enrolment"})


# --- reasons and comments ---------------------------------------------------------------------------------------------


def test_a_reason_of_another_level_is_flagged_and_not_attached(tablet):
    send(tablet, item(level=5, reasons=["517", "214", "999"]))
    assert [link.reason.code for link in only().reason_links.all()] == ["517"]
    assert only().flags == {"reasons_unfitting": ["214", "999"]}


def test_words_of_every_set_are_understood_whatever_the_hall_shows(tablet):
    send(tablet, item(level=2, reasons=["plain-1.2.too_long", "214"]))
    assert only().reason_links.count() == 2


@pytest.mark.parametrize(
    ("comment", "stored", "flags"),
    [
        ("a\x00b", "ab", {"comment_cleaned", "comment_as_sent"}),
        ("\ud800", "", {"comment_cleaned", "comment_as_sent"}),
        ("字" * 2_001, "字" * 2_000, {"comment_cut", "comment_as_sent"}),
        ("打 13800001234", "打 13800001234", {"personal_data"}),
        ("<script>=1+1\u202e\u200b👍🏽", "<script>=1+1\u202e\u200b👍🏽", set()),
        (None, "", set()),
        (["x"], "", {"comment_unreadable"}),
    ],
)
def test_a_comment_is_stored_as_far_as_it_can_be(tablet, comment, stored, flags):
    assert statuses(send(tablet, item(comment=comment))) == ["created"]
    assert only().comment == stored
    assert set(only().flags) == flags


TRICKY = [
    "%s %% %(x)s", "'; DROP TABLE x; --", '"quoted" \\ back\\slash', "\\u0041 \\x00 \\n", "{} {0} $1 ?1 :x",
    "行\n行\r\n行\t行", "\u2028\u2029", "\ufeff\ufffe\uffff", "\U0001f600\U0010ffff", "null", "true", "1e400",
    '{"a": [1]}', "e\u0301 é", " ", "\u200d\u202e\u2066", "NaN", "٣５", "\xa0", "--", "/* */", "\\", '"', "'", "`", "0",
]  # fmt: skip


def test_texts_that_look_like_something_else_come_back_as_they_were_sent(tablet):
    batch = [item(seq=seq, comment=text) for seq, text in enumerate(TRICKY, start=1)]
    assert set(statuses(send(tablet, *batch))) == {"created"}
    assert list(Rating.objects.order_by("seq").values_list("comment", flat=True)) == TRICKY
    assert set(statuses(send(tablet, *batch))) == {"duplicate"}


def test_every_kind_of_value_is_stored_as_it_is(tablet):
    biggest = item(seq=2**53 - 1, answered_ms=2**31 - 1, modes=["low_reach", "keypad"], language="en")
    bare = {"id": new_id(), "seq": 2**53 - 2, "level": 1}
    assert set(statuses(send(tablet, biggest, bare))) == {"created"}
    rating = Rating.objects.get(pk=biggest["id"])
    assert (rating.seq, rating.answered_ms, rating.modes) == (2**53 - 1, 2**31 - 1, ["low_reach", "keypad"])
    rating = Rating.objects.get(pk=bare["id"])
    assert (rating.answered_ms, rating.modes, rating.language, rating.comment) == (None, [], "", "")


def test_twenty_thousand_different_reasons_in_one_batch_are_no_reason_to_fail(tablet):
    batch = [item(seq=n + 1, reasons=[f"r{n}.{m}" for m in range(20)]) for n in range(1_000)]
    assert set(statuses(send(tablet, *batch))) == {"created"}
    assert not RatingReason.objects.exists()


# --- a change of mind -------------------------------------------------------------------------------------------------


def amended(sent, after=10 * SECOND, **fields):
    moment = WEDNESDAY + after
    return {**sent, "amends": True, "amended_at": moment.isoformat(), **fields}


def test_a_change_of_mind_within_a_minute_replaces_level_reasons_and_comment(tablet):
    sent = item(level=2, reasons=["214"], comment="生气")
    send(tablet, sent)
    change = {**sent, "level": 5, "reasons": ["517", "214"], "comment": "", "amends": True}
    assert statuses(send(tablet, change, received_at=WEDNESDAY + 60 * SECOND)) == ["created"]
    rating = only()
    assert (rating.level, rating.comment) == (5, "")
    assert [link.reason.code for link in rating.reason_links.all()] == ["517"]
    assert rating.flags == {"reasons_unfitting": ["214"]}
    assert (rating.rated_at, rating.received_at) == (WEDNESDAY, WEDNESDAY)
    assert rating.changed_at == WEDNESDAY + 60 * SECOND


def test_the_earlier_version_stays_in_the_history(tablet):
    sent = item(level=2, reasons=["214", "207"], comment="生气")
    send(tablet, sent)
    send(tablet, {**sent, "level": 5, "amends": True}, received_at=WEDNESDAY + 30 * SECOND)
    version = RatingVersion.objects.get()
    assert (version.level, version.comment, version.reason_codes) == (2, "生气", ["214", "207"])
    assert version.replaced_at == WEDNESDAY + 30 * SECOND


def test_after_a_minute_the_first_word_stands(tablet):
    sent = item(level=2)
    send(tablet, sent)
    change = {**sent, "level": 5, "amends": True}
    assert statuses(send(tablet, change, received_at=WEDNESDAY + 61 * SECOND)) == ["conflict:amended_too_late"]
    assert only().level == 2
    assert QuarantinedRating.objects.get().code == "amended_too_late"
    assert not RatingVersion.objects.exists()


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (0 * SECOND, "created"),
        (60 * SECOND, "created"),
        (61 * SECOND, "conflict:amended_too_late"),
        (-1 * SECOND, "conflict:amended_too_late"),
        (timedelta(days=300), "conflict:amended_too_late"),
        (timedelta(days=2_900_000), "conflict:amended_too_late"),
    ],
)
def test_offline_the_tablets_word_for_the_change_decides(tablet, after, verdict):
    sent = item(level=2)
    send(tablet, sent, received_at=LATER)
    receipt = send(tablet, amended(sent, after, level=4), received_at=LATER + timedelta(days=1))
    assert statuses(receipt) == [verdict]


def test_the_history_says_when_the_visitor_changed_it_not_when_it_arrived(tablet):
    sent = item(level=2)
    send(tablet, sent, received_at=LATER, sent_at=LATER)
    send(tablet, amended(sent, 20 * SECOND, level=4), received_at=LATER)
    assert RatingVersion.objects.get().replaced_at == WEDNESDAY + 20 * SECOND
    assert only().changed_at == LATER


def test_an_unreadable_word_for_the_change_leaves_the_time_of_receipt(tablet):
    sent = item(level=2)
    send(tablet, sent)
    change = {**sent, "level": 4, "amends": True, "amended_at": "soon"}
    assert statuses(send(tablet, change, received_at=WEDNESDAY + 61 * SECOND)) == ["conflict:amended_too_late"]
    assert statuses(send(tablet, change, received_at=WEDNESDAY + 59 * SECOND)) == ["created"]


def test_without_the_word_amends_other_content_stays_a_conflict(tablet):
    sent = item(level=2)
    send(tablet, sent)
    assert statuses(send(tablet, {**sent, "level": 5})) == ["conflict:other_content"]


def test_a_change_that_arrives_first_is_the_rating(tablet):
    assert statuses(send(tablet, amended(item(level=4)))) == ["created"]
    assert only().level == 4
    assert not RatingVersion.objects.exists()


def test_tap_and_change_in_one_batch_end_with_the_change(tablet):
    sent = item(level=2)
    assert statuses(send(tablet, sent, amended(sent, level=5))) == ["created", "created"]
    assert only().level == 5
    assert RatingVersion.objects.get().level == 2


def test_the_replaced_version_sent_again_is_a_duplicate(tablet):
    sent = item(level=2)
    change = amended(sent, level=5)
    send(tablet, sent)
    send(tablet, change)
    assert statuses(send(tablet, sent, change, sent, received_at=LATER)) == ["duplicate"] * 3
    assert only().level == 5
    assert RatingVersion.objects.count() == 1


@pytest.mark.parametrize("told", [True, False])
def test_going_back_to_the_first_word_is_a_change_and_no_duplicate(tablet, told):
    sent = item(level=5)
    away = amended(sent, 10 * SECOND, level=1)
    back = amended(sent, 20 * SECOND, level=5)
    if not told:
        del away["amended_at"], back["amended_at"]
    assert statuses(send(tablet, sent, away, back)) == ["created"] * 3
    assert only().level == 5
    assert [version.level for version in RatingVersion.objects.all()] == [5, 1]


def test_everything_sent_again_after_going_back_and_forth_changes_nothing(tablet):
    sent = item(level=5)
    words = [sent, *(amended(sent, n * SECOND, level=level) for n, level in enumerate([1, 5, 1, 4], start=5))]
    assert statuses(send(tablet, *words)) == ["created"] * 5
    assert only().level == 4
    for again in ([*words], words[::-1], words[2:4]):
        assert statuses(send(tablet, *again, received_at=LATER)) == ["duplicate"] * len(again)
    assert only().level == 4
    assert RatingVersion.objects.count() == 4


def test_two_changes_keep_both_earlier_versions(tablet):
    sent = item(level=1)
    send(tablet, sent, amended(sent, 5 * SECOND, level=2), amended(sent, 9 * SECOND, level=3))
    assert only().level == 3
    assert [version.level for version in RatingVersion.objects.all()] == [1, 2]


# --- large batches and their cost ------------------------------------------------------------------------------------

IN_STEPS = ["SAVEPOINT", "INSERT", "UPDATE tablet", "RELEASE"]


def at_once():
    """Plain taps: one message to PostgreSQL; SQLite knows no statement that changes two tables."""
    return 1 if connection.vendor == "postgresql" else len(IN_STEPS)


def test_a_thousand_ratings_in_one_batch(tablet):
    batch = items(1_000, reasons=["517"])
    receipt = send(tablet, *batch)
    assert set(statuses(receipt)) == {"created"}
    assert (receipt.highest_seq, receipt.gaps) == (1_000, [])
    assert Rating.objects.count() == RatingReason.objects.count() == 1_000


def record(tablet, *batch):
    """Without the look-up of the tablet, which authentication makes."""
    tablet.refresh_from_db = lambda: None
    return send(tablet, *batch)


def test_one_rating_costs_one_statement_or_two_in_a_transaction(tablet, django_assert_num_queries):
    with django_assert_num_queries(at_once()):
        record(tablet, item(seq=1))


def test_a_hundred_ratings_cost_as_many_statements_as_one(tablet, django_assert_num_queries):
    with django_assert_num_queries(at_once()):
        record(tablet, *items(100))


def test_reasons_cost_two_statements_more_for_any_number(tablet, django_assert_num_queries):
    with django_assert_num_queries(len(IN_STEPS) + 2):
        record(tablet, *items(100, level=2, reasons=["214", "207"]))


def test_a_hundred_duplicates_cost_one_statement_more_than_new_ones(tablet, django_assert_num_queries):
    batch = items(100)
    send(tablet, *batch)
    tablet.refresh_from_db()
    with django_assert_num_queries(len(IN_STEPS) + 2):  # the tablet's row is locked and read, its numbers are old
        record(tablet, *batch)


def test_conflicts_and_refusals_cost_no_more_statements_for_any_number(tablet, django_assert_num_queries):
    batch = items(75)
    send(tablet, *batch)
    tablet.refresh_from_db()
    changed = [{**raw, "level": 1} for raw in batch] + [{**raw, "level": 9} for raw in batch]
    with django_assert_num_queries(len(IN_STEPS) + 2 + 2):  # the earlier versions, the quarantine
        record(tablet, *changed)


def test_an_id_that_looks_like_anothers_in_another_case_is_one_rating(tablet):
    identity = str(uuid.UUID("abcdefab-cdef-4abc-8def-abcdefabcdef"))
    receipt = send(tablet, item(id=identity), item(id=identity.upper(), seq=1))
    assert [result["status"] for result in receipt.results] == ["created", "duplicate"]


def test_two_tablets_of_one_window_do_not_share_their_numbers(tablet):
    other = TabletFactory(window=tablet.window)
    assert send(tablet, item(seq=1)).highest_seq == 1
    assert send(other, item(seq=1)).highest_seq == 1
    assert [rating.flags for rating in Rating.objects.all()] == [{}, {}]


def test_a_rating_belongs_to_the_window_its_tablet_was_enrolled_for(tablet):
    WindowFactory(hall=tablet.hall)
    send(tablet, item(id=new_id()))
    assert only().window == tablet.window
