"""The batch endpoint of the tablets, and the list for signed-in readers."""

import django_filters
from django.db.models import Prefetch
from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics

from feedback_site.api import NamedPermission, SignedInAuthentication, TimePages
from feedback_site.parsers import Malformed, TooLarge
from feedback_site.scoping import visible
from ratings.api import schema
from ratings.api.authentication import IsTablet, SendingTabletAuthentication, is_authentic
from ratings.clocks import parse_moment
from ratings.models import Rating, RatingFlag, RatingReason
from ratings.recording import record_ratings
from ratings.scale import Channel, Level

MAX_ITEMS = 1_000
TRUTH = [("true", "true"), ("false", "false")]


class RatingPages(TimePages):
    """Newest first; the id decides between two of the same moment."""

    ordering = ("-rated_at", "-id")


class RatingFilter(django_filters.FilterSet):
    """The filters of contract.md."""

    hall = django_filters.CharFilter(field_name="hall__code", max_length=16)
    window = django_filters.CharFilter(field_name="window__number", max_length=8)
    staff = django_filters.CharFilter(field_name="staff__staff_no", max_length=20)
    level = django_filters.TypedChoiceFilter(choices=Level.choices, coerce=int)
    channel = django_filters.ChoiceFilter(choices=Channel)
    rated_after = django_filters.IsoDateTimeFilter(field_name="rated_at", lookup_expr="gte")
    rated_before = django_filters.IsoDateTimeFilter(field_name="rated_at", lookup_expr="lt")
    # Not a BooleanFilter: that one takes any other word for "no filter", and shows too much without saying so.
    counted = django_filters.ChoiceFilter(choices=TRUTH, method="only_counted")
    flagged = django_filters.ChoiceFilter(choices=TRUTH, method="only_flagged")

    class Meta:
        model = Rating
        fields = ()

    def only_counted(self, queryset, name, value):
        """`true`: those that make up a person's figures; `false`: the others."""
        counted = Rating.objects.counted().values("pk")
        return queryset.counted() if value == "true" else queryset.exclude(pk__in=counted)

    def only_flagged(self, queryset, name, value):
        """`true`: those that a rule marked, whether they count or not; `false`: the others."""
        flagged = RatingFlag.objects.values("rating")
        return queryset.filter(pk__in=flagged) if value == "true" else queryset.exclude(pk__in=flagged)


class RatingsView(generics.ListAPIView):
    """`POST` is for tablets, `GET` for people; neither can use the other's door."""

    queryset = Rating.objects.all()
    permission = "ratings.view_rating"
    pagination_class = RatingPages
    filterset_class = RatingFilter
    serializer_class = schema.StoredRating

    def get_authenticators(self):
        if self.request is not None and self.request.method == "POST":
            return [SendingTabletAuthentication()]
        return [SignedInAuthentication()]

    def get_permissions(self):
        return [IsTablet()] if self.request.method == "POST" else [NamedPermission()]

    def get_queryset(self):
        links = RatingReason.objects.select_related("reason").order_by("id")
        return (
            visible(Rating.objects.all(), self.request.user)
            .select_related("hall", "window", "staff", "visit", "exclusion__reversal")
            .prefetch_related(Prefetch("reason_links", queryset=links), "suspicions")
        )

    @extend_schema(parameters=[OpenApiParameter("page_size", int)], responses=schema.StoredRating(many=True))
    def get(self, request, *args, **kwargs):
        """Ratings of the halls one may see, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        request=schema.Batch,
        responses={200: schema.BatchAnswer, **schema.failures(400, 401, 413, 415, 503)},
        auth=[{"SendingTablet": []}],
    )
    def post(self, request):
        """Store a batch; answered after the commit, with one verdict per item in the order sent."""
        items = request.data.get("ratings")
        if not isinstance(items, list):
            raise Malformed(_("`ratings` must be a list."))
        if len(items) > MAX_ITEMS:
            raise TooLarge
        receipt = record_ratings(
            tablet=request.user,
            items=items,
            sent_at=parse_moment(request.data.get("sent_at")),
            received_at=timezone.now(),
            is_authentic=is_authentic(request),
        )
        answer = {"results": receipt.results, "highest_seq": receipt.highest_seq, "gaps": receipt.gaps}
        # Plain Django: what DRF's answers can do besides, for every tap costs as much as reading the tap.
        return JsonResponse(answer, json_dumps_params={"separators": (",", ":")})
