"""The admin site: unfold's, with a search that only finds what one may see and a start page that says what is where."""

from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.dataclasses import SearchResult
from unfold.sites import UnfoldAdminSite

MAX_TERM = 80
RESULTS_PER_KIND = 8


class Site(UnfoldAdminSite):
    """unfold's own search fails on `?page=a`, keeps results when rights are taken away, and reads whole tables."""

    site_header = site_title = _("Sunlit Window")
    index_title = _("Start")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.start_panels = []  # functions of the request that give HTML for the start page, or "" for nothing

    def index(self, request, extra_context=None):
        """The start page, with what other apps put above it; they know this site, it does not know them."""
        panels = [panel(request) for panel in self.start_panels]
        return super().index(request, {**(extra_context or {}), "start_panels": [html for html in panels if html]})

    def search(self, request, extra_context=None):
        """What the side bar's search box asks for: pages by name, and rows of the kinds that say `found_by_sidebar`."""
        term = request.GET.get("s", "").strip().lower()[:MAX_TERM]
        apps = self.get_app_list(request)
        results = [*self._search_apps(apps, term), *self._rows(request, apps, term)] if term else []
        page = Paginator(results, max(len(results), 1)).page(1)
        template = "command_results" if "extended" in request.GET else "search_results"
        context = {"results": page, "page_obj": page.paginator, "page_counter": 0, "execution_time": 0}
        return TemplateResponse(request, f"unfold/helpers/{template}.html", context, headers={"HX-Trigger": "search"})

    def _rows(self, request, apps, term):
        # `get_app_list` is built anew: `_search_apps` has cut it down to the pages that match.
        for app in self.get_app_list(request):
            for entry in app["models"]:
                model_admin = self.get_model_admin(entry["model"])
                if not (getattr(model_admin, "found_by_sidebar", False) and model_admin.has_view_permission(request)):
                    continue
                opts = model_admin.opts
                rows, _duplicates = model_admin.get_search_results(request, model_admin.get_queryset(request), term)
                for row in rows[:RESULTS_PER_KIND]:
                    address = reverse(f"{self.name}:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
                    yield SearchResult(str(row), capfirst(opts.verbose_name), address, "arrow_forward")
