"""Who brought a matter: sealed, masked, opened by few and never unseen, and forgotten in time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from complaints.errors import FieldInvalid, PermissionDenied
from complaints.models import Petitioner, PetitionerDisclosure, Ticket, TicketEvent
from complaints.opening import open_ticket
from complaints.petitioners import (
    Gone,
    Told,
    check_told,
    forget_petitioners,
    keep_petitioner,
    mask_name,
    may_reveal,
    opened,
    renew_query_code,
    reveal,
    with_phone,
)
from complaints.tasks import forget_petitioners as forget_task
from ratings.query_codes import matches, read_code
from ratings.sealing import CannotOpen, Purpose, open_box
from tests.complaints.desk_pages import LIST, page_of, text
from tests.factories import WEDNESDAY, HallFactory, StaffFactory, TicketFactory, UserFactory, WindowFactory
from tests.ratings.entrusted import server_key

DAY = timedelta(days=1)
NAME, PHONE = "王秀英", "13800138000"
pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(ticket):
    """The ticket of 王秀英, with her code."""
    ticket.query_code = keep_petitioner(ticket=ticket, at=WEDNESDAY, name=NAME, phone="+86 138-0013-8000")
    return ticket


# --- kept -----------------------------------------------------------------------------------------------------------


def test_no_column_holds_the_name_the_number_or_the_code(kept):
    row = Petitioner.objects.get()
    values = " ".join(map(str, Petitioner.objects.values().get().values()))
    for secret in (NAME, "秀英", PHONE, "0013", kept.query_code):
        assert secret not in values
    assert (row.name_masked, row.phone_masked) == ("王**", "138****8000")
    assert read_code(kept.query_code) == kept.query_code
    assert matches(kept.query_code, row.query_code_hash)


def test_a_box_opens_for_its_own_row_and_purpose_alone(kept):
    row = Petitioner.objects.get()
    assert open_box(row.name_box, key=server_key(), purpose=Purpose.PETITIONER_NAME, rating_id=row.sealed_for) == (
        NAME.encode()
    )
    for purpose in (Purpose.PETITIONER_PHONE, Purpose.PHONE):
        with pytest.raises(CannotOpen):
            open_box(row.name_box, key=server_key(), purpose=purpose, rating_id=row.sealed_for)
    other = TicketFactory(hall=kept.hall)
    keep_petitioner(ticket=other, at=WEDNESDAY, name="李四")
    Petitioner.objects.filter(pk=other.pk).update(name_box=row.name_box)
    with pytest.raises(Gone):
        opened(ticket=other, kind="name")


def test_two_matters_of_one_number_are_found_by_it_and_no_other(kept):
    other = TicketFactory(hall=kept.hall)
    keep_petitioner(ticket=other, at=WEDNESDAY, phone="１３８ ００１３ ８０００")
    keep_petitioner(ticket=TicketFactory(hall=kept.hall), at=WEDNESDAY, phone="13800138001")
    keep_petitioner(ticket=TicketFactory(hall=kept.hall), at=WEDNESDAY)
    assert {row.ticket for row in with_phone(PHONE)} == {kept, other}
    assert not with_phone("no number").exists()


def test_the_keyed_hash_outlives_a_new_secret_key_and_is_worthless_without_it(kept, settings):
    settings.SECRET_KEY, old = "another" * 10, settings.SECRET_KEY
    assert not with_phone(PHONE).exists()
    settings.SECRET_KEY_FALLBACKS = [old]
    assert with_phone(PHONE).exists()


def test_somebody_who_tells_nothing_still_gets_a_code(ticket):
    code = keep_petitioner(ticket=ticket, at=WEDNESDAY)
    row = Petitioner.objects.get()
    assert matches(code, row.query_code_hash)
    assert (row.name_box, row.phone_box, row.phone_key, row.key_id) == ("", "", "", "")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Null", "N**"), ("O'Brien", "O**"), ("阿依古丽·买买提", "阿**"), ("王", "王**"), ("👵🏽", "👵**"),
        ("\u202eevil", "e**"), ("<b>x</b>", "<**"), ("", ""), ("\u200b", ""),
    ],
)  # fmt: skip
def test_names_of_every_kind_are_kept_as_text_and_masked(ticket, name, masked):
    keep_petitioner(ticket=ticket, at=WEDNESDAY, name=f"  {name}\n")
    assert Petitioner.objects.get().name_masked == masked == mask_name(name)
    if name.strip():
        assert opened(ticket=ticket, kind="name") == name.strip()


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": "名" * 101}, "name"),
        ({"phone": "1380000%"}, "phone"),
        ({"phone": "8" * 200}, "phone"),
        ({"call_times": "晚" * 61}, "call_times"),
        ({"kind": "robot"}, "kind"),
    ],
)
def test_what_does_not_fit_is_told_by_its_field_and_nothing_is_kept(hall, officer, told, field):
    with pytest.raises(FieldInvalid) as refusal:
        open_ticket(hall=hall, channel="desk", title="路灯", actor=officer, at=WEDNESDAY, petitioner=Told(**told))
    assert list(refusal.value.fields) == [field]
    assert not Ticket.objects.exists() and not Petitioner.objects.exists()


def test_a_name_of_a_hundred_characters_fits(ticket):
    keep_petitioner(ticket=ticket, at=WEDNESDAY, name="名" * 100)
    assert opened(ticket=ticket, kind="name") == "名" * 100


def test_without_a_key_names_and_numbers_are_refused_and_the_matter_is_not(hall, settings):
    settings.SEALING_KEY = ""
    with pytest.raises(FieldInvalid):
        check_told(Told(phone=PHONE))
    ticket = open_ticket(hall=hall, channel="web", title="路灯", actor=None, at=WEDNESDAY, petitioner=Told())
    assert len(ticket.query_code) == 12


def test_a_ticket_is_opened_with_its_petitioner_in_one_transaction(hall, officer):
    ticket = open_ticket(
        hall=hall,
        channel="phone",
        title="路灯不亮",
        description="字" * 5000,
        actor=officer,
        at=WEDNESDAY,
        category="complaint",
        petitioner=Told(name=NAME, phone=PHONE, kind="enterprise", call_times="晚上", language="en"),
    )
    row = Petitioner.objects.get()
    assert (row.ticket, row.kind, row.name_masked, row.call_times, row.language) == (
        ticket,
        "enterprise",
        "王秀**",
        "晚上",
        "en",
    )
    assert (ticket.category, len(ticket.description)) == ("complaint", 5000)
    assert matches(ticket.query_code, row.query_code_hash)
    assert not hasattr(Ticket.objects.get(), "query_code")


@pytest.mark.parametrize("channel", ["desk", "phone", "letter", "hotline", "rating"])
def test_nobody_registers_for_the_desk_without_being_somebody(hall, channel):
    with pytest.raises(PermissionDenied):
        open_ticket(hall=hall, channel=channel, title="路灯", actor=None, at=WEDNESDAY)


def test_too_long_a_description_is_refused_not_cut(hall, officer):
    with pytest.raises(FieldInvalid) as refusal:
        open_ticket(hall=hall, channel="web", title="x", description="字" * 5001, actor=None, at=WEDNESDAY)
    assert list(refusal.value.fields) == ["description"]


def test_a_fresh_code_ends_the_old_one(kept):
    fresh = renew_query_code(petitioner=kept.petitioner)
    row = Petitioner.objects.get()
    assert matches(fresh, row.query_code_hash) and not matches(kept.query_code, row.query_code_hash)


# --- opened ---------------------------------------------------------------------------------------------------------


def test_an_officer_reads_it_and_is_written_down_first(kept, officer, monkeypatch):
    assert reveal(ticket=kept, kind="phone", actor=officer, at=WEDNESDAY) == "138 0013 8000"
    assert reveal(ticket=kept, kind="name", actor=officer, at=WEDNESDAY) == NAME
    assert list(PetitionerDisclosure.objects.order_by("id").values_list("kind", "actor")) == [
        ("phone", officer.pk),
        ("name", officer.pk),
    ]

    def fails(**fields):
        raise RuntimeError("the log is full")

    monkeypatch.setattr(PetitionerDisclosure.objects, "create", fails)
    with pytest.raises(RuntimeError):
        reveal(ticket=kept, kind="phone", actor=officer, at=WEDNESDAY)


def strangers(hall):
    """Who may not read it, whatever else they may."""
    other = HallFactory(code="B")
    return {
        "officer of another hall": UserFactory(hall=other, role="desk officer"),
        "manager": UserFactory(hall=hall, role="hall manager"),
        "auditor": UserFactory(role="auditor"),
        "clerk": UserFactory(hall=hall, role="clerk"),
        "rated person": UserFactory(hall=hall, role="rated person"),
        "officer without an account": UserFactory(hall=hall, role="desk officer", is_active=False),
    }


def test_nobody_else_reads_it(kept, hall):
    for who, user in strangers(hall).items():
        with pytest.raises(PermissionDenied):
            reveal(ticket=kept, kind="phone", actor=user, at=WEDNESDAY)
        assert not may_reveal(ticket=kept, user=user), who
    assert not PetitionerDisclosure.objects.exists()


def test_the_one_complained_about_never_reads_who_complained(kept, hall, officer):
    Ticket.objects.filter(pk=kept.pk).update(staff=StaffFactory(hall=hall, user=officer))
    with pytest.raises(PermissionDenied):
        reveal(ticket=Ticket.objects.get(), kind="phone", actor=officer, at=WEDNESDAY)
    root = UserFactory(is_superuser=True)
    Ticket.objects.filter(pk=kept.pk).update(staff=StaffFactory(hall=hall, user=root))
    with pytest.raises(PermissionDenied):
        reveal(ticket=Ticket.objects.get(), kind="phone", actor=root, at=WEDNESDAY)


@pytest.mark.usefixtures("english")
def test_the_record_of_readers_is_never_edited_or_deleted(kept, officer):
    reveal(ticket=kept, kind="phone", actor=officer, at=WEDNESDAY)
    row = PetitionerDisclosure.objects.get()
    with pytest.raises(Exception, match="never edited"):
        row.save()
    with pytest.raises(Exception, match="never deleted"):
        row.delete()


# --- on the page of a ticket ------------------------------------------------------------------------------------------


def show(client, ticket, kind):
    return client.post(f"{LIST}{ticket.pk}/petitioner/{kind}/")


@pytest.mark.usefixtures("english")
def test_the_page_is_masked_until_it_is_shown(desk, kept):
    page = text(desk.get(page_of(kept)))
    assert "王**" in page and "138****8000" in page
    assert NAME not in page and "0013" not in page and kept.query_code not in page
    answer = show(desk, kept, "phone")
    assert "138 0013 8000" in text(answer) and NAME not in text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert NAME in text(show(desk, kept, "name"))
    page = text(desk.get(page_of(kept)))
    assert "138 0013 8000" not in page and "officer · telephone number" in page
    assert show(desk, kept, "address").status_code == 404
    assert desk.get(f"{LIST}{kept.pk}/petitioner/phone/").status_code == 302


@pytest.mark.usefixtures("english")
def test_a_manager_sees_the_mask_and_who_read_it_and_no_button(client, kept, manager, officer, hall):
    reveal(ticket=kept, kind="phone", actor=officer, at=WEDNESDAY)
    client.force_login(manager)
    page = text(client.get(page_of(kept)))
    assert "138****8000" in page and "Show the number" not in page
    assert show(client, kept, "phone").status_code == 403
    assert "telephone number" in text(client.get("/admin/complaints/petitionerdisclosure/"))
    client.force_login(UserFactory(hall=HallFactory(code="B"), role="desk officer"))
    assert show(client, kept, "phone").status_code == 404


# --- forgotten --------------------------------------------------------------------------------------------------------


def close(ticket, at, **fields):
    Ticket.objects.filter(pk=ticket.pk).update(**{"status": "closed", "closed_at": at, **fields})


def test_thirty_days_after_the_end_nothing_is_left_but_the_row(kept, officer):
    reveal(ticket=kept, kind="phone", actor=officer, at=WEDNESDAY)
    close(kept, WEDNESDAY)
    assert forget_petitioners(at=WEDNESDAY + 30 * DAY - timedelta(seconds=1)) == 0
    assert forget_petitioners(at=WEDNESDAY + 30 * DAY) == 1
    assert forget_petitioners(at=WEDNESDAY + 31 * DAY) == 0
    row = Petitioner.objects.get()
    empty = ("name_box", "phone_box", "name_masked", "phone_masked", "phone_key", "query_code_hash", "call_times")
    assert {getattr(row, name) for name in empty} == {""}
    assert row.forgotten_at == WEDNESDAY + 30 * DAY
    for refused in (reveal, opened):
        more = {"actor": officer, "at": WEDNESDAY} if refused is reveal else {}
        with pytest.raises(Gone):
            refused(ticket=Ticket.objects.get(), kind="phone", **more)
    with pytest.raises(Gone):
        renew_query_code(petitioner=row)
    assert not with_phone(PHONE).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Petitioner.objects.update(phone_masked="138****8000")


def test_never_while_the_ticket_is_open_and_anew_after_a_reopening(kept):
    assert forget_petitioners(at=WEDNESDAY + 365 * DAY) == 0
    close(kept, WEDNESDAY)
    close(kept, None, status="accepted")
    assert forget_petitioners(at=WEDNESDAY + 365 * DAY) == 0


def test_who_was_merged_is_forgotten_with_the_ticket_that_went_on(kept, hall):
    main = TicketFactory(hall=hall)
    close(kept, WEDNESDAY, status="merged", merged_into=main)
    assert forget_petitioners(at=WEDNESDAY + 90 * DAY) == 0
    last = TicketFactory(hall=hall)
    close(main, WEDNESDAY + DAY, status="merged", merged_into=last)
    assert forget_petitioners(at=WEDNESDAY + 90 * DAY) == 0
    close(last, WEDNESDAY + 90 * DAY)
    assert forget_petitioners(at=WEDNESDAY + 119 * DAY) == 0
    assert forget_petitioners(at=WEDNESDAY + 120 * DAY) == 1


def test_the_sweep_is_a_task_of_the_schedule(kept, settings):
    close(kept, WEDNESDAY)
    forget_task()
    assert "complaints.forget_petitioners" in {row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()}


def test_the_history_of_a_ticket_names_nobody(hall, officer):
    window = WindowFactory(hall=hall)
    open_ticket(
        hall=hall, channel="desk", title="路灯", actor=officer, at=WEDNESDAY, window=window, petitioner=Told(name=NAME)
    )
    told = " ".join(str(value) for row in TicketEvent.objects.values() for value in row.values())
    assert NAME not in told
