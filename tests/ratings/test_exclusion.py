from datetime import timedelta

import pytest

from feedback_site.errors import DomainError
from ratings.exclusion import exclude_rating
from ratings.models import Rating, RatingExclusion
from tests.factories import WEDNESDAY, RatingFactory, UserFactory

pytestmark = pytest.mark.django_db
LATER = WEDNESDAY + timedelta(days=1)


@pytest.fixture
def reviewer():
    return UserFactory(is_superuser=True)


def code_of(**change):
    with pytest.raises(DomainError) as caught:
        exclude_rating(**change)
    return caught.value.code


def test_an_exclusion_is_a_signed_row_and_the_rating_stays_as_it_is(reviewer):
    rating = RatingFactory(level=1, comment="字")
    signed = exclude_rating(rating=rating, reason=" tapped by a child ", actor=reviewer, at=LATER)
    assert (signed.reason, signed.decided_by, signed.decided_at) == ("tapped by a child", reviewer, LATER)
    rating.refresh_from_db()
    assert (rating.level, rating.comment, rating.rated_at) == (1, "字", WEDNESDAY)
    assert not Rating.objects.counted().exists()
    assert Rating.objects.bad().count() == 1


def test_the_weeks_sums_are_told_to_look_again(reviewer):
    rating = RatingFactory()
    exclude_rating(rating=rating, reason="x", actor=reviewer, at=LATER)
    assert Rating.objects.get().changed_at == LATER


def test_only_who_may_exclude_can(db):
    for actor in (UserFactory(), UserFactory(role="hall manager"), UserFactory(is_superuser=True, is_active=False)):
        assert code_of(rating=RatingFactory(), reason="x", actor=actor, at=LATER) == "permission_denied"
    assert not RatingExclusion.objects.exists()


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_reason_is_needed(reviewer, reason):
    assert code_of(rating=RatingFactory(), reason=reason, actor=reviewer, at=LATER) == "reason_missing"


def test_a_rating_is_excluded_once(reviewer):
    rating = RatingFactory()
    exclude_rating(rating=rating, reason="first", actor=reviewer, at=WEDNESDAY)
    assert code_of(rating=rating, reason="second", actor=reviewer, at=LATER) == "already_excluded"
    assert RatingExclusion.objects.get().reason == "first"
    assert Rating.objects.get().changed_at == WEDNESDAY
