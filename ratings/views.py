"""The tablet's page, its service worker and its manifest: a shell without data that also opens without a network."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from feedback_site.faces import BRAND
from ratings.scale import Level

OWN = Path(__file__).parent / "static" / "ratings" / "kiosk"
WORKER = OWN / "worker.js"
SHARED = Path(settings.BASE_DIR) / "feedback_site" / "static" / "feedback_site"
SHARED_NAMES = ("tokens.css", "favicon.svg", "logo.svg")


@require_safe
@never_cache
def kiosk(request):
    """The page; the same for every tablet and visitor, so that a service worker may keep it."""
    return HttpResponse(shell().page)


@require_safe
@never_cache
def worker(request):
    """The service worker, told which addresses make up the page and which version they are."""
    return HttpResponse(shell().worker, content_type="text/javascript; charset=utf-8")


@require_safe
def manifest(request):
    """Lets a tablet keep the page on its home screen and open it without the browser's bars."""
    address = reverse("kiosk:page")
    icon = {"src": f"{settings.STATIC_URL}feedback_site/logo.svg", "type": "image/svg+xml", "sizes": "any"}
    content = {
        "name": "晴窗评价",
        "short_name": "晴窗",
        "lang": "zh-Hans",
        "start_url": address,
        "scope": address,
        "display": "fullscreen",
        "background_color": "#F2F5F3",
        "theme_color": BRAND,
        "icons": [icon],
    }
    return JsonResponse(content, content_type="application/manifest+json")


class Shell(NamedTuple):
    """The page, and the worker that keeps it."""

    page: str
    worker: str


def shell() -> Shell:
    """The shell as this process found it: one that still serves old files must not announce new ones."""
    return make_shell() if settings.DEBUG else shell_at_start()


@cache
def shell_at_start() -> Shell:
    return make_shell()


def make_shell() -> Shell:
    version = shell_version()
    head = f"const VERSION = {json.dumps(version)};\nconst SHELL = {json.dumps(shell_addresses())};\n"
    return Shell(page(version), head + WORKER.read_text("utf-8"))


def page(version: str) -> str:
    # Plain names, not the ones with a hash: modules import each other by name, and the worker keeps versions apart.
    modules = [path.name for path in shell_files() if path.suffix == ".js"]
    context = {"version": version, "static": settings.STATIC_URL, "modules": modules, "levels": Level.values}
    return render_to_string("ratings/kiosk.html", context)


def shell_version() -> str:
    """Twelve characters that change with any byte of the page, its files or its worker."""
    digest = hashlib.sha256(page("").encode())
    for path in [WORKER, *shell_files()]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def shell_files() -> list[Path]:
    """Every file the page is made of; a module added to the folder belongs to it at once."""
    own = sorted(path for path in OWN.iterdir() if path.suffix in {".js", ".css"} and path != WORKER)
    return own + [SHARED / name for name in SHARED_NAMES]


def shell_addresses() -> list[str]:
    """What the browser asks for to open the page."""
    folders = {OWN: "ratings/kiosk", SHARED: "feedback_site"}
    files = [f"{settings.STATIC_URL}{folders[path.parent]}/{path.name}" for path in shell_files()]
    return [reverse("kiosk:page"), *files]
