from datetime import timedelta

import pytest

from feedback_site.errors import DomainError
from ratings.exclusion import exclude_rating, take_back_exclusion
from ratings.models import ExclusionReversal, Rating, RatingExclusion
from tests.factories import (
    WEDNESDAY,
    DutyFactory,
    ExclusionFactory,
    RatingFactory,
    StaffFactory,
    UserFactory,
    WindowFactory,
)

pytestmark = pytest.mark.django_db
LATER = WEDNESDAY + timedelta(days=1)


@pytest.fixture
def reviewer():
    return UserFactory(is_superuser=True)


def code_of(verb=exclude_rating, **change):
    with pytest.raises(DomainError) as caught:
        verb(**change)
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


def a_colleague(window):
    """A reviewer who also serves in the hall."""
    return StaffFactory(hall=window.hall, user=UserFactory(is_superuser=True))


def test_nobody_decides_about_a_window_where_they_ever_sat():
    window = WindowFactory()
    staff = a_colleague(window)
    DutyFactory(
        window=window, staff=staff, starts_at=WEDNESDAY - timedelta(days=300), ends_at=WEDNESDAY - timedelta(299)
    )
    told = {"reason": "x", "actor": staff.user, "at": LATER}
    assert code_of(rating=RatingFactory(window=window), **told) == "own_window"
    signed = ExclusionFactory(rating=RatingFactory(window=window))
    assert code_of(take_back_exclusion, exclusion=signed, **told) == "own_window"
    elsewhere = RatingFactory(window=WindowFactory(hall=window.hall))
    assert exclude_rating(rating=elsewhere, **told)


def test_nobody_decides_about_a_rating_of_themselves():
    staff = a_colleague(WindowFactory())
    rating = RatingFactory(window=WindowFactory(hall=staff.hall), staff=staff)
    assert code_of(rating=rating, reason="x", actor=staff.user, at=LATER) == "own_window"
    assert not RatingExclusion.objects.exists()


def test_an_exclusion_is_taken_back_by_a_signed_row_and_stays_to_be_read(reviewer):
    signed = exclude_rating(rating=RatingFactory(level=1), reason="first", actor=reviewer, at=WEDNESDAY)
    back = take_back_exclusion(exclusion=signed, reason=" seen on video ", actor=reviewer, at=LATER)
    assert (back.reason, back.decided_by, back.decided_at) == ("seen on video", reviewer, LATER)
    assert RatingExclusion.objects.get().reason == "first"
    assert not RatingExclusion.objects.standing().exists()
    rating = Rating.objects.counted().get()
    assert (rating.changed_at, rating.is_counted, rating.is_excluded) == (LATER, True, False)


def test_taking_back_needs_permission_and_a_reason_and_is_done_once(reviewer):
    told = {"exclusion": ExclusionFactory(), "at": LATER}
    assert code_of(take_back_exclusion, **told, reason="x", actor=UserFactory()) == "permission_denied"
    assert code_of(take_back_exclusion, **told, reason=" ", actor=reviewer) == "reason_missing"
    take_back_exclusion(**told, reason="x", actor=reviewer)
    assert code_of(take_back_exclusion, **told, reason="again", actor=reviewer) == "already_taken_back"
    assert ExclusionReversal.objects.get().reason == "x"


def test_what_was_taken_back_is_not_excluded_again(reviewer):
    signed = ExclusionFactory()
    take_back_exclusion(exclusion=signed, reason="x", actor=reviewer, at=LATER)
    assert code_of(rating=signed.rating, reason="again", actor=reviewer, at=LATER) == "already_excluded"


def test_the_auditor_may_do_both_and_the_halls_manager_neither():
    rating = RatingFactory()
    auditor, manager = UserFactory(role="auditor"), UserFactory(role="hall manager")
    assert code_of(rating=rating, reason="x", actor=manager, at=LATER) == "permission_denied"
    signed = exclude_rating(rating=rating, reason="x", actor=auditor, at=LATER)
    assert code_of(take_back_exclusion, exclusion=signed, reason="x", actor=manager, at=LATER) == "permission_denied"
    assert take_back_exclusion(exclusion=signed, reason="x", actor=auditor, at=LATER)
