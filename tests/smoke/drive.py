"""Drives one bad rating through a running server over HTTP: enrolment, tap, desk, week.

    python3 tests/smoke/drive.py http://127.0.0.1:8000 /path/to/checkout [--again]

Standard library only. `--again` does not rate, but checks that the rating of the last drive is stored once.
"""

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from zoneinfo import ZoneInfo

HALL, WINDOW, LEVEL = "A", "10", 1
SWEEP_SECONDS = 300
SHANGHAI = ZoneInfo("Asia/Shanghai")  # the zone of the demo's halls
# Outside office hours nobody may be on duty; a rating then counts for the window, but for no person's week.
PUT_SOMEBODY_ON_DUTY = """
from datetime import timedelta
from django.utils import timezone
from feedback_site.models import StaffMember, Window
from ratings.duties import assign_duty
from ratings.models import Duty
now = timezone.now()
window = Window.objects.get(hall__code="{hall}", number="{window}")
busy = Duty.objects.overlapping(now, now + timedelta(hours=1)).values("staff")
person = StaffMember.objects.filter(hall=window.hall, is_active=True).exclude(pk__in=busy).first()
following = Duty.objects.filter(window=window, starts_at__gt=now).order_by("starts_at").first()
ends_at = following.starts_at if following else now + timedelta(hours=1)
assign_duty(window=window, staff=person, starts_at=now, ends_at=ends_at)
"""


class Client:
    """One browser or tablet: its cookies, its token, JSON in and out."""

    def __init__(self, base: str, token: str = "") -> None:
        self.base = base
        self.token = token
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def send(self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None):
        headers = {**(headers or {}), **({"Authorization": f"Tablet {self.token}"} if self.token else {})}
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path), data=body, headers=headers)
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def get(self, path: str, **query):
        status, text = self.send(path + ("?" + urllib.parse.urlencode(query) if query else ""))
        expect(status == 200, f"GET {path} answered {status}: {text[:300]}")
        return json.loads(text)

    def post(self, path: str, body, status: int = 200):
        answered, text = self.send(path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        expect(answered == status, f"POST {path} answered {answered}: {text[:300]}")
        return json.loads(text)

    def sign_in(self, name: str, password: str) -> None:
        """Through the admin's own form, as people do."""
        status, page = self.send("/admin/login/")
        expect(status == 200, f"the log-in page answered {status}")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        expect(token is not None, "the log-in page has no form")
        fields = {"username": name, "password": password, "csrfmiddlewaretoken": token[1], "next": "/api/schema/"}
        origin = {"Referer": urllib.parse.urljoin(self.base, "/admin/login/"), "Origin": self.base}
        status, page = self.send("/admin/login/", urllib.parse.urlencode(fields).encode(), origin)
        signed_in = any(cookie.name == "sessionid" for cookie in self.cookies)
        expect(status == 200 and signed_in, f"{name} cannot sign in ({status})")


def expect(truth: bool, otherwise: str) -> None:
    if not truth:
        sys.exit(f"drive: {otherwise}")


def say(line: str) -> None:
    print(f"drive: {line}", flush=True)


def manage(checkout: Path, *arguments: str) -> str:
    """What a management command prints, without blank space around it."""
    done = subprocess.run(["./run", "manage", *arguments], cwd=checkout, capture_output=True, text=True)
    expect(done.returncode == 0, f"./run manage {arguments[0]} failed: {done.stderr[-800:]}")
    return done.stdout.strip()


def demo_password(checkout: Path) -> str:
    return (checkout / ".data" / "demo_password").read_text().strip()


def all_pages(client: Client, path: str, **query) -> list[dict]:
    """Every row of a list that comes in pages."""
    rows, page = [], client.get(path, **query)
    while True:
        if isinstance(page, list):
            return rows + page
        rows += page["results"]
        if not page.get("next"):
            return rows
        page = client.get(page["next"])


def stored(manager: Client, rating: str, since: datetime) -> list[dict]:
    rows = all_pages(manager, "/api/v1/ratings/", window=WINDOW, level=LEVEL, rated_after=since.isoformat())
    return [row for row in rows if row["id"] == rating]


def enrolled_tablet(base: str, checkout: Path) -> Client:
    code = manage(checkout, "enrolment_code", "--hall", HALL, "--window", WINDOW)
    enrolled = Client(base).post("/api/v1/tablets/enrol/", {"code": code}, status=201)
    Client(base).post("/api/v1/tablets/enrol/", {"code": code}, status=400)  # a code works once
    expect(enrolled["window"]["number"] == WINDOW, "the tablet stands at another window")
    return Client(base, enrolled["token"])


def rate(tablet: Client, rating: str) -> None:
    """One tap, sent twice as after a lost answer."""
    now = datetime.now(UTC).isoformat()
    item = {"id": rating, "seq": 1, "level": LEVEL, "rated_at": now, "reasons": [], "language": "zh-hans"}
    for status in ("created", "duplicate"):
        answer = tablet.post("/api/v1/ratings/", {"sent_at": now, "ratings": [item]})
        expect(answer["results"] == [{"id": rating, "status": status}], f"the verdict was {answer['results']}")
        expect(answer["highest_seq"] == 1 and answer["gaps"] == [], f"the numbering was {answer}")


def wait_for_ticket(officer: Client, seen: set[str]) -> dict:
    """The ticket that the sweep opens."""
    until = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < until:
        new = [row for row in all_pages(officer, "/api/v1/tickets/") if row["number"] not in seen]
        if new:
            expect(len(new) == 1, f"{len(new)} tickets came from one rating")
            return new[0]
        time.sleep(1)
    sys.exit(f"drive: no ticket within {SWEEP_SECONDS} s")


def summary(manager: Client, checkout: Path, week: str, staff: str) -> dict:
    """The person's line of the freshly built week."""
    manage(checkout, "build_week", week)
    rows = all_pages(manager, "/api/v1/weekly-summaries/", week=week, staff=staff)
    expect(len(rows) == 1, f"{len(rows)} lines for {staff} in {week}")
    return rows[0]


def ratings_of(manager: Client, week: str, staff: str) -> list[int]:
    """The levels that count for the person in the week, by the list of ratings."""
    monday = datetime.strptime(f"{week}-1", "%G-W%V-%u").replace(tzinfo=SHANGHAI)
    query = {"staff": staff, "counted": "true", "rated_after": monday.isoformat()}
    return [row["level"] for row in all_pages(manager, "/api/v1/ratings/", **query)]


def drive(base: str, checkout: Path, record: Path) -> None:
    manager, officer = Client(base), Client(base)
    manager.sign_in("manager", demo_password(checkout))
    officer.sign_in("officer", demo_password(checkout))
    tablet = enrolled_tablet(base, checkout)
    if tablet.get("/api/v1/tablets/me/")["staff"] is None:
        manage(checkout, "shell", "-c", PUT_SOMEBODY_ON_DUTY.format(hall=HALL, window=WINDOW))
    person = tablet.get("/api/v1/tablets/me/")["staff"]
    expect(person is not None, "nobody is on duty at the window")
    say("a tablet is enrolled and somebody is on duty")

    began, rating = datetime.now(UTC) - timedelta(minutes=1), str(uuid.uuid4())
    week = "{0.year}-W{0.week:02}".format(datetime.now(SHANGHAI).isocalendar())
    tickets = {row["number"] for row in all_pages(officer, "/api/v1/tickets/")}
    rate(tablet, rating)
    rows = stored(manager, rating, began)
    expect(len(rows) == 1, f"the rating is stored {len(rows)} times")
    staff = rows[0]["staff"]
    expect(bool(staff) and rows[0]["counted"], f"the rating was stored as {rows[0]}")
    say(f"the rating is stored once, for {staff}")

    ticket = wait_for_ticket(officer, tickets)
    opened = officer.get(f"/api/v1/tickets/{ticket['number']}/")
    expect(opened["rating"] == rating, f"the ticket is about rating {opened['rating']}")
    say(f"the desk has ticket {ticket['number']}")
    for _ in range(2):  # building it twice changes nothing
        line, levels = summary(manager, checkout, week, staff), ratings_of(manager, week, staff)
        expect(line["n"] == len(levels), f"week {week} counts {line['n']} ratings, given were {len(levels)}")
        # Under ten ratings nothing but their number is told.
        expect(line["suppressed"] == (len(levels) < 10), f"n = {len(levels)}, suppressed = {line['suppressed']}")
        if not line["suppressed"]:
            told = line["counts"][str(LEVEL)]
            expect(told == levels.count(LEVEL), f"week {week} tells {told} of level {LEVEL}")
    say(f"week {week} counts it")
    record.write_text(json.dumps({"rating": rating, "began": began.isoformat()}))


def check_again(base: str, checkout: Path, record: Path) -> None:
    last = json.loads(record.read_text())
    manager = Client(base)
    manager.sign_in("manager", demo_password(checkout))
    rows = stored(manager, last["rating"], datetime.fromisoformat(last["began"]))
    expect(len(rows) == 1, f"after the restart the rating is stored {len(rows)} times")
    say("after the restart the rating is there, once")


if __name__ == "__main__":
    base_url, place = sys.argv[1], Path(sys.argv[2])
    step = check_again if "--again" in sys.argv else drive
    step(base_url, place, place / ".data" / "smoke.json")
