"""The tablet's own store fails at every place it can: nobody is thanked for what is not on the disk."""

import pytest
from playwright.sync_api import expect

from ratings.configuration import TIMINGS
from ratings.models import Rating
from tests.browser.witness import Witness

pytestmark = pytest.mark.browser

PATCH = """(fault) => {
    window.mended ??= [];
    const patch = (owner, name, make) => {
        const real = owner[name];
        owner[name] = make(real);
        window.mended.push(() => (owner[name] = real));
    };
    const store = IDBObjectStore.prototype;
    const database = IDBDatabase.prototype;
    const refuse = (name) => () => { throw new DOMException("injected", name); };
    const inLifeOf = (wrap) => (real) => function (...given) {
        const transaction = real.apply(this, given);
        if (transaction.mode === "readwrite") wrap(transaction);
        return transaction;
    };
    const abortOnce = (real) => function (...given) {
        const request = real.apply(this, given);
        request.addEventListener("success", () => this.transaction.abort());
        return request;
    };
    ({
        "the disk is full at add": () => patch(store, "add", () => refuse("QuotaExceededError")),
        "the disk is full at put": () => patch(store, "put", () => refuse("QuotaExceededError")),
        "add fails later": () => patch(store, "add", (real) => function (...given) {
            const request = real.apply(this, given);
            this.transaction.abort();
            return request;
        }),
        "the commit fails": () => patch(store, "add", abortOnce),
        "the disk is full at the commit": () => {
            patch(store, "add", abortOnce);
            patch(database, "transaction", inLifeOf((transaction) => Object.defineProperty(transaction, "error", {
                get: () => new DOMException("injected", "QuotaExceededError"),
            })));
        },
        "no transaction begins": () => patch(database, "transaction", () => refuse("InvalidStateError")),
        "nothing can be read": () => patch(store, "get", () => refuse("UnknownError")),
        "an acknowledgement cannot be booked": () => patch(store, "put", (real) => function (value, ...key) {
            if (value?.state === "acknowledged") throw new DOMException("injected", "UnknownError");
            return real.call(this, value, ...key);
        }),
        "nobody hears of the commit": () => patch(database, "transaction", inLifeOf((transaction) =>
            Object.defineProperty(transaction, "oncomplete", { set() {} }))),
    })[fault]();
}"""
MEND = "() => window.mended.splice(0).forEach((mend) => mend())"
# While a visitor taps; what the page itself can notice.
NOT_STORED = (
    "the disk is full at add",
    "the disk is full at put",
    "add fails later",
    "the commit fails",
    "the disk is full at the commit",
    "no transaction begins",
    "nothing can be read",
)


@pytest.fixture(autouse=True)
def soon_again(monkeypatch):
    monkeypatch.setitem(TIMINGS, "retry_s", [0.1])


def test_what_is_not_stored_is_said_and_never_thanked_for(kiosk):
    witness = Witness(kiosk)
    for number, fault in enumerate(NOT_STORED):
        kiosk.sees("k1").past_guard().page.evaluate(PATCH, fault)
        kiosk.tap('[data-level="2"]')
        expect(kiosk.page.locator("#problem"), fault).to_contain_text("没有存上")
        assert not kiosk.page.locator("#k2").is_visible() and not kiosk.page.locator("#k3").is_visible(), fault
        kiosk.page.evaluate(MEND)
        witness.sees_a_row_for_each_thanks()
        witness.rates(1 + number % 5)
    witness.sees_all_arrive_once()
    # A number is taken with the row or not at all.
    assert list(Rating.objects.order_by("seq").values_list("seq", flat=True)) == [*range(1, len(NOT_STORED) + 1)]


def test_control_a_page_that_does_not_wait_for_the_commit_thanks_for_nothing(open_kiosk):
    kiosk = open_kiosk(service_workers="block")
    waits, hastes = "  await committed;\n", "  committed.catch(() => {});\n"

    def without_waiting(route):
        text = route.fetch().text()
        assert waits in text
        route.fulfill(body=text.replace(waits, hastes), content_type="text/javascript")

    kiosk.context.route("**/kiosk/store.js", without_waiting)
    kiosk.enrol().past_guard().page.evaluate(PATCH, "the commit fails")
    with pytest.raises(AssertionError, match=r"thanked for \[2\], stored \[\]"):
        Witness(kiosk).rates(2)


def test_an_acknowledgement_that_cannot_be_booked_makes_no_second_rating(kiosk):
    kiosk.page.evaluate(PATCH, "an acknowledgement cannot be booked")
    witness = Witness(kiosk).rates(2, 4)
    kiosk.until_stored(2)
    assert witness.waiting() == [2, 4]
    kiosk.page.evaluate(MEND)
    witness.sees_all_arrive_once()


def test_a_disk_that_never_answers_gets_no_thanks_and_still_loses_nothing(kiosk):
    kiosk.past_guard().page.evaluate(PATCH, "nobody hears of the commit")
    kiosk.tap('[data-level="2"]').page.wait_for_timeout(500)
    assert not kiosk.page.locator("#k2").is_visible() and not kiosk.page.locator("#k3").is_visible()
    witness = Witness(kiosk)
    witness.thanked.append(2)  # not thanked for, but given, and on the disk
    kiosk.page.reload()
    kiosk.sees("k1")
    witness.sees_all_arrive_once()
