"""What exists in `ratings`: tablets, duties, visits, reasons, ratings, and what is thought of them."""

from ratings.models.duty import Duty
from ratings.models.entrusted import CallbackRequest, Disclosure, ForgottenBecause, VoiceRemark
from ratings.models.judgement import ExclusionReversal, FlagSweep, RatingExclusion, RatingFlag
from ratings.models.paper import PaperForm
from ratings.models.phone import PhoneUse, WindowSign
from ratings.models.rating import QuarantinedRating, Rating, RatingReason, RatingVersion
from ratings.models.reason import HallReasonSet, NationalReason, Reason, ReasonSet
from ratings.models.tablet import EnrolmentCode, EnrolmentFailure, ServiceToken, Tablet
from ratings.models.visit import Visit

__all__ = [
    "CallbackRequest",
    "Disclosure",
    "Duty",
    "EnrolmentCode",
    "EnrolmentFailure",
    "ExclusionReversal",
    "FlagSweep",
    "ForgottenBecause",
    "HallReasonSet",
    "NationalReason",
    "PaperForm",
    "PhoneUse",
    "QuarantinedRating",
    "Rating",
    "RatingExclusion",
    "RatingFlag",
    "RatingReason",
    "RatingVersion",
    "Reason",
    "ReasonSet",
    "ServiceToken",
    "Tablet",
    "Visit",
    "VoiceRemark",
    "WindowSign",
]
