"""A page for what one button does: says what will happen, asks what it must know, and then does it by POST."""

from django.template.response import TemplateResponse


def ask(model_admin, request, row, *, title, text, button, form=None, is_danger=False):
    """The page that asks before something is done to `row`; its form posts to the same address."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "original": row,
        "text": text,
        "form": form,
        "button": button,
        "is_danger": is_danger,
    }
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, "feedback_site/admin/ask.html", context)
