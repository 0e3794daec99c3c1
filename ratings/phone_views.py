"""The rating page on a visitor's own phone: plain forms, so that it works in every browser, also without JavaScript.

`/r/<code>` only leads on to `/r/<code>/<nonce>`. The nonce is the identity of one rating, made and signed here: a
double tap, a reload, or going back and sending again is the same rating (reliability.md d.3). It stands in the address,
where Back finds it again, and in no cookie: the page sets none. That is why Django's CSRF token is not asked for; it
would guard a signed-in person's cookies, and there are none here. A form sent by another site is refused by what the
browser says of it (`Sec-Fetch-Site`), so that no foreign page can make its visitors rate a window.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from feedback_site.errors import DomainError
from ratings.api.tablets import network_of
from ratings.codes import Nonce, read_nonce, write_nonce
from ratings.configuration import reasons_of
from ratings.elsewhere import COMPLETE_WITHIN
from ratings.items import MAX_REASONS
from ratings.judging import AMEND_WITHIN
from ratings.models import Rating
from ratings.phone import Served, TooMany, rate_by_phone, served_by, visitor
from ratings.scale import Level

FORM_LIFE = timedelta(hours=2)  # who taps later would speak of somebody else
KEPT_FIELDS = ("do", "level", "change", "read", "reason")
LANGUAGES = dict(settings.LANGUAGES)
FOREIGN = {"cross-site", "same-site"}
NOTES = {
    "late": gettext_lazy("A minute has passed. Your rating stays as it is."),
    "stale": gettext_lazy("This page was open for a long time. Please tap once more."),
    "choose": gettext_lazy("Please tap one of the five faces."),
}


@dataclass(frozen=True)
class Look:
    """How the visitor wants to see the page; carried from page to page in the address."""

    language: str
    large: bool = False

    def query(self, **more):
        """The address's end: the look and whatever else is to be said; empty when there is nothing to say."""
        told = {"lang": self.language, "large": "1" if self.large else "", **more}
        return "?" + urlencode({name: value for name, value in told.items() if value})


def look_of(request) -> Look:
    """The language chosen on the page, else the phone's own."""
    asked = request.GET.get("lang")
    language = asked if asked in LANGUAGES else translation.get_language_from_request(request)
    return Look(language if language in LANGUAGES else settings.LANGUAGE_CODE, request.GET.get("large") == "1")


@require_safe
def begin(request, code):
    """A scanned code: on to a form of its own."""
    look = look_of(request)
    with translation.override(look.language):
        try:
            served = served_by(code, timezone.now())
        except DomainError as refusal:
            return problem(look, refusal)
        return lead_on(Form(code, served, fresh_nonce(served, timezone.now()), look))


@require_safe
def find(request):
    """A code typed from the paper under the picture: for phones without a camera and tablets without scripts."""
    look, typed = look_of(request), request.GET.get("code", "").strip()
    with translation.override(look.language):
        try:
            served_by(typed, timezone.now())
        except DomainError as refusal:
            return problem(look, refusal)
        return HttpResponseRedirect(reverse("phone:begin", args=[typed]) + look.query())


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request, code, nonce):
    """The form of one rating: the faces, then the reasons, then thanks."""
    look, at = look_of(request), timezone.now()
    with translation.override(look.language):
        try:
            served = served_by(code, at)
        except DomainError as refusal:
            return problem(look, refusal)
        known = read_nonce(nonce, served.code)
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site") in FOREIGN:
            return problem(look, DomainError(_("This form was sent from another site."), code="foreign", status=403))
        form = Form(code, served, known or fresh_nonce(served, at), look)
        rating = Rating.objects.filter(pk=form.nonce.rating).first()
        if known is None or (rating is None and at > known.shown_at + FORM_LIFE):
            fresh = Form(code, served, fresh_nonce(served, at), look)
            return lead_on(fresh, note="stale" if request.method == "POST" else "")
        if request.method == "POST":
            return take(request, form, rating, at)
        return show(request, form, rating, at)


@dataclass(frozen=True)
class Form:
    """One form and what it is about."""

    code: str
    served: Served
    nonce: Nonce
    look: Look

    def address(self, **more):
        """Where the form lives, with the look kept."""
        written = write_nonce(self.nonce, self.served.code)
        return reverse("phone:rate", args=[self.code, written]) + self.look.query(**more)


def fresh_nonce(served, at):
    return Nonce(uuid.uuid4(), at)


def lead_on(form, **more):
    """See Other, so that a reload of where it leads sends nothing again."""
    response = HttpResponseRedirect(form.address(**more), status=303)
    return private(response, form.look)


# --- showing --------------------------------------------------------------------------------------------------------


def show(request, form, rating, at):
    if rating is None:
        return faces(request, form)
    if "done" in request.GET or at > rating.rated_at + COMPLETE_WITHIN:
        return page("thanks", form)
    left = AMEND_WITHIN - (at - rating.rated_at)
    if "change" in request.GET and left > timedelta(0):
        return faces(request, form, is_change=True)
    return reasons(request, form, rating, max(0, int(left.total_seconds())))


def faces(request, form, *, is_change=False, note=None, status=200):
    visit = form.served.visit
    return page(
        "faces",
        form,
        status=status,
        request=request,
        note=note,
        levels=[(int(level), level.label) for level in Level],
        is_change=is_change,
        keep=form.address(),
        is_follow_up=bool(visit) and not is_change and visit.ratings.filter(is_default=False).exists(),
    )


def reasons(request, form, rating, seconds_left):
    offered = reasons_of(form.served.window.hall_id)[1][str(rating.level)]
    chosen = set(rating.reason_links.values_list("reason__code", flat=True))
    language = form.look.language
    return page(
        "reasons",
        form,
        request=request,
        level=rating.level,
        level_word=Level(rating.level).label,
        question=question_of(rating.level),
        offered=[(reason["code"], reason["text"][language], reason["code"] in chosen) for reason in offered],
        change=form.address(change="1") if seconds_left else "",
        seconds_left=seconds_left,
    )


def question_of(level):
    """The level's own question: 5 and 4 are good, 3 is fair, 2 and 1 are bad."""
    if level >= Level.SATISFIED:
        return _("What went well?")
    return _("What could be better?") if level == Level.FAIRLY_SATISFIED else _("What went wrong?")


def page(stage, form, *, status=200, request=None, note=None, **context):
    look = form.look
    note = note or (request and request.GET.get("note"))
    others = {"change": "1"} if context.get("is_change") else {"done": "1"} if stage == "thanks" else {}
    languages = [(code, name, Form(form.code, form.served, form.nonce, Look(code, look.large)).address(**others))
                 for code, name in (("zh-hans", "简"), ("zh-hant", "繁"), ("en", "EN"))]  # fmt: skip
    larger = Form(form.code, form.served, form.nonce, Look(look.language, not look.large)).address(**others)
    served = form.served
    return answer(
        f"ratings/phone/{stage}.html",
        {
            **context,
            "hall": served.window.hall,
            "window": served.window,
            "staff": served.staff,
            "address": form.address(),
            "languages": languages,
            "larger": larger,
            "note": NOTES.get(note, ""),
        },
        look,
        status,
    )


def problem(look, refusal):
    """One calm sentence, and who helps."""
    context = {"message": refusal.message, "languages": [], "larger": ""}
    return answer("ratings/phone/problem.html", context, look, refusal.status)


def answer(template, context, look, status):
    text = render_to_string(template, {**context, "look": look, "language_names": LANGUAGES})
    return private(HttpResponse(text, status=status), look)


def private(response, look):
    """Nobody keeps the page: not the browser's cache, not a proxy, not a search engine."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = look.language
    return response


# --- taking ---------------------------------------------------------------------------------------------------------


def take(request, form, rating, at):
    """What was tapped; answered by leading on, so that nothing is sent twice by a reload."""
    told = {
        "id": str(form.nonce.rating),
        "language": form.look.language,
        "modes": modes(request, form.look),
    }
    if request.POST.get("do") == "finish" and rating:
        chosen = request.POST.getlist("reason")[:MAX_REASONS]
        if not chosen and not rating.reason_links.exists():
            return lead_on(form, done="1")
        told |= {"level": rating.level, "reasons": chosen, "amends": True}
        return record(request, form, told, at, then={"done": "1"})
    level = request.POST.get("level")
    if level not in map(str, Level.values):
        return lead_on(form) if rating else faces(request, form, note="choose", status=400)
    told |= {"level": int(level), "reasons": []}
    if rating and request.POST.get("change") == "1":
        told["amends"] = True
    return record(request, form, told, at, then={})


def modes(request, look):
    told = {"phone": True, "large_text": look.large, "read_aloud": request.POST.get("read") == "1"}
    return [name for name, holds in told.items() if holds]


def record(request, form, told, at: datetime, *, then):
    hall = form.served.window.hall
    browser = request.headers.get("User-Agent", "")
    who = visitor(network=network_of(request), browser=browser, hall=hall, at=at)
    waited = int((at - form.nonce.shown_at).total_seconds() * 1000)
    try:
        verdict = rate_by_phone(served=form.served, told=told, visitor=who, at=at, answered_ms=max(0, waited))
    except TooMany as refusal:
        return too_many(request, form, refusal)
    if verdict["status"] == "conflict" and not then:
        then = {"note": "late"}
    return lead_on(form, **then)


def too_many(request, form, refusal):
    """What was tapped stays on the page, one tap away from being sent again."""
    kept = [(name, value) for name in KEPT_FIELDS for value in request.POST.getlist(name)[:MAX_REASONS]]
    response = page("too_many", form, status=refusal.status, kept=kept, message=refusal.message)
    response["Retry-After"] = str(refusal.retry_after_seconds)
    return response
