"""Deciding that a rating does not count, or does after all: signed rows beside it, never a change of it.

Decided by a reviewer outside the window (domain.md A.1, E.7: 申诉复核): not by somebody who ever sat at it, nor by the
person who was rated. A decision is made once and taken back once; both stay to be read.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from ratings.models import Duty, ExclusionReversal, Rating, RatingExclusion


def exclude_rating(*, rating: Rating, reason: str, actor, at: datetime) -> RatingExclusion:
    """Sign that the rating does not count, and why; both counts are shown everywhere from then on.

    Raises DomainError `permission_denied`, `own_window`, `reason_missing`, or `already_excluded`.
    """
    reason = _reviewers_reason(rating, reason, actor, "ratings.add_ratingexclusion")
    try:
        with transaction.atomic():
            signed = RatingExclusion.objects.create(rating=rating, reason=reason, decided_by=actor, decided_at=at)
            _touch(rating, at)
    except IntegrityError:
        raise DomainError(_("This rating was excluded before."), code="already_excluded", status=409) from None
    return signed


def take_back_exclusion(*, exclusion: RatingExclusion, reason: str, actor, at: datetime) -> ExclusionReversal:
    """Sign that the excluded rating counts after all, and why; the exclusion stays beside it.

    Raises DomainError `permission_denied`, `own_window`, `reason_missing`, or `already_taken_back`.
    """
    reason = _reviewers_reason(exclusion.rating, reason, actor, "ratings.add_exclusionreversal")
    try:
        with transaction.atomic():
            signed = ExclusionReversal.objects.create(
                exclusion=exclusion, reason=reason, decided_by=actor, decided_at=at
            )
            _touch(exclusion.rating, at)
    except IntegrityError:
        raise DomainError(_("This was taken back already."), code="already_taken_back", status=409) from None
    return signed


def is_of_own_window(rating: Rating, actor) -> bool:
    """Whether the person may not judge the rating: was rated by it, or was ever on duty at its window."""
    staff = getattr(actor, "staff_member", None)
    if staff is None:
        return False
    return rating.staff_id == staff.pk or Duty.objects.filter(window=rating.window_id, staff=staff).exists()


def _reviewers_reason(rating, reason, actor, permission):
    """The reason, when this person may decide and gives one."""
    if not actor.has_perm(permission):
        raise DomainError(_("You may not exclude ratings."), code="permission_denied", status=403)
    if is_of_own_window(rating, actor):
        raise DomainError(
            _("This rating is about you or your own window: somebody else must decide."), code="own_window", status=403
        )
    if not reason.strip():
        raise DomainError(_("Say why, for everybody who asks."), code="reason_missing")
    return reason.strip()


def _touch(rating, at):
    """The weekly sums look for what changed since they were built."""
    Rating.objects.filter(pk=rating.pk).update(changed_at=at)
