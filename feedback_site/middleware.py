"""For every answer: no 500 for a bad input or an absent database, the admin's wider policy, the chosen language."""

import logging

from django.conf import settings
from django.db import DatabaseError, DataError, InterfaceError, InternalError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 5
# Absent, too busy, out of connections; PostgreSQL calls a write while it is read-only an internal error.
DATABASE_AWAY = (OperationalError, InterfaceError, InternalError)
# What no field refused and yet no column takes, such as the year 10000 or a NUL.
UNSTORABLE = (DataError, OverflowError)
# Alpine inside unfold needs eval and inline styles (stack.md 2.3); nothing outside the admin gets this.
ADMIN_POLICY = {
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}
API_PREFIX = "/api/"
ADMIN_PREFIX = "/admin/"
METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
ADMIN_METHODS = {"GET", "HEAD", "POST"}


class CleanFailureMiddleware:
    """A NUL in the address is a bad request; a database that is away is a 503 that says when to come back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # PostgreSQL cannot take NUL in a text and would turn each such look-up into a 500.
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path_info:
            return bad_request(request)
        # A cookie brings it in disguise: sessionid="\000".
        if any("\x00" in value for value in request.COOKIES.values()):
            return bad_request(request)
        # Django's admin answers every method alike, and nobody here answers TRACE.
        allowed = ADMIN_METHODS if request.path_info.startswith(ADMIN_PREFIX) else METHODS
        if request.method not in allowed:
            response = failure_answer(request, 405, "method_not_allowed", _("This cannot be done here."))
            response["Allow"] = ", ".join(sorted(allowed))
            return response
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, DATABASE_AWAY):
            return database_away(request, exception)
        if isinstance(exception, UNSTORABLE):
            log.warning("unstorable value: %s", type(exception).__name__)
            return bad_request(request)
        return None


def database_away(request, exception: DatabaseError):
    """503 with `Retry-After`; the cause goes to the log without the statement's values."""
    log.error("database away: %s", type(exception.__cause__ or exception).__name__)
    response = failure_answer(
        request,
        503,
        "unavailable",
        _("The data is away for a moment. Please try again."),
    )
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def bad_request(request, exception=None):
    """400 that repeats nothing; also for what Django itself finds suspicious, such as a foreign `Host`."""
    return failure_answer(request, 400, "bad_request", _("This request holds something that is not allowed."))


def failure_answer(request, status, code, message):
    """The contract's error shape for programs, a page with one plain sentence for people (it asks no database)."""
    if request.path_info.startswith(API_PREFIX):
        response = JsonResponse({"code": code, "message": message, "fields": {}}, status=status)
    else:
        response = HttpResponse(render_to_string("feedback_site/problem.html", {"message": message}), status=status)
    response["Cache-Control"] = "no-store"
    return response


class AdminPolicyMiddleware:
    """Lets unfold run under `/admin/`; must stand after `CSPMiddleware`, whose strict policy holds elsewhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith(ADMIN_PREFIX):
            response._csp_update = ADMIN_POLICY
        return response


class ChosenLanguageMiddleware:
    """The language that was chosen, else zh-hans: the settings of a hall's shared computer must not decide."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.known = dict(settings.LANGUAGES)

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response
