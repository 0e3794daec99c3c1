"""What exists in `ratings`: tablets, duties, visits, reasons, ratings."""

from ratings.models.duty import Duty
from ratings.models.rating import (
    QuarantinedRating,
    Rating,
    RatingExclusion,
    RatingReason,
    RatingVersion,
)
from ratings.models.reason import HallReasonSet, NationalReason, Reason, ReasonSet
from ratings.models.tablet import EnrolmentCode, EnrolmentFailure, ServiceToken, Tablet
from ratings.models.visit import Visit

__all__ = [
    "Duty",
    "EnrolmentCode",
    "EnrolmentFailure",
    "HallReasonSet",
    "NationalReason",
    "QuarantinedRating",
    "Rating",
    "RatingExclusion",
    "RatingReason",
    "RatingVersion",
    "Reason",
    "ReasonSet",
    "ServiceToken",
    "Tablet",
    "Visit",
]
