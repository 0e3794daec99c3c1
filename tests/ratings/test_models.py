"""What must always be true of ratings, held by the database; the national dictionary as domain.md A.3 has it."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from ratings.models import NationalReason, QuarantinedRating, Rating, RatingReason, Reason, ReasonSet
from ratings.scale import Level
from tests.factories import (
    WEDNESDAY,
    ExclusionFactory,
    RatingFactory,
    ServiceTokenFactory,
    TabletFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


def refused(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


@pytest.mark.parametrize("level", [0, 6, 32_000])
def test_no_row_has_a_level_that_is_none(level):
    refused(lambda: RatingFactory(level=level))
    rating = RatingFactory()
    refused(lambda: Rating.objects.filter(pk=rating.pk).update(level=level))


def test_a_rating_of_a_visit_is_the_first_or_a_later_one():
    refused(lambda: RatingFactory(ordinal=0))


def test_an_id_is_used_once():
    rating = RatingFactory()
    refused(
        lambda: Rating.objects.bulk_create([RatingFactory.build(id=rating.pk, hall=rating.hall, window=rating.window)])
    )


def test_a_reason_is_given_once_with_a_rating():
    rating, reason = RatingFactory(), Reason.objects.first()
    RatingReason.objects.create(rating=rating, reason=reason)
    refused(lambda: RatingReason.objects.create(rating=rating, reason=reason))


def test_a_rating_is_excluded_once():
    exclusion = ExclusionFactory()
    refused(lambda: ExclusionFactory(rating=exclusion.rating))


def test_a_refusal_is_kept_once():
    tablet = TabletFactory()
    kept = {"hall": tablet.hall, "tablet": tablet, "code": "x", "raw": "{}", "raw_hash": "h", "received_at": WEDNESDAY}
    QuarantinedRating.objects.create(**kept)
    refused(lambda: QuarantinedRating.objects.create(**kept))
    QuarantinedRating.objects.create(**{**kept, "code": "y"})


@pytest.mark.parametrize("factory", [TabletFactory, ServiceTokenFactory])
def test_a_token_opens_one_door(factory):
    factory(token="same")
    refused(lambda: factory(token="same"))


def test_a_case_number_is_given_once_in_a_hall():
    visit = VisitFactory()
    refused(lambda: VisitFactory(window=visit.window, case_no=visit.case_no))


@pytest.mark.parametrize("name", ["hall", "window", "tablet", "visit"])
def test_what_a_rating_points_at_stays(name):
    tablet = TabletFactory()
    rating = RatingFactory(tablet=tablet, window=tablet.window, visit=VisitFactory(window=tablet.window))
    with pytest.raises(ProtectedError):
        getattr(rating, name).delete()


# --- the dictionary -------------------------------------------------------------------------------------------------

CODES = {
    5: "510 511 512 513 514 515 516 517", 4: "406 407 408 409 410 411 412 413", 3: "307 308 309 310 311 312 313 314",
    2: "207 208 209 210 211 212 213 214", 1: "108 109 110 111 112 113 114 115",
}  # fmt: skip
OF_THE_PERSON = {"517", "413", "314", "213", "214", "115"}


def test_the_dictionary_has_all_forty_codes_each_at_its_level():
    found = {
        level: " ".join(NationalReason.objects.filter(level=level).order_by("code").values_list("code", flat=True))
        for level in Level.values
    }
    assert found == CODES
    assert set(NationalReason.objects.values_list("version", flat=True)) == {"2020"}


def test_a_codes_first_digit_is_its_level():
    assert all(int(code[0]) == level for code, level in NationalReason.objects.values_list("code", "level"))


def test_three_of_each_level_are_shown_first():
    for level in Level.values:
        assert NationalReason.objects.filter(level=level, is_extended=False).count() == 3


def test_only_six_speak_of_the_person():
    """All others are about the matter, the guide or the platform, and never lower a person's score (domain.md A.3)."""
    assert set(NationalReason.objects.filter(scope="person").values_list("code", flat=True)) == OF_THE_PERSON


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("510", "一窗受理一次办结"), ("406", "填写一张表单就可完成申报"), ("314", "服务态度一般"),
        ("210", "同样内容的证明材料被要求多次提交"), ("115", "服务态度差效率低"),
    ],
)  # fmt: skip
def test_the_wording_is_the_national_one(code, text):
    assert NationalReason.objects.get(code=code).text == text


def test_a_hall_may_choose_the_national_wording_or_the_plain_one():
    assert set(ReasonSet.objects.values_list("code", flat=True)) == {"national-2020", "plain-1"}


def test_the_national_set_is_the_dictionary_word_for_word():
    for reason in Reason.objects.filter(reason_set__code="national-2020").select_related("national"):
        assert (reason.code, reason.level, reason.text_zh_hans) == (
            reason.national.code,
            reason.national.level,
            reason.national.text,
        )


def test_the_plain_set_has_six_words_at_every_level():
    for level in Level.values:
        assert Reason.objects.filter(reason_set__code="plain-1", level=level).count() == 6


def test_a_word_never_stands_for_a_code_of_another_level():
    for reason in Reason.objects.exclude(national=None).select_related("national"):
        assert reason.level == reason.national.level


def test_a_plain_word_about_a_person_stands_for_a_code_about_a_person_and_no_other_does():
    plain = Reason.objects.filter(reason_set__code="plain-1").exclude(national=None).select_related("national")
    personal = {reason.code.split(".")[2] for reason in plain if reason.national.scope == "person"}
    assert personal == {"warm", "manner_so_so", "manner"}


def test_every_word_is_there_in_three_languages():
    for reason in Reason.objects.all():
        assert all(reason.texts.values())
        assert reason.text_en.isascii()
