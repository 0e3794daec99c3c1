"""Tablets and queue systems present a token; only its hash is looked up, and cookies are never read."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from feedback_site.prepared import fetch_one
from ratings.enrolment import MAX_TOKEN, may_finish
from ratings.models import ServiceToken, Tablet
from ratings.secrets import digest
from ratings.signatures import is_signed

SIGNATURE = "HTTP_X_TABLET_SIGNATURE"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: <keyword> <token>`; unknown and revoked are one answer, 401."""

    keyword: str

    def find(self, token_hash):
        """The principal with a good token of this hash, or None."""
        raise NotImplementedError

    def authenticate(self, request):
        keyword, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if keyword.lower() != self.keyword.lower():
            return None
        principal = None
        if 0 < len(token) <= MAX_TOKEN:
            principal = self.find(digest(token))
        if principal is None:
            raise AuthenticationFailed(_("Unknown or revoked token."))
        return principal, token

    def authenticate_header(self, request):
        return self.keyword


class TabletAuthentication(TokenAuthentication):
    """A tablet; the row comes without its hall and window, which recording does not need."""

    keyword = "Tablet"

    def find(self, token_hash):
        return fetch_one(Tablet, "token_hash = %s AND revoked_at IS NULL", [token_hash])


class SendingTabletAuthentication(TabletAuthentication):
    """A tablet, or one that was replaced or moved and may finish sending what was given before."""

    def find(self, token_hash):
        tablet = fetch_one(Tablet, "token_hash = %s AND (revoked_at IS NULL OR drains_until IS NOT NULL)", [token_hash])
        if tablet is None or (tablet.revoked_at and not may_finish(tablet=tablet, at=timezone.now())):
            return None
        return tablet


def is_authentic(request) -> bool:
    """Whether the tablet's own key signed this call (its data was read before); a tablet without one need not sign."""
    public_key = request.user.public_key
    return not public_key or is_signed(public_key, request.META.get(SIGNATURE, ""), request.bytes_as_sent)


class ServiceAuthentication(TokenAuthentication):
    """A queue or case system of one hall."""

    keyword = "Service"

    def find(self, token_hash):
        return ServiceToken.objects.select_related("hall").filter(token_hash=token_hash, revoked_at=None).first()


class IsTablet(BasePermission):
    """Only a tablet's token opens this, never a person's session."""

    def has_permission(self, request, view):
        return isinstance(request.user, Tablet)


class IsService(BasePermission):
    """Only a service token opens this."""

    def has_permission(self, request, view):
        return isinstance(request.user, ServiceToken)
