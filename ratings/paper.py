"""Typing a paper form in: it becomes a rating once, of the channel `paper`, never the tablet's."""

import re
import secrets
import unicodedata
import uuid
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from feedback_site.models import Window
from feedback_site.zones import zone
from ratings.elsewhere import BY_DUTY, Place, record_elsewhere
from ratings.models import Duty, PaperForm
from ratings.scale import Channel
from ratings.secrets import ALPHABET

FORM_NO = re.compile(r"[0-9A-Z\u4e00-\u9fff](?:[0-9A-Z\u4e00-\u9fff/-]{0,18}[0-9A-Z\u4e00-\u9fff])?")
FORMS = uuid.UUID("6f0d9b0e-8c0e-4b43-9a53-0d7f7c1f5b11")  # the name space of the ids; made once by chance
MIDDAY = time(12)
OLDEST = timedelta(days=366)


class TypedBefore(DomainError):
    """The form is in already."""

    code = "typed_before"
    status = 409


def new_form_no(hall) -> str:
    """A number for one printed sheet, such as A-7K3MQX: thirty bits of chance after the hall's code."""
    return f"{hall.code}-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


def read_form_no(text: str) -> str:
    """The number as it is kept: capitals, no blanks, half-width; raises DomainError `invalid_form_no`."""
    number = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    if len(number) > 20 or not FORM_NO.fullmatch(number):
        raise _wrong("form_no", _("Up to 20 letters and digits, as on the form."), code="invalid_form_no")
    return number


def type_paper_form(
    *,
    window: Window,
    form_no: str,
    day: date,
    time_of_day: time | None,
    level: int,
    reasons: list[str],
    comment: str,
    case_no: str = "",
    actor,
    at: datetime,
) -> PaperForm:
    """Store what is on the paper as a rating, with who typed it and when.

    `day` and `time_of_day` are on the hall's clock. With a time the rating belongs to whoever was on duty then; without
    one to the person who alone held the window that day, else to nobody. Raises DomainError `permission_denied`,
    `invalid_form_no`, `invalid_day`, `own_form`, and `TypedBefore`, also when another clerk was first.
    """
    if not actor.has_perm("ratings.add_paperform"):
        raise DomainError(_("You may not type paper forms in."), code="permission_denied", status=403)
    number = read_form_no(form_no)
    rated_at = _moment(window, day, time_of_day, at)
    staff = _on_duty(window, rated_at) if time_of_day else _alone_all_day(window, day)
    if staff and staff.user_id == actor.pk:
        raise DomainError(_("This form is about you; a colleague has to type it in."), code="own_form", status=403)
    rating = uuid.uuid5(FORMS, f"{window.hall_id}:{number}")
    told = {"id": str(rating), "level": level, "reasons": reasons, "comment": comment, "visit": case_no}
    place = Place(window.hall_id, window.pk, Channel.PAPER, BY_DUTY if time_of_day else staff and staff.pk)
    form = PaperForm(
        rating_id=rating, hall_id=window.hall_id, form_no=number, day=day, time=time_of_day, typed_by=actor, typed_at=at
    )
    _refuse_second(window, number)
    try:
        with transaction.atomic():
            record_elsewhere(place=place, told=told, rated_at=rated_at, received_at=at)
            form.save(force_insert=True)
    except IntegrityError:
        _refuse_second(window, number)
        raise
    return form


def _refuse_second(window, number):
    first = PaperForm.objects.select_related("typed_by").filter(hall=window.hall_id, form_no=number).first()
    if first:
        day = first.typed_at.astimezone(zone(window.hall.timezone)).date().isoformat()
        sentence = _("This form was typed in on %(day)s by %(name)s.") % {"day": day, "name": first.typed_by}
        raise TypedBefore(sentence, fields={"form_no": [sentence]})


def _moment(window, day, time_of_day, at):
    tz = zone(window.hall.timezone)
    today = at.astimezone(tz).date()
    if not today - OLDEST <= day <= today:
        raise _wrong("day", _("A day of the last twelve months."), code="invalid_day")
    moment = datetime.combine(day, time_of_day or MIDDAY, tz)
    if moment > at:
        if time_of_day:
            raise _wrong("time_of_day", _("This moment has not come yet."), code="invalid_day")
        return at
    return moment


def _wrong(field, sentence, *, code):
    return DomainError(sentence, code=code, fields={field: [sentence]})


def _on_duty(window, at):
    duty = Duty.objects.filter(window=window).at(at).select_related("staff").first()
    return duty and duty.staff


def _alone_all_day(window, day):
    """The one person who was on duty at the window that day; None when there was nobody, or more than one."""
    start = datetime.combine(day, time.min, zone(window.hall.timezone))
    duties = Duty.objects.filter(window=window).overlapping(start, start + timedelta(days=1)).select_related("staff")
    people = {duty.staff for duty in duties[:50]}
    return people.pop() if len(people) == 1 else None
