"""Recording what a tablet sends: each rating once, with a verdict for every item.

The one way from a tap to a row (reliability.md D1–D6, D14): the level is data and never a branch, nothing is
dropped, and the answer leaves only after the commit. Taps that are all new, as nearly all are, take one statement;
whatever else a batch holds is settled in a transaction of several.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from ratings import attribution, clocks, sequence
from ratings.insertion import NewRows, insert_and_advance, insert_new
from ratings.items import Refused, as_sent, read_id, read_item
from ratings.models import QuarantinedRating, Rating, RatingReason, RatingVersion, Reason, Tablet

AMEND_WITHIN = timedelta(seconds=60)  # contract.md: 点错了，改一改


@dataclass(frozen=True)
class Receipt:
    """What the tablet is told: a verdict per item in the order sent, and the state of its numbering."""

    results: list[dict]
    highest_seq: int
    gaps: list[list[int]]


def record_ratings(*, tablet: Tablet, items: list, sent_at: datetime | None, received_at: datetime) -> Receipt:
    """Store every item of the batch that is a rating, keep every other in quarantine, and say which is which.

    `items` is untrusted JSON; `sent_at` the tablet's clock at sending (None: not told); safe to call any number of
    times with the same items.
    """
    batch = _Batch(tablet, items, sent_at, received_at)
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


class _Batch:
    """The work on one call; every look-up is made once for all items."""

    def __init__(self, tablet, raw_items, sent_at, received_at):
        self.tablet = tablet
        self.sent_at = sent_at
        self.received_at = received_at
        self.quarantine: dict[tuple, QuarantinedRating] = {}
        self.numbers = set()  # of the new items so far
        self.wanted = _numbers(raw_items)
        self.results = [None] * len(raw_items)
        self.firsts, self.repeats = {}, []
        self.created = set()
        for place, raw in enumerate(raw_items):
            self._read(place, raw)

    def _read(self, place, raw):
        try:
            item = read_item(raw)
        except Refused as refusal:
            self.results[place] = self._refuse(raw, refusal.code)
            return
        if item.id in self.firsts:
            self.repeats.append((place, raw, item))
        else:
            self.firsts[item.id] = (place, raw, item)
            self.results[place] = verdict(item.id, "created")

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
            highest, gaps = _advance(self.tablet, self.wanted, self.received_at)
        return Receipt(self.results, highest, gaps)

    def _refuse(self, raw, code):
        self._keep(raw, code)
        identity = read_id(raw)
        return {"id": str(identity) if identity else None, "status": "refused", "code": code}

    def _keep(self, raw, code):
        text = as_sent(raw)
        raw_hash = hashlib.sha256(text.encode()).hexdigest()
        self.quarantine[raw_hash, code] = QuarantinedRating(
            hall_id=self.tablet.hall_id,
            tablet=self.tablet,
            code=code,
            raw=text,
            raw_hash=raw_hash,
            received_at=self.received_at,
        )

    def _store(self, items):
        if not items:
            return
        reasons = _reasons(items)
        created = insert_new(self._new_rows(items, reasons, attribution.visits_of(self.tablet.hall_id, items)))
        links = [
            RatingReason(rating_id=item.id, reason_id=reasons[code].pk)
            for item in items
            if item.id in created
            for code in _fitting(item, reasons)
        ]
        if links:
            RatingReason.objects.bulk_create(links)
        self.created |= created

    def _new_rows(self, items, reasons, visits):
        self.numbers.clear()
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
                "sent_at": self.sent_at,
                "received_at": self.received_at,
                "changed_at": self.received_at,
            },
            computed={"staff_id": attribution.STAFF_ON_DUTY},
        )

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
        if item.seq in self.numbers or sequence.is_known(item.seq, self.tablet.highest_seq, self.tablet.gaps):
            flags["seq_repeated"] = item.seq  # another rating had this number: a copied token, or a broken memory
        self.numbers.add(item.seq)
        unfitting = [code for code in item.reasons if code not in _fitting(item, reasons)]
        if unfitting:
            flags["reasons_unfitting"] = unfitting
        visit, ordinal = visits.take(item)
        if item.case_no and visit is None:
            flags["visit_unknown"] = item.case_no
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

    def _judge(self, entries):
        """These ids are known: the same again, a visitor's change of mind, or a conflict to be looked at."""
        if not entries:
            return
        identities = {item.id for _place, _raw, item in entries}
        locked = Rating.objects.select_for_update(no_key=True).filter(pk__in=identities).order_by("pk")
        stored = {rating.pk: rating for rating in locked}
        earlier = {identity: [] for identity in identities}  # oldest first
        if any(item.content_hash != stored[item.id].content_hash for _place, _raw, item in entries):
            for version in RatingVersion.objects.filter(rating__in=identities).order_by("replaced_at", "id"):
                earlier[version.rating_id].append(version)
        for place, raw, item in entries:
            self.results[place] = self._judge_one(raw, item, stored[item.id], earlier[item.id])

    def _judge_one(self, raw, item, stored, earlier):
        if stored.tablet_id != self.tablet.pk:
            self._keep(raw, "other_tablet")
            return verdict(item.id, "conflict", code="other_tablet")
        if item.content_hash == stored.content_hash or self._was_said_before(item, stored, earlier):
            return verdict(item.id, "duplicate")
        if not item.amends:
            self._keep(raw, "conflict")
            return verdict(item.id, "conflict", code="other_content")
        if not timedelta(0) <= self._pause(item, stored) <= AMEND_WITHIN:
            self._keep(raw, "amended_too_late")
            return verdict(item.id, "conflict", code="amended_too_late")
        earlier.append(self._amend(stored, item))
        return verdict(item.id, "created")

    def _was_said_before(self, item, stored, earlier):
        """Whether this is a version, sent again, that was replaced since; going back to it (5, 4, 5 again) is not."""
        said = [version.content_hash for version in earlier]
        if item.content_hash not in said:
            return False
        if not item.amends:
            return True
        if self._told_pause(item, stored) is None:
            return item.content_hash != said[0]  # only what was said first did not come as a change
        return self._pause(item, stored) <= earlier[-1].replaced_at - stored.rated_at

    def _pause(self, item, stored):
        """How long after the tap the visitor changed it; the tablet's own word counts, for it may be offline since."""
        told = self._told_pause(item, stored)
        return self.received_at - stored.rated_at if told is None else told

    def _told_pause(self, item, stored):
        claimed = clocks.parse_moment(item.claimed_amended_at)
        return claimed - stored.tablet_rated_at if claimed and stored.tablet_rated_at else None

    def _amend(self, stored, item):
        links = RatingReason.objects.filter(rating=stored)
        version = RatingVersion.objects.create(
            rating=stored,
            level=stored.level,
            comment=stored.comment,
            reason_codes=list(links.order_by("id").values_list("reason__code", flat=True)),
            content_hash=stored.content_hash,
            replaced_at=stored.rated_at + self._pause(item, stored),
        )
        reasons = _reasons([item])
        fitting = _fitting(item, reasons)
        unfitting = [code for code in item.reasons if code not in fitting]
        links.delete()
        RatingReason.objects.bulk_create([RatingReason(rating=stored, reason=reasons[code]) for code in fitting])
        stored.level = item.level
        stored.comment = item.comment
        stored.flags = {**stored.flags, **item.flags, **({"reasons_unfitting": unfitting} if unfitting else {})}
        stored.content_hash = item.content_hash
        stored.changed_at = self.received_at
        stored.save(update_fields=["level", "comment", "flags", "content_hash", "changed_at"])
        return version


def verdict(identity, status, **more) -> dict:
    """One entry of the answer's `results`."""
    return {"id": str(identity), "status": status, **more}


def _reasons(items):
    codes = {code for item in items for code in item.reasons}
    return {reason.code: reason for reason in Reason.objects.filter(code__in=codes)} if codes else {}


def _fitting(item, reasons):
    """The codes that exist and belong to the level tapped (domain.md A.3: a code's level is part of it)."""
    return [code for code in item.reasons if code in reasons and reasons[code].level == item.level]
