"""/track/: how one's own matter stands, without signing in and without JavaScript; sent by POST, kept nowhere."""

from django.conf import settings
from django.core import signing
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from complaints.progress import progress_of
from complaints.tracking import look_up
from ratings.api.tablets import network_of
from ratings.models import CallbackRequest
from ratings.receipts import folded

SALT = "complaints.public.again"
AGAIN_SECONDS = 15 * 60  # how long the page may be turned into another language without typing the code again


@csrf_exempt  # nobody is signed in and nothing changes; a token would make each answer differ from the next
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request):
    """The question, or how the matter stands. What stands in the address is ignored: addresses are remembered."""
    if request.method != "POST":
        return _page(request, _language(request), {})
    callback = _again(request) or _looked_up(request)
    language = _language(request, callback)
    if callback is None:
        typed = request.POST.get("number", "")
        asked = "query_code" in request.POST
        return _page(request, language, {"wrong": asked, "number": typed if folded(typed) else ""})
    with translation.override(language):
        progress = progress_of(callback, timezone.now())
    again = signing.dumps(str(callback.pk), salt=SALT)
    return _page(request, language, {"progress": progress, "again": again})


def _looked_up(request):
    if "query_code" not in request.POST:
        return None
    return look_up(
        number=request.POST.get("number"),
        query_code=request.POST.get("query_code"),
        network=network_of(request),
        at=timezone.now(),
    )


def _again(request):
    """The matter that this page showed a moment ago, for the language buttons; forgotten ones stay forgotten."""
    try:
        pk = signing.loads(request.POST.get("again", ""), salt=SALT, max_age=AGAIN_SECONDS)
    except signing.BadSignature:
        return None
    kept = CallbackRequest.objects.filter(forgotten_at=None)
    return kept.select_related("rating__hall", "rating__window", "rating__ticket__hall").filter(pk=pk).first()


def _language(request, callback=None):
    """The language just chosen, else the one chosen before, else the one in which the visitor rated."""
    known = dict(settings.LANGUAGES)
    before = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    told = callback.language if callback else None
    wishes = (request.POST.get("language"), before, told, settings.LANGUAGE_CODE)
    return next(wish for wish in wishes if wish in known)


def _page(request, language, context):
    with translation.override(language):
        languages = [(code, "EN" if code == "en" else name[0]) for code, name in settings.LANGUAGES]
        names = [(code, short, dict(settings.LANGUAGES)[code]) for code, short in languages]
        response = render(request, "complaints/track.html", {**context, "languages": names, "language": language})
    response["Content-Language"] = language
    if request.POST.get("language") == language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            path=settings.LANGUAGE_COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response
