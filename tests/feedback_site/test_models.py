"""What must always be true of the directory, held by the database."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from feedback_site.models import Hall, StaffMember, Window
from feedback_site.zones import validate_zone
from tests.factories import DutyFactory, HallFactory, ItemFactory, StaffFactory, UserFactory, WindowFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("factory", "field", "value"),
    [(WindowFactory, "number", "10"), (StaffFactory, "staff_no", "X1003"), (ItemFactory, "code", "T1")],
)
def test_a_number_is_given_once_in_a_hall_and_again_in_another(factory, field, value):
    first = factory(**{field: value})
    factory(**{field: value})
    with pytest.raises(IntegrityError), transaction.atomic():
        factory(hall=first.hall, **{field: value})
    twin = factory.build(hall=first.hall, **{field: value})
    with pytest.raises(ValidationError) as caught:
        twin.full_clean(exclude=["user"])
    assert "already" in str(caught.value) or caught.value.messages


def test_a_halls_code_is_given_once():
    HallFactory(code="A")
    with pytest.raises(IntegrityError), transaction.atomic():
        Hall.objects.create(code="A", name="x")


@pytest.mark.parametrize("code", ["", "a b", "大厅", "a/b", "x" * 17, "\x00"])
def test_a_halls_code_can_stand_in_an_address(code):
    with pytest.raises(ValidationError):
        Hall(code=code, name="x").full_clean()


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "Asia/Urumqi", "America/St_Johns"])
def test_zones_have_their_common_names(zone):
    validate_zone(zone)


@pytest.mark.parametrize(
    "zone", ["", "Peking", "Asia", "../../etc/passwd", "/etc/passwd", "Asia/Shanghai\x00", "x" * 300, "+08:00"]
)
def test_what_is_no_zone_is_refused_with_a_sentence(zone):
    with pytest.raises(ValidationError) as caught:
        validate_zone(zone)
    assert caught.value.code == "invalid_zone"


@pytest.mark.parametrize(
    ("number", "position"), [("10", 10), ("A3", 3), ("3-12", 312), ("咨询台", 0), ("", 0), ("12345678", 1234), ("٣", 0)]
)
def test_windows_stand_in_lists_by_the_digits_of_their_number(number, position):
    assert WindowFactory(number=number).position == position


def test_a_place_that_somebody_chose_stays():
    assert WindowFactory(number="10", position=2).position == 2


def test_windows_are_listed_in_the_order_of_their_places():
    hall = HallFactory()
    for number in ("10", "9", "2", "1"):
        WindowFactory(hall=hall, number=number)
    assert list(Window.objects.values_list("number", flat=True)) == ["1", "2", "9", "10"]


@pytest.mark.parametrize("aids", [[], ["hearing_loop"], ["magnifier", "wheelchair"]])
def test_aids_are_chosen_from_the_list(aids):
    WindowFactory(aids=aids).full_clean()


@pytest.mark.parametrize(
    "aids", [["jetpack"], ["magnifier", "magnifier"], "magnifier", {"magnifier": 1}, [1], [["magnifier"]], [{}]]
)
def test_other_aids_are_refused(aids):
    with pytest.raises(ValidationError) as caught:
        WindowFactory(aids=aids).full_clean()
    assert list(caught.value.error_dict) == ["aids"]


def test_a_staff_member_can_be_found_by_pinyin():
    assert StaffFactory(name="曾小明").pinyin == "zeng xiao ming zxm"
    assert StaffFactory(name="曾小明", pinyin="ceng").pinyin == "ceng"


def test_a_sign_in_belongs_to_one_person():
    user = UserFactory()
    StaffFactory(user=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffFactory(user=user)


def test_a_person_stays_when_the_sign_in_goes():
    staff = StaffFactory(user=UserFactory())
    staff.user.delete()
    assert StaffMember.objects.get().user is None


def test_what_others_point_at_cannot_be_deleted():
    duty = DutyFactory()
    for row in (duty.window, duty.staff, duty.window.hall):
        with pytest.raises(ProtectedError):
            row.delete()


def test_every_change_of_the_directory_is_kept():
    for row in (HallFactory(), WindowFactory(), StaffFactory(), ItemFactory()):
        row.name = "anders"
        row.save()
        assert [version.history_type for version in row.history.order_by("history_id")] == ["+", "~"]
