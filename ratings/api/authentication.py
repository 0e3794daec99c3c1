"""Tablets and queue systems present a token; only its hash is looked up, and cookies are never read."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from feedback_site.prepared import fetch_one
from ratings.models import ServiceToken, Tablet
from ratings.secrets import digest

MAX_TOKEN = 100


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
