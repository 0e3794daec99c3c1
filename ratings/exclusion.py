"""Deciding that a rating does not count: a signed row beside it, never a change of it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from ratings.models import Rating, RatingExclusion


def exclude_rating(*, rating: Rating, reason: str, actor, at: datetime) -> RatingExclusion:
    """Sign that the rating does not count, and why; both counts are shown everywhere from then on.

    Raises DomainError `permission_denied`, `reason_missing`, or `already_excluded`.
    """
    if not actor.has_perm("ratings.add_ratingexclusion"):
        raise DomainError(_("You may not exclude ratings."), code="permission_denied", status=403)
    if not reason.strip():
        raise DomainError(_("Say why this rating must not count."), code="reason_missing")
    try:
        with transaction.atomic():
            signed = RatingExclusion.objects.create(
                rating=rating, reason=reason.strip(), decided_by=actor, decided_at=at
            )
            # The weekly sums look for what changed since they were built.
            Rating.objects.filter(pk=rating.pk).update(changed_at=at)
    except IntegrityError:
        raise DomainError(_("This rating is excluded already."), code="already_excluded", status=409) from None
    return signed
