"""Recording what a tablet sends: each rating once, with a verdict for every item.

The one way from a tap to a row (reliability.md D1–D6, D14): the level is data and never a branch, nothing is
dropped, and the answer leaves only after the commit. Taps that are all new, as nearly all are, take one statement;
whatever else a batch holds is settled in a transaction of several.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ratings import attribution, clocks, sequence
from ratings.insertion import NewRows, insert_and_advance, insert_new
from ratings.items import Refused, as_sent, read_id, read_item
from ratings.judging import Judging, fitting, known_reasons, verdict
from ratings.models import QuarantinedRating, Rating, RatingReason, Tablet
from ratings.scale import Channel


@dataclass(frozen=True)
class Receipt:
    """What the tablet is told: a verdict per item in the order sent, and the state of its numbering."""

    results: list[dict]
    highest_seq: int
    gaps: list[list[int]]


def record_ratings(
    *, tablet: Tablet, items: list, sent_at: datetime | None, received_at: datetime, is_authentic: bool = True
) -> Receipt:
    """Store every item of the batch that is a rating, keep every other in quarantine, and say which is which.

    `items` is untrusted JSON; `sent_at` the tablet's clock at sending (None: not told); safe to call any number of
    times with the same items. Not `is_authentic`: the tablet's key did not sign this; all is kept, nothing counts.
    """
    batch = (Batch if is_authentic else ForgedBatch)(tablet, items, sent_at, received_at)
    return batch.at_once() or batch.in_steps()


def _numbers(items):
    """The numbers that arrived; a refused item's counts too, for it is not lost."""
    return sorted({raw["seq"] for raw in items if isinstance(raw, dict) and sequence.is_seq(raw.get("seq"))})


def _go_on(tablet, wanted):
    """Whether these numbers are the next ones, without a hole."""
    return wanted == list(range(tablet.highest_seq + 1, tablet.highest_seq + 1 + len(wanted)))


def _advance(tablet, wanted, received_at):
    """Move the tablet's high-water mark; the usual next number costs one conditional UPDATE."""
    rows = Tablet.objects.filter(pk=tablet.pk)
    if _go_on(tablet, wanted):
        highest = tablet.highest_seq + len(wanted)
        if rows.filter(highest_seq=tablet.highest_seq).update(highest_seq=highest, last_seen_at=received_at):
            return highest, tablet.gaps
    seen = rows.select_for_update(no_key=True).get()
    highest, gaps = sequence.received(seen.highest_seq, seen.gaps, wanted)
    rows.update(highest_seq=highest, gaps=gaps, last_seen_at=received_at)
    return highest, gaps


class Batch(Judging):
    """The work on one call; every look-up is made once for all items.

    `ratings.elsewhere` records by it what no tablet sent: same code, same judgement, whatever the level (D14).
    """

    channel = Channel.TABLET
    computed = {"staff_id": attribution.STAFF_ON_DUTY}

    def __init__(self, tablet, raw_items, sent_at, received_at):
        self.tablet = tablet
        self.sent_at = sent_at
        self.received_at = received_at
        self.quarantine: dict[tuple, QuarantinedRating] = {}
        self.numbers = set()  # of the new items so far
        self.forks = set()  # new items whose number another had
        self.wanted = _numbers(raw_items)
        self.results = [None] * len(raw_items)
        self.firsts, self.repeats = {}, []
        self.created = set()
        for place, raw in enumerate(raw_items):
            self._read(place, raw)

    def _read(self, place, raw):
        try:
            item = self._item(raw)
        except Refused as refusal:
            self.results[place] = self._refuse(raw, refusal.code)
            return
        if item.id in self.firsts:
            self.repeats.append((place, raw, item))
        else:
            self.firsts[item.id] = (place, raw, item)
            self.results[place] = verdict(item.id, "created")

    def _item(self, raw):
        item = read_item(raw)
        if self.tablet.revoked_at and not self._was_given_before(item):
            raise Refused("retired")
        return item

    def _was_given_before(self, item):
        """Of a tablet that only finishes sending: whether this is a tap from before its end."""
        if self.tablet.drain_seq is not None:
            return item.seq <= self.tablet.drain_seq
        return self._moment(item).at <= self.tablet.revoked_at

    def at_once(self):
        """The receipt of a batch of nothing but new taps, else None; what it stored by then is in `created`.

        Stored is stored: should the steps that have to follow fail, the tablet sends again and finds duplicates.
        """
        items = [item for _place, _raw, item in self.firsts.values()]
        plain = items and not (self.repeats or self.quarantine or any(item.reasons or item.case_no for item in items))
        if not plain or len(items) != len(self.wanted) or not _go_on(self.tablet, self.wanted):
            return None
        self.created, moved = insert_and_advance(
            self._new_rows(items, {}, attribution.NO_VISITS),
            tablet=self.tablet,
            highest_seq=self.wanted[-1],
            at=self.received_at,
        )
        return Receipt(self.results, self.wanted[-1], self.tablet.gaps) if moved else None

    def in_steps(self):
        """The receipt of any batch, in one transaction."""
        with transaction.atomic():
            self._store([item for _place, _raw, item in self.firsts.values() if item.id not in self.created])
            known = [entry for entry in self.firsts.values() if entry[2].id not in self.created]
            self._judge([*known, *self.repeats])
            if self.quarantine:
                # In one order everywhere, see `_new_rows`.
                kept = [self.quarantine[key] for key in sorted(self.quarantine)]
                QuarantinedRating.objects.bulk_create(kept, ignore_conflicts=True)
            if self.forks & self.created:
                Tablet.objects.filter(pk=self.tablet.pk).update(forked_at=self.received_at)
            highest, gaps = self._advance()
        return Receipt(self.results, highest, gaps)

    def _advance(self):
        return _advance(self.tablet, self.wanted, self.received_at)

    def _refuse(self, raw, code):
        self._keep(raw, code)
        identity = read_id(raw)
        return {"id": str(identity) if identity else None, "status": "refused", "code": code}

    def _keep(self, raw, code):
        text = as_sent(raw)
        raw_hash = hashlib.sha256(text.encode()).hexdigest()
        self.quarantine[raw_hash, code] = QuarantinedRating(
            hall_id=self.tablet.hall_id,
            tablet_id=self.tablet.pk,
            code=code,
            raw=text,
            raw_hash=raw_hash,
            received_at=self.received_at,
        )

    def _store(self, items):
        if not items:
            return
        reasons = known_reasons(items)
        moments = [self._moment(item).at for item in items]
        visits = attribution.visits_of(self.tablet.hall_id, self.tablet.window_id, items, moments)
        created = insert_new(self._new_rows(items, reasons, visits))
        links = [
            RatingReason(rating_id=item.id, reason_id=reasons[code].pk)
            for item in items
            if item.id in created
            for code in fitting(item, reasons)
        ]
        if links:
            RatingReason.objects.bulk_create(links)
        self.created |= created

    def _new_rows(self, items, reasons, visits):
        self.numbers.clear()
        self.forks.clear()
        rows = [self._row(item, self._moment(item), reasons, visits) for item in items]
        # In one order everywhere, so that two senders of the same items wait for each other instead of deadlocking.
        rows.sort(key=lambda row: row["id"].int)
        return NewRows(
            Rating,
            rows,
            shared={
                "hall_id": self.tablet.hall_id,
                "window_id": self.tablet.window_id,
                "tablet_id": self.tablet.pk,
                "channel": self.channel,
                "sent_at": self.sent_at,
                "received_at": self.received_at,
                "changed_at": self.received_at,
            },
            computed=self.computed,
        )

    def _had_number(self, item):
        return item.seq in self.numbers or sequence.is_known(item.seq, self.tablet.highest_seq, self.tablet.gaps)

    def _moment(self, item):
        return clocks.event_time(
            claimed=item.claimed_rated_at,
            sent_at=self.sent_at,
            received_at=self.received_at,
            not_before=self.tablet.enrolled_at,
        )

    def _row(self, item, moment, reasons, visits):
        flags = dict(item.flags)
        if moment.problem:
            flags["clock"] = moment.problem
        if self._had_number(item):
            flags["seq_repeated"] = item.seq  # another rating had this number: a copied tablet, or a broken memory
            self.forks.add(item.id)
        self.numbers.add(item.seq)
        unfitting = [code for code in item.reasons if code not in fitting(item, reasons)]
        if unfitting:
            flags["reasons_unfitting"] = unfitting
        visit, ordinal, noticed = visits.take(item, moment.at)
        flags |= noticed
        return {
            "id": item.id,
            "visit_id": visit,
            "ordinal": ordinal,
            "seq": item.seq,
            "level": item.level,
            "comment": item.comment,
            "language": item.language,
            "modes": item.modes,
            "rated_at": moment.at,
            "tablet_rated_at": moment.claimed_at,
            "answered_ms": item.answered_ms,
            "flags": flags,
            "content_hash": item.content_hash,
        }


class ForgedBatch(Batch):
    """What somebody sent with the token of a tablet, but not with its key: kept word for word, and counted nowhere.

    It moves no number either, or a copied token could make the real tablet skip some.
    """

    def _item(self, raw):
        raise Refused("bad_signature")

    def _advance(self):
        Tablet.objects.filter(pk=self.tablet.pk).update(forged_at=self.received_at)
        return self.tablet.highest_seq, self.tablet.gaps
