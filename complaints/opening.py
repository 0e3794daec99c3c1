"""Opening tickets: at the desk one by one, and from bad ratings by a sweep that may run at any time, any
number of times.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.entrusted import entrusted_without_ticket, note_entrusted
from complaints.errors import FieldInvalid, FieldMissing, PermissionDenied
from complaints.models import Ticket, TicketEvent
from complaints.numbering import reserve_numbers
from complaints.petitioners import Told, check_told, keep_petitioner
from complaints.promising import Book, columns, promises_for
from complaints.workflow import Category, Grade, Permission, Status, SystemEvent, find_move
from feedback_site.models import Hall, StaffMember, User, Window
from ratings.cleaning import clean_comment
from ratings.models import Rating, RatingVersion
from ratings.scale import BAD, Level

TITLE_LENGTH = Ticket._meta.get_field("title").max_length
DESCRIPTION_LENGTH = 5_000  # characters as a reader counts them, reliability.md d.3
BY_THEMSELVES = {Ticket.Channel.WEB, Ticket.Channel.QR}  # what citizens register without the desk
SPOKEN_TO = {Ticket.Channel.DESK, Ticket.Channel.PHONE}  # the first contact is the registration itself
SWEEP_LIMIT = 10_000
BATCH = 500  # tickets opened in one transaction


def open_ticket(
    *,
    hall: Hall,
    channel: str,
    title: str,
    actor: User | None,
    at: datetime,
    description: str = "",
    window: Window | None = None,
    staff: StaffMember | None = None,
    category: str = Category.HELP,
    grade: str = Grade.ORDINARY,
    petitioner: Told | None = None,
) -> Ticket:
    """Register a matter that somebody brought, and promise the hall's time limits for it.

    `actor` is None when the citizen registers it alone, on the web or by QR code. With a `petitioner` (an empty one
    for somebody who stays unnamed) the plain query code stands in `query_code` of what is returned, and nowhere else.
    Bad ratings are opened by `sweep_bad_ratings`. Raises `PermissionDenied`, `FieldMissing`, `FieldInvalid`.
    """
    if (actor is None and channel not in BY_THEMSELVES) or (
        actor is not None and not actor.has_perm(Permission.REGISTER)
    ):
        raise PermissionDenied()
    title = clean_comment(title.strip())[0]
    description, flags = clean_comment(description.strip(), limit=DESCRIPTION_LENGTH)
    if not title:
        raise FieldMissing(fields={"title": [_("This is needed.")]})
    problems = {}
    if len(title) > TITLE_LENGTH:
        problems["title"] = [_("At most 120 characters.")]
    if "comment_cut" in flags:
        problems["description"] = [_("At most 5,000 characters.")]
    if category not in Category.values:
        problems["category"] = [_("Choose one of the kinds.")]
    if grade not in Grade.values:
        problems["grade"] = [_("Choose one of the grades.")]
    if channel not in set(Ticket.Channel.values) - {Ticket.Channel.RATING}:
        problems["channel"] = [_("Choose how the matter came.")]
    if window and window.hall_id != hall.pk:
        problems["window"] = [_("This window belongs to another hall.")]
    if staff and staff.hall_id != hall.pk:
        problems["staff"] = [_("This person belongs to another hall.")]
    problems |= _problems_of(petitioner)
    if problems:
        raise FieldInvalid(fields=problems)
    with transaction.atomic():
        ticket = _new_ticket(hall, channel, at, received_at=at, title=title, description=description)
        ticket.window, ticket.staff, ticket.category, ticket.grade = window, staff, category, grade
        _promise(ticket, Book.load())
        ticket.contacted_at = at if channel in SPOKEN_TO else None
        [ticket.number] = reserve_numbers(hall=hall, at=at, count=1)
        ticket.save()
        _first_event(ticket, actor).save()
        if petitioner is not None:
            ticket.query_code = keep_petitioner(ticket=ticket, at=at, **asdict(petitioner))
    return ticket


def _problems_of(petitioner):
    """What is wrong with what somebody said of themselves, before anything is written."""
    try:
        check_told(petitioner or Told())
    except FieldInvalid as refusal:
        return refusal.fields
    return {}


def sweep_bad_ratings(*, at: datetime, limit: int = SWEEP_LIMIT) -> int:
    """Open a ticket for every bad rating, call-back and spoken remark that has none; returns how many this call opened.

    `limit` at most.
    A few queries for every 500 tickets. `Ticket.rating` is one-to-one and the insert steps aside for a row
    that is there already, so two workers at once open each ticket once and only the winner writes its first
    event. Also notes on open tickets that their rating was changed and is no longer bad; the ticket itself
    stays.
    """
    opened, left = 0, limit
    for waiting in (bad_ratings_without_ticket, entrusted_without_ticket):
        while left > 0:
            ratings = list(waiting(at=at)[: min(left, BATCH)])
            opened += open_for_ratings(ratings=ratings, at=at)
            left -= len(ratings)
            if len(ratings) < BATCH:
                break
    note_amended_ratings(at=at)
    note_entrusted(at=at)
    return opened


def bad_ratings_without_ticket(*, at: datetime):
    """差评 that nobody takes care of yet: given by a visitor, not excluded, received by `at`; oldest first.

    Follow-up ratings (追评) are people's words too: they get a ticket although they do not count in figures.
    """
    waiting = Rating.objects.bad().not_excluded().filter(is_default=False, ticket=None, received_at__lte=at)
    return waiting.select_related("hall").prefetch_related("reason_links__reason").order_by("changed_at", "id")


def open_for_ratings(*, ratings: Iterable[Rating], at: datetime) -> int:
    """One ticket each for those of the ratings that have none when the insert comes; returns how many."""
    ratings = list(ratings)
    if not ratings:
        return 0
    book = Book.load()
    tickets = [_ticket_of(rating, at, book) for rating in ratings]
    with transaction.atomic():
        _number(tickets, at)
        Ticket.objects.bulk_create(tickets, ignore_conflicts=True)
        # Only this call holds these numbers, so these are the tickets that it opened and nobody else.
        ours = Ticket.objects.filter(number__in=[ticket.number for ticket in tickets])
        events = [_first_event(ticket, None) for ticket in ours]
        TicketEvent.objects.bulk_create(events)
    return len(events)


def note_amended_ratings(*, at: datetime) -> int:
    """Write into open tickets that their rating is no longer bad, once; returns how many tickets it was."""
    amended = (
        Ticket.objects.open()
        .exclude(rating=None)
        .exclude(rating__level__in=BAD)
        # What was entrusted may have opened it although the rating never was bad.
        .filter(
            Q(rating__callback=None, rating__voice=None)
            | Exists(RatingVersion.objects.filter(rating=OuterRef("rating"), level__in=BAD))
        )
        .exclude(events__move=SystemEvent.RATING_AMENDED)
        .only("pk", "status", "due_at")
    )
    events = [TicketEvent.noting(SystemEvent.RATING_AMENDED, ticket=ticket, at=at) for ticket in amended]
    TicketEvent.objects.bulk_create(events, ignore_conflicts=True)
    return len(events)


def _ticket_of(rating, at, book):
    ticket = _new_ticket(
        rating.hall,
        Ticket.Channel.RATING,
        at,
        received_at=rating.received_at,
        title=_title_of(rating),
        description=rating.comment,
    )
    ticket.category = Category.COMPLAINT
    ticket.rating, ticket.window_id, ticket.staff_id = rating, rating.window_id, rating.staff_id
    _promise(ticket, book)
    return ticket


def _title_of(rating):
    """The level and the reasons in the hall's language: `不满意 · 等了太久`."""
    with override(settings.LANGUAGE_CODE):
        words = [str(Level(rating.level).label)]
    reasons = sorted(rating.reason_links.all(), key=lambda link: link.reason.position)
    words += [link.reason.text_zh_hans for link in reasons]
    return " · ".join(words)[:TITLE_LENGTH]


def _new_ticket(hall, channel, at, *, received_at, title, description):
    return Ticket(
        hall=hall,
        channel=channel,
        title=title,
        description=description,
        status=Status.REGISTERED,
        received_at=received_at,
        registered_at=at,
    )


def _promise(ticket, book):
    """Promise what the limits say for its source and grade; store it as it was promised."""
    for name, value in columns(promises_for(ticket, ticket.received_at, book)).items():
        setattr(ticket, name, value)


def _number(tickets, at):
    """Give every ticket its number: one reservation per hall."""
    by_hall = {}
    for ticket in tickets:
        by_hall.setdefault(ticket.hall, []).append(ticket)
    for hall, of_hall in sorted(by_hall.items(), key=lambda pair: pair[0].pk):  # one order: no deadlocks
        for ticket, number in zip(of_hall, reserve_numbers(hall=hall, at=at, count=len(of_hall)), strict=True):
            ticket.number = number


def _first_event(ticket, actor):
    register = find_move("register")
    return TicketEvent(
        ticket=ticket,
        move=register.name,
        to_status=ticket.status,
        actor=actor,
        at=ticket.registered_at,
        visible_to_citizen=register.visible_to_citizen,
        due_after=ticket.due_at,
    )
