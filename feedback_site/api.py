"""What every endpoint of `/api/v1/` shares: one error shape, named permissions, cursor pages, JSON only."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from feedback_site.errors import DomainError
from feedback_site.middleware import DATABASE_AWAY, UNSTORABLE, bad_request, database_away, failure_answer

# The framework's own sentences for these have blanks for what was sent.
PLAIN_WORDS = {
    exceptions.MethodNotAllowed: gettext_lazy("This cannot be done here."),
    exceptions.UnsupportedMediaType: gettext_lazy("Send application/json."),
}
ECHOING = {"invalid_choice", "does_not_exist", "invalid_pk_value", "invalid_list"}


class PlainJSONRenderer(JSONRenderer):
    """JSON whatever the client says it accepts; Chinese stays readable."""

    charset = None


class AlwaysJSON(BaseContentNegotiation):
    """There is one representation: an odd `Accept` header is no reason to refuse a rating."""

    def select_parser(self, request, parsers):
        for parser in parsers:
            if (request.content_type or "").split(";")[0].strip().lower() == parser.media_type:
                return parser
        return None

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class SignedInAuthentication(SessionAuthentication):
    """The browser's session with CSRF protection; an anonymous caller gets 401, a signed-in one without right 403."""

    def authenticate_header(self, request):
        return "Session"


class NamedPermission(BasePermission):
    """Asks for `view.permission`, or for the entry of the method in `view.permissions`; without either: denied."""

    def has_permission(self, request, view):
        if not getattr(request.user, "is_active", False):
            return False
        needed = getattr(view, "permissions", {}).get(request.method) or getattr(view, "permission", None)
        return bool(needed) and request.user.has_perm(needed)


class TimePages(CursorPagination):
    """Pages by a cursor, so that page 10,000 costs what page 1 costs and new rows do not shift old ones."""

    page_size = 100
    # How many rows may share one moment; a page after so many would repeat. Without any limit a forged cursor is a 500.
    offset_cutoff = 100_000
    page_size_query_param = "page_size"
    max_page_size = 1_000


def answer_failure(exc, context):
    """DRF's exception handler: `{"code", "message", "fields"}`, never a traceback, never an echo of what was sent."""
    if isinstance(exc, DomainError):
        response = failure(exc.status, exc.code, exc.message, exc.fields)
        if exc.retry_after_seconds:
            response["Retry-After"] = str(exc.retry_after_seconds)
        return response
    if isinstance(exc, DATABASE_AWAY):
        return database_away(context["request"], exc)
    if isinstance(exc, UNSTORABLE):
        return bad_request(context["request"])
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    elif isinstance(exc, ValidationError):
        return failure(
            400,
            "invalid",
            _("Some of this is not right."),
            exc.message_dict if hasattr(exc, "error_dict") else {},
        )
    if not isinstance(exc, exceptions.APIException):
        return None
    if isinstance(exc, exceptions.ValidationError):
        fields = exc.detail if isinstance(exc.detail, dict) else {"non_field_errors": exc.detail}
        return failure(400, "invalid", _("Some of this is not right."), _without_echo(fields))
    response = failure(
        exc.status_code,
        exc.default_code,
        PLAIN_WORDS.get(type(exc)) or exc.default_detail,
        {},
        getattr(exc, "extra", {}),
    )
    if isinstance(exc, exceptions.Throttled) and exc.wait:
        response["Retry-After"] = str(exc.wait)  # whole seconds, rounded up by DRF
    if exc.status_code == status.HTTP_401_UNAUTHORIZED:
        response["WWW-Authenticate"] = getattr(exc, "auth_header", "Session")
    if exc.status_code == status.HTTP_405_METHOD_NOT_ALLOWED:
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def _without_echo(detail):
    """The same errors, with other words where the framework's would repeat what was sent."""
    if isinstance(detail, dict):
        return {name: _without_echo(inner) for name, inner in detail.items()}
    if isinstance(detail, list):
        return [_without_echo(inner) for inner in detail]
    return _("Not one of the choices.") if getattr(detail, "code", "") in ECHOING else detail


def failure(status_code, code, message, fields=None, extra=None):
    """An answer in the contract's error shape."""
    response = Response(
        {
            "code": code,
            "message": str(message),
            "fields": fields or {},
            **(extra or {}),
        },
        status=status_code,
    )
    response["Cache-Control"] = "no-store"
    return response


def unknown_path(request, exception=None):
    """404 outside and inside the API, with a body that says nothing about what was asked for."""
    return failure_answer(request, 404, "not_found", _("There is nothing here."))
