"""Photos of staff: made small and bare, refused when they are none, on the card with consent and gone without it."""

import zlib
from base64 import b64decode
from io import BytesIO
from struct import pack

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from feedback_site.models import StaffPhoto
from feedback_site.photos import MAX_BYTES, SIDE, square_photo
from ratings.configuration import tablet_configuration
from tests.factories import DutyFactory, StaffFactory, TabletFactory, UserFactory

MARK = b"secret-place"


def photo(kind="JPEG", size=(600, 900), **more):
    made = BytesIO()
    Image.new("RGB", size, "#2A5C94").save(made, kind, **more)
    return made.getvalue()


def with_metadata():
    exif = Image.Exif()
    exif[0x010E] = MARK.decode()  # ImageDescription
    exif[0x0112] = 6  # lies on its side
    return photo(exif=exif)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_small_square_jpeg(kind):
    made = Image.open(BytesIO(square_photo(photo(kind))))
    assert (made.format, made.size) == ("JPEG", (SIDE, SIDE))


def test_metadata_is_not_handed_on():
    original = with_metadata()
    assert MARK in original
    made = square_photo(original)
    assert MARK not in made
    assert not Image.open(BytesIO(made)).getexif()


def bomb():
    """A PNG of a few bytes that says it is 30,000 pixels wide and high."""

    def chunk(name, body):
        return pack(">I", len(body)) + name + body + pack(">I", zlib.crc32(name + body))

    head = pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


REFUSED = {
    "nothing": b"",
    "text": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "a GIF": photo("GIF"),
    "a cut JPEG": photo()[:300],
    "a bomb": bomb(),
    "a PDF": b"%PDF-1.7\n" + photo(),
    "too large": b"\xff\xd8\xff" + b"\0" * MAX_BYTES,
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_photo_is_refused(what):
    with pytest.raises(ValidationError):
        square_photo(REFUSED[what])


def test_a_manager_puts_a_photo_on_the_card_and_takes_it_away(client, db, at):
    duty = DutyFactory()
    staff, tablet = duty.staff, TabletFactory(window=duty.window)
    client.force_login(UserFactory(hall=staff.hall, role="hall manager"))
    address = reverse("admin:feedback_site_staffmember_change", args=[staff.pk])
    told = {"hall": staff.hall_id, "staff_no": staff.staff_no, "name": staff.name, "pinyin": "", "is_active": "on"}

    def upload(content):
        return client.post(address, told | {"new_photo": SimpleUploadedFile("x.jpg", content)})

    def card():
        return tablet_configuration(tablet=tablet, at=duty.starts_at)["staff"]

    assert card() == {"name": staff.name, "photo": None}
    assert upload(b"no photo").status_code == 200
    assert not StaffPhoto.objects.exists()

    assert upload(photo()).status_code == 302
    kind, _comma, data = card()["photo"].partition(",")
    assert kind == "data:image/jpeg;base64" and Image.open(BytesIO(b64decode(data))).size == (SIDE, SIDE)
    assert data in client.get(address).content.decode()

    assert client.post(address, told | {"without_photo": "on"}).status_code == 302
    assert card()["photo"] is None and not StaffPhoto.objects.exists()


def test_the_photo_costs_the_card_no_query(db):
    duty = DutyFactory()
    tablet = TabletFactory(window=duty.window)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            tablet_configuration(tablet=tablet, at=duty.starts_at)
        return len(captured)

    without = queries()
    StaffPhoto.objects.create(staff=duty.staff, image=square_photo(photo()))
    assert queries() == without


def test_a_staff_member_without_rights_sees_no_other_halls_photo(client, db):
    other = StaffFactory()
    StaffPhoto.objects.create(staff=other, image=square_photo(photo()))
    client.force_login(UserFactory(role="hall manager"))
    assert client.get(reverse("admin:feedback_site_staffmember_change", args=[other.pk])).status_code == 302
