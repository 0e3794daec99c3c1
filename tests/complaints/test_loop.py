"""The loop of bad ratings: verified from outside the window, appealed by the person rated, decided by somebody else."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied as ModelRefuses
from django.db import DatabaseError, connection, transaction

from complaints.appealing import decide_appeal, lodge_appeal, may_appeal_until
from complaints.errors import FieldInvalid, FieldMissing, LoopClosed, NotIndependent, NotVerified, PermissionDenied
from complaints.models import Appeal, AppealDecision, Ticket, TicketEvent, Verification
from complaints.moving import move_ticket
from complaints.opening import sweep_bad_ratings
from complaints.verifying import needs_verification, sign_exclusion, verify_rating
from complaints.vocabulary import Finding
from feedback_site.errors import DomainError
from feedback_site.models import User
from feedback_site.roles import ROLES
from ratings.models import Rating, RatingExclusion
from tests.complaints.standing import put
from tests.factories import DutyFactory, RatingFactory, StaffFactory, TicketFactory, UserFactory, WindowFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rated(hall):
    """The person rated, who can sign in."""
    staff = StaffFactory(hall=hall)
    staff.user = UserFactory(username="rated", hall=hall, role="rated person")
    staff.save()
    return staff


@pytest.fixture
def bad(hall, rated, at):
    """The ticket of a bad rating."""
    RatingFactory(window=WindowFactory(hall=hall), staff=rated, level=1, comment="等了两个小时，张女士 13800138000")
    sweep_bad_ratings(at=at)
    return Ticket.objects.select_related("rating__window", "hall").get()


@pytest.fixture
def auditor():
    return UserFactory(username="auditor", role="auditor")


def verify(ticket, actor, at, finding="true", **more):
    more = {"words": "看了监控，确实等了两个小时。", "words_to_rated": "等候时间过长，属实。"} | more
    return verify_rating(ticket=ticket, finding=finding, actor=actor, at=at, **more)


def columns_of(rating):
    """Every byte of the row and its reasons."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ratings_rating")
        return cursor.fetchall(), list(rating.reason_links.values_list())


def test_a_finding_is_signed_and_noted_for_colleagues_alone(bad, officer, at):
    found = verify(bad, officer, at)

    assert (found.finding, found.actor, found.at, found.round) == ("true", officer, at, 1)
    event = TicketEvent.objects.get(move="verified")
    assert event.actor == officer and not event.visible_to_citizen and not event.public_text
    assert "属实" in event.internal_text and "监控" in event.internal_text


def test_the_person_rated_and_the_window_do_not_verify(bad, hall, rated, at):
    colleague = StaffFactory(hall=hall)
    colleague.user = UserFactory(hall=hall, role="desk officer")
    colleague.save()
    DutyFactory(window=bad.window, staff=colleague, starts_at=at - timedelta(days=90), ends_at=at - timedelta(days=89))
    chief = UserFactory(hall=hall, role="desk officer")
    rated.user = chief
    rated.save()

    for actor in (colleague.user, chief):
        with pytest.raises(NotIndependent):
            verify(bad, actor, at)
    with pytest.raises(PermissionDenied):
        verify(bad, UserFactory(hall=hall, role="clerk"), at)
    assert not Verification.objects.exists()


def test_a_round_is_verified_once_and_the_next_round_may_be_again(bad, officer, at):
    verify(bad, officer, at)
    with pytest.raises(LoopClosed):
        verify(bad, officer, at, finding="malicious")

    Ticket.objects.update(round=2)
    verify(bad, officer, at, finding="partly")

    assert [row.finding for row in Verification.objects.last()] == ["partly"]


def test_what_a_finding_must_say(bad, officer, at):
    with pytest.raises(FieldMissing):
        verify(bad, officer, at, words=" ")
    with pytest.raises(FieldMissing):
        verify(bad, officer, at, words_to_rated="")
    with pytest.raises(FieldInvalid):
        verify(bad, officer, at, finding="guilty")
    with pytest.raises(FieldInvalid) as refusal:
        verify(bad, officer, at, words_to_rated="请联系 13800138000")
    assert list(refusal.value.fields) == ["words_to_rated"]


def test_only_ratings_are_verified(ticket, officer, at):
    with pytest.raises(LoopClosed):
        verify(ticket, officer, at)


def test_no_answer_goes_out_and_no_ticket_closes_before_a_bad_rating_is_verified(bad, officer, manager, at):
    replied = put(bad, "replied", at)
    approve = {"move": "approve", "actor": officer, "at": at, "public_text": "您好，已改。"}

    with pytest.raises(NotVerified):
        move_ticket(ticket=replied, **approve)
    assert Ticket.objects.get().status == "replied"
    verify(bad, manager, at)

    assert move_ticket(ticket=replied, **approve).status == "callback"


def test_a_rating_that_is_not_bad_and_a_matter_need_no_finding(bad, hall):
    assert needs_verification(bad) and not needs_verification(TicketFactory(hall=hall))
    Rating.objects.update(level=5)
    assert not needs_verification(Ticket.objects.exclude(rating=None).get())


@pytest.mark.parametrize("finding", Finding)
def test_a_mistaken_or_malicious_finding_proposes_an_exclusion_that_another_signs(bad, officer, auditor, at, finding):
    found = verify(bad, officer, at, finding=finding)
    proposes = finding in ("mistaken", "malicious")

    assert found.proposes_exclusion == proposes
    assert Verification.objects.proposing().exists() == proposes
    assert not RatingExclusion.objects.exists()  # proposed is not decided
    if not proposes:
        with pytest.raises(LoopClosed):
            sign_exclusion(verification=found, reason="误评", actor=auditor, at=at)
        return
    with pytest.raises(DomainError):
        sign_exclusion(verification=found, reason="误评", actor=officer, at=at)
    signed = sign_exclusion(verification=found, reason="误评", actor=auditor, at=at)
    assert signed.rating == bad.rating and not Verification.objects.proposing().exists()


def test_whoever_verified_never_signs_the_exclusion(bad, at):
    both = UserFactory(is_superuser=True)
    found = verify(bad, both, at, finding="malicious")

    with pytest.raises(NotIndependent):
        sign_exclusion(verification=found, reason="恶意", actor=both, at=at)


def test_the_person_rated_appeals_in_time_and_once(bad, officer, rated, at):
    found = verify(bad, officer, at)
    assert may_appeal_until(found) == at.replace(hour=0) + timedelta(days=8)  # the end of Wednesday in a week

    lodged = lodge_appeal(
        verification=found, grounds="当天系统故障，有记录。", actor=rated.user, at=at + timedelta(days=2)
    )

    assert lodged.promise["rule"] == "bad_rating_appeal_decision@2020-01-01"
    assert lodged.due_at == at.replace(hour=0) + timedelta(days=2 + 16)
    with pytest.raises(LoopClosed):
        lodge_appeal(verification=found, grounds="再申诉", actor=rated.user, at=at + timedelta(days=2))
    assert Appeal.objects.count() == 1


def test_an_appeal_too_late_by_nobody_else_and_never_without_grounds(bad, officer, hall, rated, at):
    found = verify(bad, officer, at)
    other = StaffFactory(hall=hall)
    other.user = UserFactory(hall=hall)
    other.save()

    for actor in (other.user, officer, UserFactory(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            lodge_appeal(verification=found, grounds="不服", actor=actor, at=at)
    with pytest.raises(FieldMissing):
        lodge_appeal(verification=found, grounds=" ", actor=rated.user, at=at)
    with pytest.raises(LoopClosed):
        lodge_appeal(verification=found, grounds="不服", actor=rated.user, at=at + timedelta(days=8))
    assert not Appeal.objects.exists()


def test_nothing_is_to_be_appealed_in_a_finding_for_the_person(bad, officer, rated, at):
    found = verify(bad, officer, at, finding="mistaken")

    with pytest.raises(LoopClosed):
        lodge_appeal(verification=found, grounds="不服", actor=rated.user, at=at)


@pytest.fixture
def lodged(bad, officer, rated, at):
    found = verify(bad, officer, at)
    return lodge_appeal(verification=found, grounds="当天系统故障", actor=rated.user, at=at)


def test_a_reviewer_who_is_not_independent_is_refused(lodged, bad, officer, rated, hall, at):
    """The verifier, the handler, whoever moved the ticket, whoever sat at the window, and the person rated."""

    def reviewer(**more):
        return UserFactory(is_superuser=True, **more)

    handler, mover, neighbour = reviewer(), reviewer(), reviewer()
    Ticket.objects.update(handler=handler)
    TicketEvent.objects.create(ticket=bad, move="note", to_status=bad.status, at=at, actor=mover)
    seat = StaffFactory(hall=hall)
    seat.user = neighbour
    seat.save()
    DutyFactory(window=bad.window, staff=seat)
    own = User.objects.filter(pk__in=[officer.pk, rated.user.pk])
    own.update(is_superuser=True)

    for actor in (handler, mover, neighbour, *own):
        with pytest.raises(NotIndependent):
            decide_appeal(appeal=lodged, upheld=True, finding="mistaken", words="系统故障属实", actor=actor, at=at)
    with pytest.raises(PermissionDenied):
        manager = UserFactory(hall=hall, role="hall manager")
        decide_appeal(appeal=lodged, upheld=False, words="维持", actor=manager, at=at)
    assert not AppealDecision.objects.exists()


def test_an_upheld_appeal_brings_a_new_finding_that_may_propose_an_exclusion(lodged, bad, auditor, at):
    decide_appeal(appeal=lodged, upheld=True, finding="mistaken", words="系统故障属实", actor=auditor, at=at)

    new = Verification.objects.last().get()
    assert (new.finding, new.appeal, new.actor) == ("mistaken", lodged, auditor)
    assert Verification.objects.proposing().get() == new
    with pytest.raises(NotIndependent):
        sign_exclusion(verification=new, reason="误评", actor=auditor, at=at)
    assert sign_exclusion(verification=new, reason="误评", actor=UserFactory(role="auditor"), at=at)


def test_a_dismissed_appeal_leaves_the_finding_and_is_decided_once(lodged, auditor, at):
    decide_appeal(appeal=lodged, upheld=False, words="记录显示系统正常", actor=auditor, at=at)

    assert Verification.objects.get().finding == "true"
    with pytest.raises(LoopClosed):
        decide_appeal(appeal=lodged, upheld=True, finding="mistaken", words="再看", actor=auditor, at=at)
    assert not Appeal.objects.undecided().exists()


def test_an_upheld_appeal_without_another_finding_is_refused(lodged, auditor, at):
    for finding in ("", "true", "nonsense"):
        with pytest.raises(FieldInvalid):
            decide_appeal(appeal=lodged, upheld=True, finding=finding, words="对", actor=auditor, at=at)
    assert not AppealDecision.objects.exists()


def test_the_rating_stays_byte_for_byte_whatever_is_found_and_decided(bad, officer, rated, auditor, at):
    before = columns_of(bad.rating)
    lodged = lodge_appeal(verification=verify(bad, officer, at), grounds="系统故障", actor=rated.user, at=at)
    decide_appeal(appeal=lodged, upheld=True, finding="malicious", words="对", actor=auditor, at=at)
    assert columns_of(bad.rating) == before

    sign_exclusion(
        verification=Verification.objects.last().get(), reason="恶意", actor=UserFactory(role="auditor"), at=at
    )
    Rating.objects.update(changed_at=bad.rating.changed_at)  # the one column that tells the weekly sums to look again
    assert columns_of(bad.rating) == before


def test_findings_appeals_and_decisions_are_never_edited(lodged, auditor, at):
    decided = decide_appeal(appeal=lodged, upheld=False, words="维持", actor=auditor, at=at)

    for row, field in ((lodged.verification, "words"), (lodged, "grounds"), (decided, "words")):
        with pytest.raises(ModelRefuses):
            row.save()
        with pytest.raises(ModelRefuses):
            row.delete()
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
            type(row).objects.update(**{field: "改了"})


def test_verifying_and_deciding_are_in_different_hands():
    verifying = {name for name, rights in ROLES.items() if "complaints.verify_ticket" in rights}
    deciding = {name for name, rights in ROLES.items() if "complaints.decide_appeal" in rights}

    assert verifying == {"desk officer", "hall manager"} and deciding == {"auditor"}


def test_a_ticket_about_a_matter_has_no_loop(hall, officer, at):
    with pytest.raises(LoopClosed):
        verify_rating(ticket=TicketFactory(hall=hall), finding="true", words="甲", actor=officer, at=at)
