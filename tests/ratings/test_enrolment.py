"""One code, one tablet; nothing is learnt from a wrong one."""

from datetime import timedelta
from functools import partial

import pytest

from ratings.enrolment import (
    FAILURES_ALLOWED,
    InvalidCode,
    TooManyTries,
    enrol_tablet,
    make_enrolment_code,
    make_service_token,
    revoke_tablet,
)
from ratings.models import EnrolmentCode, EnrolmentFailure, ServiceToken, Tablet
from ratings.secrets import ALPHABET, digest, new_code, new_token
from tests.factories import WEDNESDAY, HallFactory, UserFactory, WindowFactory
from tests.ratings.together import at_once, failures

MINUTE = timedelta(minutes=1)


@pytest.fixture
def window(db):
    return WindowFactory()


@pytest.fixture
def code(window):
    return make_enrolment_code(window=window, actor=None, at=WEDNESDAY)


def enrol(code, at=WEDNESDAY, network="192.0.2.1"):
    return enrol_tablet(code=code, network=network, at=at)


def test_a_code_makes_a_tablet_of_its_window(window, code):
    enrolled = enrol(code)
    tablet = Tablet.objects.get()
    assert enrolled.tablet == tablet
    assert (tablet.window, tablet.hall, tablet.enrolled_at) == (window, window.hall, WEDNESDAY)
    assert tablet.token_hash == digest(enrolled.token)


def test_no_secret_is_stored_readable(window, code):
    enrolled = enrol(code)
    for model in (EnrolmentCode, Tablet):
        for row in model.objects.values():
            assert code not in map(str, row.values())
            assert enrolled.token not in map(str, row.values())


def test_a_code_is_of_letters_that_nobody_misreads():
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 9 and code[4] == "-" and set(code) <= {*ALPHABET, "-"} for code in codes)
    assert not set("ILOU") & set(ALPHABET)


def test_a_token_has_256_bits():
    assert len(new_token()) == 43
    assert new_token() != new_token()


def test_a_code_works_once(code):
    enrol(code)
    with pytest.raises(InvalidCode):
        enrol(code)
    assert Tablet.objects.count() == 1


def test_a_code_lives_ten_minutes(window, code):
    with pytest.raises(InvalidCode):
        enrol(code, at=WEDNESDAY + 10 * MINUTE)
    assert enrol(code, at=WEDNESDAY + 10 * MINUTE - timedelta(seconds=1))


@pytest.mark.parametrize(
    "change",
    [
        str.lower, lambda code: f" {code}", lambda code: f"{code} ", lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "), lambda code: f"{code}\x00", lambda code: code * 10, lambda code: "",
        lambda code: None, lambda code: 5, lambda code: [code], lambda code: {"code": code}, lambda code: True,
        lambda code: "\ud800", lambda code: "AAAA-AAAA", lambda code: "' OR 1=1 --",
    ],
)  # fmt: skip
def test_every_wrong_code_gets_the_same_answer(code, change):
    with pytest.raises(InvalidCode) as caught:
        enrol(change(code))
    assert (caught.value.code, caught.value.status, caught.value.fields) == ("invalid_code", 400, {})
    assert str(caught.value) == str(InvalidCode())
    assert EnrolmentFailure.objects.count() == 1


def test_after_ten_failures_a_network_waits_ten_minutes_even_with_a_good_code(window):
    for _try in range(FAILURES_ALLOWED):
        with pytest.raises(InvalidCode):
            enrol("AAAA-AAAA")
    good = make_enrolment_code(window=window, actor=None, at=WEDNESDAY)
    with pytest.raises(TooManyTries) as caught:
        enrol(good, at=WEDNESDAY + 9 * MINUTE)
    assert caught.value.status == 429
    assert enrol(good, at=WEDNESDAY + 9 * MINUTE, network="192.0.2.2")
    later = make_enrolment_code(window=window, actor=None, at=WEDNESDAY + 10 * MINUTE)
    assert enrol(later, at=WEDNESDAY + 10 * MINUTE)


def test_refused_tries_do_not_lengthen_the_wait(db):
    for _try in range(FAILURES_ALLOWED):
        with pytest.raises(InvalidCode):
            enrol("AAAA-AAAA")
    for _try in range(5):
        with pytest.raises(TooManyTries):
            enrol("AAAA-AAAA", at=WEDNESDAY + 5 * MINUTE)
    assert EnrolmentFailure.objects.count() == FAILURES_ALLOWED


def test_old_failures_are_thrown_away(db):
    for minutes in (0, 1, 11, 12):
        with pytest.raises(InvalidCode):
            enrol("AAAA-AAAA", at=WEDNESDAY + minutes * MINUTE)
    assert EnrolmentFailure.objects.count() == 2


def test_who_made_a_code_is_kept(window):
    manager = UserFactory()
    make_enrolment_code(window=window, actor=manager, at=WEDNESDAY)
    assert EnrolmentCode.objects.get().created_by == manager


def test_revoking_is_told_to_one_of_two(window, code):
    tablet = enrol(code).tablet
    assert revoke_tablet(tablet=tablet, at=WEDNESDAY + MINUTE) is True
    assert revoke_tablet(tablet=tablet, at=WEDNESDAY + 2 * MINUTE) is False
    assert Tablet.objects.get().revoked_at == WEDNESDAY + MINUTE
    assert not Tablet.objects.enrolled().exists()


def test_a_service_token_is_told_once_and_kept_as_a_hash(db):
    token = make_service_token(name="queue", hall=HallFactory(), at=WEDNESDAY)
    assert ServiceToken.objects.get().token_hash == digest(token)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_eight_with_one_code_at_once_one_is_enrolled():
    code = make_enrolment_code(window=WindowFactory(), actor=None, at=WEDNESDAY)
    outcomes = at_once(*[partial(enrol, code)] * 8)
    assert [type(error) for error in failures(outcomes)] == [InvalidCode] * 7
    assert Tablet.objects.count() == 1


def numbers(hall, count):
    window = WindowFactory(hall=hall)
    return [enrol(make_enrolment_code(window=window, actor=None, at=WEDNESDAY)).tablet.number for _time in range(count)]


def test_tablets_of_a_hall_are_numbered_and_other_halls_begin_anew(db):
    assert numbers(HallFactory(), 3) == [1, 2, 3]
    assert numbers(HallFactory(), 1) == [1]


def test_a_number_that_was_given_back_is_used_again_only_when_all_others_were(db):
    hall = HallFactory()
    numbers(hall, 2)
    for number, later in ((2, 1), (1, 2)):
        revoke_tablet(tablet=Tablet.objects.get(hall=hall, number=number), at=WEDNESDAY + later * MINUTE)
    assert numbers(hall, 98) == [*range(3, 100), 2]


def test_the_hundredth_tablet_of_a_hall_has_no_number(db):
    hall = HallFactory()
    assert numbers(hall, 100)[-2:] == [99, None]


@pytest.mark.django_db(transaction=True)
def test_eight_tablets_enrolled_at_once_have_eight_numbers():
    hall = HallFactory()
    codes = [make_enrolment_code(window=WindowFactory(hall=hall), actor=None, at=WEDNESDAY) for _time in range(8)]
    results = at_once(*[partial(enrol, code) for code in codes])
    assert failures(results) == []
    assert sorted(Tablet.objects.values_list("number", flat=True)) == list(range(1, 9))
