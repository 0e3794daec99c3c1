"""Roles are bundles of permissions; code asks for permissions only."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission

from feedback_site.roles import ROLE_NAMES, ROLES, sync_roles
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def held(role):
    found = Permission.objects.filter(group__name=role).values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in found}


def test_every_permission_of_every_role_exists_and_is_given():
    assert {name: held(name) for name in ROLES} == {name: set(wanted) for name, wanted in ROLES.items()}


def test_every_role_has_a_name_for_people():
    assert set(ROLE_NAMES) == set(ROLES)


def test_bringing_roles_up_to_date_keeps_what_an_administrator_added():
    clerk = Group.objects.get(name="clerk")
    added = Permission.objects.get(codename="view_rating")
    missing = Permission.objects.get(codename="view_hall")
    clerk.permissions.add(added)
    clerk.permissions.remove(missing)
    for _run in range(2):
        sync_roles()
    assert {added, missing} <= set(clerk.permissions.all())
    assert Group.objects.filter(name="clerk").count() == 1


@pytest.mark.parametrize("role", [name for name in ROLES if name != "auditor"])
def test_only_the_auditor_role_looks_over_the_walls_of_a_hall(role):
    assert "feedback_site.view_all_halls" not in ROLES[role]
    assert not UserFactory(role=role).has_perm("feedback_site.view_all_halls")


def test_no_role_deletes_anything_or_edits_what_is_appended():
    everything = {permission for wanted in ROLES.values() for permission in wanted}
    verbs = {permission.partition(".")[2].partition("_")[0] for permission in everything}
    assert "delete" not in verbs
    assert not {f"ratings.change_{model}" for model in ("rating", "ratingversion", "ratingexclusion")} & everything
    assert not {f"ratings.add_{model}" for model in ("rating", "ratingversion", "quarantinedrating")} & everything


def test_an_auditor_changes_nothing_but_may_sign_that_a_rating_does_not_count():
    assert {permission for permission in ROLES["auditor"] if ".view_" not in permission} <= {
        "ratings.add_ratingexclusion",
        "ratings.add_exclusionreversal",
        "complaints.decide_appeal",  # somebody who never handled the ticket (申诉复核)
    }


def test_the_people_who_are_rated_see_nobodys_ratings():
    assert ROLES["rated person"] == []
    of_ratings = {permission for permission in ROLES["clerk"] if permission.startswith("ratings.")}
    assert of_ratings == {"ratings.add_paperform", "ratings.view_paperform"}  # which forms are in, not what they say


def test_code_asks_for_permissions_and_never_for_groups():
    asking = re.compile(r"groups\.filter|groups__name|\.groups\.|in_group|has_role")
    allowed = {"feedback_site/roles.py"}
    offenders = [
        str(path.relative_to(settings.BASE_DIR))
        for app in ("feedback_site", "ratings", "complaints", "reports")
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
        if asking.search(path.read_text("utf-8")) and "/demo/" not in str(path)
    ]
    assert set(offenders) <= allowed
