"""Stores the demo's halls, windows, people, items and accounts."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from feedback_site.demo.places import HALLS, ITEMS, REASON_SETS, SEATS, STAFF
from feedback_site.models import Hall, ServiceItem, StaffMember, User, Window
from ratings.models import HallReasonSet, ReasonSet


@dataclass(frozen=True)
class Account:
    """A sign-in of the demo; `staff_no` links it to the rated person of that number."""

    username: str
    name: str
    role: str = ""
    hall: str = ""
    staff_no: str = ""


ACCOUNTS = (
    Account("admin", "管理员"),
    Account("manager", "刘建国", "hall manager", "A"),
    Account("manager_b", "陈静", "hall manager", "B"),
    Account("officer", "张强", "desk officer", "A", "X1001"),
    Account("officer_b", "苏敏", "desk officer", "B"),
    Account("clerk", "王芳", "clerk", "A"),
    Account("auditor", "赵立", "auditor"),
    Account("staff", "张红梅", "rated person", "A", "X1003"),
)
MARK = "@demo.invalid"  # ends the e-mail address of every account made here
# Nobody in the halls may decide that a rating does not count; the auditor, who belongs to none, may.
MAY_EXCLUDE = "auditor"


@dataclass(frozen=True)
class Directory:
    """What was stored, by the codes and numbers of `places`."""

    halls: dict
    windows: dict  # (hall, number) → Window
    staff: dict  # staff number → StaffMember
    users: dict  # username → User


def build(*, password: str) -> Directory:
    """Create the directory in an empty database; every row passes its own checks first."""
    halls = {code: _save(Hall(code=code, name=name)) for code, name in HALLS.items()}
    for code, hall in halls.items():
        HallReasonSet.objects.create(hall=hall, reason_set=ReasonSet.objects.get(code=REASON_SETS[code]))
        for item_code, name in ITEMS[code].items():
            _save(ServiceItem(hall=hall, code=item_code, name=name))
    windows = {
        seat.key: _save(
            Window(hall=halls[seat.hall], number=seat.number, name=seat.name, kind=seat.kind, aids=list(seat.aids))
        )
        for seat in SEATS
    }
    users = _accounts(halls, password)
    signs_in = {account.staff_no: users[account.username] for account in ACCOUNTS if account.staff_no}
    staff = {
        number: _save(StaffMember(hall=halls[code], staff_no=number, name=name, user=signs_in.get(number)))
        for code, people in STAFF.items()
        for number, name in people.items()
    }
    return Directory(halls, windows, staff, users)


def _accounts(halls, password):
    encoded = make_password(password)  # once: the same password for all, and the hash is slow by design
    users = {}
    for account in ACCOUNTS:
        users[account.username] = User.objects.create(
            username=account.username,
            password=encoded,
            email=f"{account.username}{MARK}",
            last_name=account.name[:1],
            first_name=account.name[1:],
            hall=halls.get(account.hall),
            is_staff=True,
            is_superuser=not account.role,
        )
        if account.role:
            users[account.username].groups.add(Group.objects.get(name=account.role))
    return users


def keep_password(password: str) -> bool:
    """Give the demo's accounts this password unless they have it; says whether it was changed.

    Only accounts that the demo made are touched: they bear its mark.
    """
    made_here = User.objects.filter(email__endswith=MARK)
    first = made_here.order_by("pk").first()
    if first is None or first.check_password(password):
        return False
    made_here.update(password=make_password(password))
    return True


def _save(row):
    row.full_clean(exclude=["position"])  # the window fills it from its number
    row.save()
    return row
