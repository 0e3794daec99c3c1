"""The life of a ticket: every status × every move × every set of permissions, from the table alone."""

from itertools import product

import pytest

from complaints.workflow import (
    FINISHED,
    MOVES,
    OPEN,
    TERMINAL,
    Clock,
    Field,
    Permission,
    Status,
    allowed,
    find_move,
    moves_from,
    why_not,
)

ALL_PERMISSIONS = frozenset(Permission)

# Written down by hand from domain.md B.2, not taken from the table: status → moves that lead out of it or
# happen in it.
LIFE = {
    "registered": {"accept", "answer_on_the_spot", "reject", "contact", "withdraw", "note"},
    "rejected": {"reconsider", "archive", "note"},
    "accepted": {"take", "dispatch", "supervise", "contact", "withdraw", "note"},
    "dispatched": {"sign_for", "return", "escalate", "supervise", "contact", "withdraw", "note"},
    "return_review": {"agree_return", "disagree_return", "contact", "withdraw", "note"},
    "in_progress": {
        "answer",
        "contact",
        "wait_for_citizen",
        "assign",
        "ask_extension",
        "escalate",
        "supervise",
        "withdraw",
        "note",
    },
    "waiting": {"resume", "contact", "withdraw", "note"},
    "extension_review": {"grant_extension", "refuse_extension", "contact", "withdraw", "note"},
    "escalated": {"answer", "assign", "contact", "withdraw", "note"},
    "replied": {"approve", "send_back", "contact", "withdraw", "note"},
    "callback": {
        "call_back_reached",
        "call_back_not_reached",
        "rework",
        "close",
        "close_without_call",
        "note",
    },
    "rework": {"sign_for", "answer", "assign", "escalate", "supervise", "contact", "withdraw", "note"},
    "closed": {"reopen", "archive", "note"},
    "archived": set(),
    "withdrawn": set(),
    "merged": set(),
}


@pytest.mark.parametrize(
    ("status", "move"), list(product(Status, MOVES)), ids=lambda value: getattr(value, "name", value)
)
def test_every_status_knows_exactly_the_moves_that_are_written_down_for_it(status, move):
    expected = move.name in LIFE[status]

    assert (move in moves_from(status)) is expected
    assert (why_not(move, status, ALL_PERMISSIONS, attempts=3) == "") is expected
    assert why_not(move, status, ALL_PERMISSIONS - {move.permission}, attempts=3) == "permission_denied"


def test_every_status_is_reachable_from_the_registration():
    reached = {find_move("register").target}
    while True:
        further = {move.lands_on(status) for status in reached for move in moves_from(status)} | reached
        if further == reached:
            break
        reached = further

    assert reached == set(Status) - {Status.MERGED}  # the move is still to come


@pytest.mark.parametrize("status", [status for status in Status if status not in TERMINAL])
def test_every_status_but_the_last_ones_has_a_way_out(status):
    assert any(move.lands_on(status) != status for move in moves_from(status))


@pytest.mark.parametrize("status", [status for status in Status if status not in TERMINAL])
def test_from_every_status_but_the_last_ones_the_end_can_be_reached(status):
    reached = {status}
    for _step in Status:
        reached |= {move.lands_on(source) for source in reached for move in moves_from(source)}

    assert reached & TERMINAL


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_nothing_happens_after_the_end(status):
    assert moves_from(status) == []


def test_open_and_finished_are_two_halves_of_all_statuses():
    assert set(Status) == OPEN | FINISHED
    assert not OPEN & FINISHED


def test_names_of_moves_are_unique_and_found():
    assert len({move.name for move in MOVES}) == len(MOVES)
    assert all(find_move(move.name) is move for move in MOVES)


@pytest.mark.parametrize("name", ["", "ACCEPT", "close ", None, 3, ["accept"], {"accept": 1}, "__class__"])
def test_an_unknown_name_finds_no_move(name):
    assert find_move(name) is None


def test_only_moves_of_the_persons_permissions_are_allowed():
    moves = allowed(Status.REPLIED, {Permission.HANDLE})

    assert {move.name for move in moves} == {"contact", "note"}
    assert allowed(Status.REPLIED, frozenset()) == []


@pytest.mark.parametrize(("attempts", "may_close"), [(0, False), (2, False), (3, True), (4, True)])
def test_a_ticket_is_closed_unreached_only_after_three_calls_in_vain(attempts, may_close):
    names = {move.name for move in allowed(Status.CALLBACK, ALL_PERMISSIONS, attempts=attempts)}

    assert ("close" in names) is may_close


def test_no_ticket_is_closed_without_an_answer_to_the_citizen():
    """Every way into `closed` either needs the answer itself or passes the approval of one."""
    ways = {(source, move.name) for move in MOVES if move.target == Status.CLOSED for source in move.sources}
    into_callback = {move.name for move in MOVES if move.target == Status.CALLBACK}
    into_replied = [move for move in MOVES if move.target == Status.REPLIED]

    assert {source for source, _name in ways} == {Status.REGISTERED, Status.CALLBACK}
    assert Field.PUBLIC_TEXT in find_move("answer_on_the_spot").needs
    assert into_callback == {"approve"}
    assert all(Field.PUBLIC_TEXT in move.needs for move in into_replied)


def test_a_reason_is_needed_exactly_where_there_are_reasons_to_choose_from():
    assert all((Field.REASON in move.needs) == (move.reasons is not None) for move in MOVES)
    assert len(find_move("reject").reasons) == 6  # the law's six, domain.md B.1 art. 11


def test_the_clock_is_paused_exactly_while_waiting():
    assert {move.name for move in MOVES if move.target == Status.WAITING} == {
        move.name for move in MOVES if move.clock is Clock.PAUSE
    }
    leaving = {move.name for move in moves_from(Status.WAITING) if move.lands_on(Status.WAITING) != Status.WAITING}
    assert leaving == {"resume", "withdraw"}
    assert find_move("resume").clock is Clock.RESUME


def test_every_move_into_a_finished_status_ends_the_clock_unless_an_approved_answer_did():
    for move in MOVES:
        if move.target in FINISHED - {Status.ARCHIVED} and Status.CALLBACK not in move.sources:
            assert move.clock is Clock.END, move.name


def test_every_move_back_into_life_makes_a_new_promise():
    for move in MOVES:
        if move.target in OPEN and move.sources & (FINISHED | {Status.CALLBACK}):
            assert move.clock is Clock.START, move.name


def test_what_the_citizen_sees_always_has_words_or_is_a_plain_step():
    """A move that needs words for the citizen is visible to the citizen, but for the draft that is still to
    be approved.
    """
    hidden = {move.name for move in MOVES if Field.PUBLIC_TEXT in move.needs and not move.visible_to_citizen}

    assert hidden == {"answer"}
