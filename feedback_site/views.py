"""The front page: what is where."""

from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def front_page(request):
    """Links to the tablet, the listening desk, the reports and the API's documents."""
    return render(request, "feedback_site/front.html")
