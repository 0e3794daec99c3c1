"""The demo's loop of bad ratings: each verified before its answer goes out; an appeal of the demo's rated person."""

from datetime import datetime, timedelta
from random import Random

from complaints.appealing import decide_appeal, lodge_appeal, may_appeal
from complaints.models import Ticket, Verification
from complaints.verifying import needs_verification, verify_rating
from complaints.vocabulary import Finding
from complaints.workflow import Status, find_move
from feedback_site.demo import words

VERIFIERS = {"A": "manager", "B": "manager_b"}  # nobody of the windows
CHANCES = {
    Finding.TRUE: 55,
    Finding.PARTLY: 25,
    Finding.CANNOT_TELL: 12,
    Finding.MISTAKEN: 6,
    Finding.MALICIOUS: 2,
}
RATED, REVIEWER = "staff", "auditor"
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


def verify_before(*, ticket: Ticket, move: str, directory, dice: Random, at: datetime) -> None:
    """Verify the ticket's bad rating if the move needs that."""
    row = find_move(move)
    answers = row.publishes or (row.target == Status.CLOSED and Status.REGISTERED in row.sources)
    if not answers or not needs_verification(ticket):
        return
    finding = dice.choices(list(CHANCES), list(CHANCES.values()))[0]
    facts, told = words.FINDINGS[finding]
    verifier = directory.users[VERIFIERS[ticket.hall.code]]
    verify_rating(ticket=ticket, finding=finding, words=facts, words_to_rated=told, actor=verifier, at=at)


def appeal(*, directory, at: datetime) -> None:
    """The demo's rated person appeals the day after the last finding that allows it; the auditor decides in a week."""
    rated = directory.users[RATED]
    theirs = Verification.objects.filter(ticket__staff__user=rated, at__lt=at - A_DAY)
    for found in theirs.select_related("ticket__hall").order_by("-at", "-id"):
        lodged_at = found.at + A_DAY
        if not may_appeal(found, lodged_at):
            continue
        lodged = lodge_appeal(verification=found, grounds=words.GROUNDS, actor=rated, at=lodged_at)
        if lodged_at + A_WEEK < at:
            auditor = directory.users[REVIEWER]
            decide_appeal(appeal=lodged, upheld=False, words=words.DISMISSED, actor=auditor, at=lodged_at + A_WEEK)
        return
