"""Who may see which hall's rows: one function, used by lists, details, choices, autocompletes, exports and the API."""

from django.db.models import QuerySet


def visible(queryset: QuerySet, user) -> QuerySet:
    """Narrow `queryset` to the rows of the halls that `user` may see; nobody sees anything by default.

    The model says with `hall_path` which look-up leads to its hall (`"hall"`, `"window__hall"`, `"pk"` for the hall
    itself); a model without one raises, so that a forgotten path is a failing test and not a leak. Superusers and
    holders of `feedback_site.view_all_halls` see every hall; everybody else sees the hall they belong to. Whether the
    person may see this *kind* of row at all is a question of permissions, asked by the edge.
    """
    path = queryset.model.hall_path
    if not user.is_authenticated or not user.is_active:
        return queryset.none()
    if sees_all_halls(user):
        return queryset
    if user.hall_id is None:
        return queryset.none()
    return queryset.filter(**{path: user.hall_id})


def sees_all_halls(user) -> bool:
    """Whether the person is not bound to one hall."""
    return user.is_active and (user.is_superuser or user.has_perm("feedback_site.view_all_halls"))
