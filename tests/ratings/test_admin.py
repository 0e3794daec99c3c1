"""The admin of ratings: what is shown and hidden, and how a rating is excluded."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from feedback_site.models import StaffMember
from ratings.admin import showing, suspicions
from ratings.integrity import Rule
from ratings.models import (
    Rating,
    RatingFlag,
    RatingReason,
    RatingVersion,
    Reason,
)
from ratings.scale import Channel, Level
from tests.factories import (
    WEDNESDAY,
    DutyFactory,
    ExclusionFactory,
    FlagFactory,
    RatingFactory,
    StaffFactory,
    TabletFactory,
    VisitFactory,
    WindowFactory,
)
from tests.ratings.admin_pages import button, change, text

pytestmark = pytest.mark.django_db
LIST = "admin:ratings_rating_changelist"


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


# Session, person, permissions (2), halls and windows to choose from, the own hall, count, rows, reasons (2), flags.
QUERIES_OF_THE_RATING_LIST = 12


def test_the_list_asks_the_same_number_of_questions_at_any_length(manager, window, django_assert_num_queries):
    reason = Reason.objects.first()

    def grow(number):
        for _ in range(number):
            rating = RatingFactory(window=WindowFactory(hall=window.hall), staff=StaffFactory(hall=window.hall))
            RatingReason.objects.create(rating=rating, reason=reason)
            ExclusionFactory(rating=rating)
            FlagFactory(rating=rating)

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
    assert "excluded before" in text(superuser.post(button(rating, "exclude"), {"reason": "Me too."}))


def test_a_reviewer_who_ever_sat_at_the_window_is_refused_in_words(superuser, window):
    rating = RatingFactory(window=window)
    DutyFactory(window=window, staff=StaffFactory(hall=window.hall, user=superuser.user))
    told = text(superuser.post(button(rating, "exclude"), {"reason": "Not nice."}))
    assert "your own window" in told
    assert not hasattr(Rating.objects.get(pk=rating.pk), "exclusion")


def test_an_exclusion_is_taken_back_once_and_both_are_told(superuser, window):
    rating = ExclusionFactory(rating__window=window, reason="A child.").rating
    assert "Let it count again…" in text(superuser.get(change(rating)))
    answer = superuser.post(button(rating, "take-back"), {"reason": "It was the visitor."})
    assert answer["Location"] == change(rating)
    told = text(superuser.get(change(rating)))
    for part in ("<b>excluded</b> A child.", "<b>counts again</b> It was the visitor."):
        assert part in told
    assert "Let it count again…" not in told
    assert "Exclude…" not in told
    assert "taken back already" in text(superuser.post(button(rating, "take-back"), {"reason": "Again."}))


def test_what_was_never_excluded_cannot_be_taken_back(superuser, window):
    assert superuser.get(button(RatingFactory(window=window), "take-back")).status_code == 404


# --- flags


def test_the_list_and_the_page_tell_each_flag_in_words_with_its_values(manager, window):
    rating = RatingFactory(window=window)
    FlagFactory(rating=rating, values={"seconds": 1.2})
    FlagFactory(rating=rating, rule=Rule.BURST, values={"ratings": 14, "seconds": 60})
    listed, told = text(manager.get(reverse(LIST))), text(manager.get(change(rating)))
    assert ">too quick<" in listed
    assert ">a burst<" in listed
    assert "Tapped 1.2 s after the faces appeared; under 3 s is flagged." in told
    assert "14 ratings on this tablet within 60 s; more than 3 are flagged." in told
    assert "the rating counts until a reviewer decides" in told


VALUES = {
    "burst": {"ratings": 14, "seconds": 60},
    "repeat": {"seconds": 2.7},
    "too_quick": {"seconds": 0.4},
    "outside_hours": {"local": "2026-11-18T20:15+08:00", "hours": "1-5 09:00-17:00"},
    "before_end": {"seconds": 325},
    "more_than_visits": {"ratings": 12, "visits": 9, "day": "2026-11-18"},
    "one_sided": {"run": 60, "visits": 400, "share": 0.847, "participation": 0.15, "usual": 0.4},
}


@pytest.mark.parametrize("rule", Rule.values)
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_rule_has_its_sentence_and_no_value_is_left_out(rule, language):
    with translation.override(language):
        sentence = suspicions.sentence(RatingFlag(rule=rule, values=VALUES[rule]))
        bare = suspicions.sentence(RatingFlag(rule=rule, values={}))
    assert "%" not in sentence.replace("15%", "").replace("40%", "")
    assert "–" not in sentence
    assert "–" in bare


def test_a_rule_of_another_version_is_told_by_its_values():
    assert suspicions.sentence(RatingFlag(rule="older", values={"seconds": 3})) == "seconds 3"


@pytest.mark.parametrize(
    "asked, expected",
    [("any", {"quick", "burst"}), ("too_quick", {"quick"}), ("burst", {"burst"}), ("x", {"quick", "burst", "plain"})],
)
def test_the_list_is_filtered_by_flags(manager, window, asked, expected):
    for name in ("quick", "burst", "plain"):
        rating = RatingFactory(window=window, comment=f"«{name}»")
        if name != "plain":
            FlagFactory(rating=rating, rule="too_quick" if name == "quick" else name)
    FlagFactory(rating=RatingFactory(comment="«elsewhere»"))
    shown = text(manager.get(reverse(LIST), {"flagged": asked}))
    assert {name for name in ("quick", "burst", "plain", "elsewhere") if f"«{name}»" in shown} == expected


def test_whoever_lacks_the_right_excludes_nothing(manager, window):
    rating = RatingFactory(window=window)
    assert "Exclude…" not in text(manager.get(change(rating)))
    assert manager.post(button(rating, "exclude"), {"reason": "Bad for us."}).status_code == 403
    assert not hasattr(Rating.objects.get(pk=rating.pk), "exclusion")


def test_a_person_who_left_keeps_the_ratings(manager, window):
    staff = StaffFactory(hall=window.hall, name="旧人")
    RatingFactory(window=window, staff=staff)
    StaffMember.objects.update(is_active=False)
    assert "旧人" in text(manager.get(reverse(LIST)))
