"""The admin of ratings: read what citizens said, and look after duties, tablets and reason sets."""

from ratings.admin.devices import EnrolmentCodeAdmin, ServiceTokenAdmin, WindowWithCodesAdmin
from ratings.admin.disclosures import DisclosureAdmin
from ratings.admin.duties import DutyAdmin, VisitAdmin
from ratings.admin.paper import PaperFormAdmin
from ratings.admin.ratings import QuarantinedRatingAdmin, RatingAdmin
from ratings.admin.reasons import HallReasonSetAdmin, NationalReasonAdmin, ReasonAdmin, ReasonSetAdmin
from ratings.admin.tablets import TabletAdmin

__all__ = [
    "DisclosureAdmin",
    "DutyAdmin",
    "EnrolmentCodeAdmin",
    "HallReasonSetAdmin",
    "NationalReasonAdmin",
    "PaperFormAdmin",
    "QuarantinedRatingAdmin",
    "RatingAdmin",
    "ReasonAdmin",
    "ReasonSetAdmin",
    "ServiceTokenAdmin",
    "TabletAdmin",
    "VisitAdmin",
    "WindowWithCodesAdmin",
]
