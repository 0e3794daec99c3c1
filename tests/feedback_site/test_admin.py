"""The admin as a whole: every registered page against bad addresses, forged forms and people of another hall."""

import pytest
from django.contrib import admin
from django.urls import reverse

from feedback_site.models import Hall, Window
from tests.project.population import MARKS

FOREIGN = MARKS["B"]
MODELS = sorted((model._meta.label_lower for model in admin.site._registry), key=str)
WITH_HISTORY = ["feedback_site.hall", "feedback_site.serviceitem", "feedback_site.staffmember", "feedback_site.window"]
WITH_HISTORY += ["ratings.duty"]
# reliability.md d.7, and what a curious manager would try next.
BAD_ADDRESSES = [
    "?o=99", "?o=-1.2.x", "?o=-", "?o=1.1.1.1.-99", f"?o={'9' * 5000}",
    "?p=999999", "?p=-1", "?p=0", "?p=a", f"?p={'9' * 30}",
    "?q=%00", "?q=%ED%A0%80", "?q=%22%27%5C", f"?q={'长' * 500}", "?all=", "?all=1", "?e=1", "?e=1&nothing=1",
    "?nothing=1", "?nothing__exact=1", "?id__exact=x", "?pk=x", "?id__regex=(", "?pk__in=1,x",
    "?user__password__startswith=p", "?created_by__password__startswith=p", "?token_hash__startswith=a",
    "?comment__contains=138", "?hall__users__password__startswith=p", "?hall__id__exact=x",
    f"?hall__id__exact={'9' * 25}", "?hall=1&hall=2", "?window__id__exact=-1", "?is_active__exact=maybe",
    "?level__exact=x", "?_to_field=password", "?_popup=1&_to_field=id", "?_popup=1&_to_field=hall", "?_facets=1",
    "?_changelist_filters=%FF",
    "?rated_at_from=0000-01-01", "?rated_at_to=10000-01-01", "?rated_at_from=x&rated_at_to=9999-12-31",
    "?rated_at__gte=x", "?rated_at__year=0", "?starts_at_from=2026-13-40", "?called_at_to=-1", "?received_at_from=",
    "?week=2026-W99", "?week=x", "?counting=x", "?late=x", "?status__exact=x", "?channel__exact=%27",
]  # fmt: skip


def page(label, kind, *args):
    return reverse(f"admin:{label.replace('.', '_')}_{kind}", args=args)


def row_of(population, label, code):
    return population.of(*label.split("."))[code]


def stored(row):
    """The row as the database has it now."""
    return type(row)._default_manager.filter(pk=row.pk).values().get()


@pytest.mark.slow
@pytest.mark.parametrize("label", MODELS)
def test_no_address_of_a_list_makes_the_server_fail_or_shows_another_hall(population, label):
    client = population.clients["manager A"]
    is_open = client.get(page(label, "changelist")).status_code == 200
    if not is_open:
        client = population.clients["superuser"]
    for query in BAD_ADDRESSES:
        answer = client.get(page(label, "changelist") + query)
        assert answer.status_code in (200, 302, 400), (query, answer.status_code)
        if is_open and answer.status_code == 200:
            assert FOREIGN not in answer.content.decode(), (query, "shows hall B")


@pytest.mark.slow
@pytest.mark.parametrize("label", MODELS)
def test_no_address_of_a_list_makes_the_server_fail_for_a_superuser(population, label):
    for query in [query for query in BAD_ADDRESSES if "__" in query or "_from" in query or "?o" in query]:
        answer = population.clients["superuser"].get(page(label, "changelist") + query)
        assert answer.status_code in (200, 302, 400), (query, answer.status_code)


@pytest.mark.parametrize("label", MODELS)
def test_no_key_in_the_address_makes_the_server_fail(population, label):
    for key in ("xyz", "0", "-1", "9" * 30, "%27", "a_5Fb", "00000000-0000-0000-0000-000000000000", "../../x"):
        for kind in ("change", "delete", "history"):
            answer = population.clients["superuser"].get(page(label, kind, key))
            assert answer.status_code in (302, 403, 404), (key, kind, answer.status_code)
            if answer.status_code == 302:
                assert answer["Location"] == reverse("admin:index")


@pytest.mark.parametrize("label", MODELS)
def test_a_row_of_another_hall_looks_as_if_it_did_not_exist(population, label):
    foreign = row_of(population, label, "B")
    if foreign == row_of(population, label, "A"):
        return  # shared by all halls
    client = population.clients["manager A"]
    for kind in ("change", "history", "delete"):
        answer = client.get(page(label, kind, foreign.pk))
        assert answer.status_code in (302, 403, 404), (kind, answer.status_code)
        assert FOREIGN not in answer.content.decode()
    assert FOREIGN not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("label", MODELS)
def test_a_forged_form_changes_no_row_of_another_hall(population, label):
    foreign, own = row_of(population, label, "B"), row_of(population, label, "A")
    if foreign == own:
        return
    before = stored(foreign)
    client = population.clients["manager A"]
    fields = {"name": "x", "number": "x", "_save": "1", "_saveasnew": "1", "hall": foreign.pk, "is_active": ""}
    client.post(page(label, "change", foreign.pk), fields)
    client.post(page(label, "delete", foreign.pk), {"post": "yes"})
    client.post(
        page(label, "changelist"),
        {"action": "delete_selected", "_selected_action": [foreign.pk], "select_across": "1", "post": "yes"},
    )
    client.post(page(label, "changelist"), {"form-TOTAL_FORMS": 1, "form-0-id": foreign.pk, "_save": "1"})
    assert stored(foreign) == before


@pytest.mark.parametrize("label", MODELS)
def test_nothing_is_ever_deleted_even_by_a_superuser(population, label):
    row = row_of(population, label, "A")
    client = population.clients["superuser"]
    client.post(page(label, "delete", row.pk), {"post": "yes"})
    client.post(page(label, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert stored(row)


@pytest.mark.parametrize("label", MODELS)
def test_no_form_offers_rows_of_another_hall(population, label):
    client = population.clients["manager A"]
    for address in (page(label, "add"), page(label, "change", row_of(population, label, "A").pk)):
        assert FOREIGN not in client.get(address).content.decode()


def test_a_chosen_row_of_another_hall_is_refused(population):
    window = population.objects[Window]["A"]
    fields = {"hall": population.objects[Hall]["B"].pk, "number": "7", "name": "x", "kind": "ordinary", "_save": "1"}
    answer = population.clients["manager A"].post(page("feedback_site.window", "change", window.pk), fields)
    assert answer.status_code == 200
    assert Window.objects.get(pk=window.pk).hall == population.objects[Hall]["A"]


@pytest.mark.parametrize("label", WITH_HISTORY)
def test_versions_of_a_row_are_read_by_those_who_see_it_and_put_back_by_nobody(population, label):
    own, foreign = row_of(population, label, "A"), row_of(population, label, "B")

    def version(row):
        return page(label, "simple_history", row.pk, row.history.first().pk)

    manager, superuser = population.clients["manager A"], population.clients["superuser"]
    assert manager.get(version(own)).status_code == 200
    assert manager.get(version(foreign)).status_code == 404
    assert manager.get(page(label, "history", foreign.pk)).status_code == 404
    assert superuser.post(version(own), {"name": "put back", "_save": "1"}).status_code == 405
    assert superuser.get(page(label, "simple_history", own.pk, "x")).status_code == 404
    assert superuser.get(page(label, "simple_history", own.pk, "9" * 30)).status_code == 404


@pytest.mark.parametrize("label", ["feedback_site.user", "auth.group"])
@pytest.mark.parametrize("person", ["clerk", "manager A", "auditor"])
def test_accounts_and_roles_are_the_superusers_alone(population, label, person):
    client = population.clients[person]
    for address in (page(label, "changelist"), page(label, "add"), page(label, "change", 1)):
        assert client.get(address).status_code in (302, 403)
        assert client.post(address, {"is_superuser": "on"}).status_code in (302, 403)
    assert page(label, "changelist") not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "app_label=ratings&model_name=duty&field_name=staff&term=",
        "app_label=ratings&model_name=duty&field_name=window&term=",
        "app_label=feedback_site&model_name=window&field_name=hall&term=",
        "app_label=ratings&model_name=rating&field_name=staff&term=",
    ],
)
def test_autocompletes_offer_rows_of_the_own_hall_only(population, query):
    answer = population.clients["manager A"].get(f"{reverse('admin:autocomplete')}?{query}")
    assert answer.status_code == 200
    assert FOREIGN not in str(answer.json())


@pytest.mark.parametrize(
    "query",
    [
        "",
        "app_label=x&model_name=y&field_name=z",
        "app_label=ratings&model_name=duty&field_name=nothing",
        "app_label=ratings&model_name=duty&field_name=staff&page=a",
        "app_label=ratings&model_name=duty&field_name=staff&page=-1",
        "app_label=ratings&model_name=tablet&field_name=token_hash",
        "app_label=feedback_site&model_name=staffmember&field_name=user&term=a",
    ],
)
def test_odd_autocomplete_questions_get_no_answer(population, query):
    answer = population.clients["manager A"].get(f"{reverse('admin:autocomplete')}?{query}")
    assert answer.status_code in (403, 404)
