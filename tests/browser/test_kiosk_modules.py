"""The tablet's small sums agree with the server's: sealed boxes, receipts, QR codes, telephone numbers."""

import base64
import json
from uuid import uuid4

import pytest
import segno
import segno.encoder
from cryptography.hazmat.primitives.asymmetric import ec

from ratings.query_codes import read_code
from ratings.receipts import is_receipt
from ratings.sealing import CannotOpen, Purpose, SealingKey, open_box, read_keys

pytestmark = pytest.mark.browser

KEY = read_keys(base64.b64encode(bytes(range(1, 33))).decode())[0]
RATING = uuid4()


@pytest.fixture
def run(open_kiosk):
    """Calls `body(module, given)` in the page, with one of the tablet's modules."""
    page = open_kiosk().open().page

    def run(module: str, body: str, given=None):
        whole = "async ([name, given]) => ({})(await import(`/static/ratings/kiosk/${{name}}.js`), given)"
        return page.evaluate(whole.format(body), [module, given])

    return run


def sealed(run, purpose, content):
    given = {
        "sealing": {"key_id": KEY.key_id, "public_key": KEY.public_key},
        "purpose": purpose,
        "rating": str(RATING),
        "content": content,
    }
    as_bytes = "Array.isArray(g.content) ? Uint8Array.from(g.content) : g.content"
    return run("seal", f"(m, g) => m.seal(g.sealing, {{ ...g, content: {as_bytes} }})", given)


def test_a_box_sealed_in_the_browser_opens_on_the_server_for_its_rating_and_purpose_only(run):
    box = sealed(run, "phone", "13800138000")
    assert open_box(box, key=KEY, purpose=Purpose.PHONE, rating_id=RATING) == b"13800138000"
    for wrong in ({"purpose": Purpose.QUERY_CODE}, {"rating_id": uuid4()}, {"key": a_key()}):
        with pytest.raises(CannotOpen):
            open_box(box, **{"key": KEY, "purpose": Purpose.PHONE, "rating_id": RATING, **wrong})
    assert sealed(run, "phone", "13800138000") != box
    sound = [i % 251 for i in range(120_000)]
    box = sealed(run, "voice", sound)
    assert open_box(box, key=KEY, purpose=Purpose.VOICE, rating_id=RATING) == bytes(sound)
    assert run("seal", "(m) => [m.canSeal(null), m.canSeal(undefined)]") == [False, False]


def a_key():
    private = ec.generate_private_key(ec.SECP256R1())
    return SealingKey(private, "0" * 16, b"")


def test_receipts_are_those_that_the_server_reads(run):
    body = """(m, runs) => runs.map((running) =>
        m.receiptNumber({ hall: "yx-1", tablet: 7, running, day: new Date(2026, 6, 3) }))"""
    made = run("receipt", body, [1, 42, 99, 100, 101, 499])
    assert made[0].startswith("YX10703-0701-") and made[3].startswith("YX10703-07AA-")
    assert len(set(made)) == 6 and all(map(is_receipt, made))
    codes = run("receipt", "(m) => Array.from({ length: 200 }, m.queryCode)")
    assert len(set(codes)) == 200 and all(len(read_code(code)) == 12 for code in codes)
    assert {sign for code in codes for sign in code} == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert run("receipt", "(m) => m.grouped('ABCD1234WXYZ')") == "ABCD-1234-WXYZ"


def test_the_qr_codes_are_those_of_another_maker(run, monkeypatch):
    # segno pads a whole codeword more than the standard asks for; no reader looks there, a comparison would.
    monkeypatch.setattr(segno.encoder, "write_padding_bits", lambda bits, _, length: bits.extend([0] * (-length % 8)))
    address = "https://pingjia.example.gov.cn/track/#n=YX0703-0186-K&c=7QX2M4PD9KTB"
    texts = [address, "a", *(address * 4)[:213:30], *((address * 4)[:n] for n in (14, 15, 106, 107, 153, 213))]
    for text in filter(None, texts):
        made = run("qr", "(m, text) => ({ ...m.qrModules(text), path: m.qrPath(text) })", text)
        other = segno.make_qr(
            text, error="m", mode="byte", boost_error=False, version=made["version"], mask=made["mask"]
        )
        assert made["modules"] == [[bool(module) for module in row] for row in other.matrix], text
        assert made["path"]["size"] == len(made["modules"]) + 8


# What is typed, how it is shown, what is said about it.
NUMBERS = [
    ("", "", "phone_empty"),
    ("1380", "138 0", "phone_short"),
    ("138001380", "138 0013 80", "phone_short"),
    ("13800138000", "138 0013 8000", None),
    ("2", "2", "phone_begin"),
    ("86138001380", "861 3800 1380", "phone_begin"),
    ("01065", "010 65", "phone_landline"),
    ("01065051234", "010 6505 1234", None),
    ("07558888123", "0755 888 8123", None),
    ("075588881234", "0755 8888 1234", None),
]


def test_telephone_numbers_are_grouped_and_the_mistake_is_named(run):
    seen = run("phone", "(m, all) => all.map((d) => [m.grouped(d), m.problem(d)])", [typed for typed, *_ in NUMBERS])
    assert [(shown, problem and problem["word"]) for shown, problem in seen] == [wanted[1:] for wanted in NUMBERS]
    assert seen[2][1]["n"] == 2
    assert run("phone", "(m) => [m.longest('1'), m.longest('0')]") == [11, 12]


def test_every_day_counts_its_receipts_anew_and_none_is_given_twice(run):
    body = """async (m, given) => {
        const seen = [];
        for (const day of given.days) {
            const made = await m.recordCallback({ rating: crypto.randomUUID(), phone: "13800138000", language: "en",
                place: given.place, now: new Date(`2026-11-${day}T10:00:00`) });
            seen.push(made.number.slice(1, 5) + made.number.slice(8, 10));
        }
        return seen;
    }"""
    place = {"sealing": {"key_id": KEY.key_id, "public_key": KEY.public_key}, "tablet": 1, "number": 7, "hall": "A"}
    # The clock was a day ahead for a while.
    seen = run("extras", body, {"days": ["23", "23", "24", "23", "24"], "place": place})
    assert seen == ["112301", "112302", "112401", "112303", "112402"]
    kept = run("store", "(m) => m.transact('readonly', ['extras'], (s) => m.ask(s('extras').getAll()))")
    assert len(kept) == 5 and "13800138000" not in json.dumps(kept)
