"""The admin of ratings: read what citizens said, and look after duties, tablets and reason sets."""

from ratings.admin.devices import EnrolmentCodeAdmin, ServiceTokenAdmin, TabletAdmin, WindowWithCodesAdmin
from ratings.admin.duties import DutyAdmin, VisitAdmin
from ratings.admin.ratings import QuarantinedRatingAdmin, RatingAdmin
from ratings.admin.reasons import HallReasonSetAdmin, NationalReasonAdmin, ReasonAdmin, ReasonSetAdmin

__all__ = [
    "DutyAdmin",
    "EnrolmentCodeAdmin",
    "HallReasonSetAdmin",
    "NationalReasonAdmin",
    "QuarantinedRatingAdmin",
    "RatingAdmin",
    "ReasonAdmin",
    "ReasonSetAdmin",
    "ServiceTokenAdmin",
    "TabletAdmin",
    "VisitAdmin",
    "WindowWithCodesAdmin",
]
