"""What becomes of an id that is known already: the same again, a visitor's change of mind, or a conflict."""

from datetime import timedelta

from ratings import clocks
from ratings.models import Rating, RatingReason, RatingVersion, Reason

AMEND_WITHIN = timedelta(seconds=60)  # contract.md: 点错了，改一改


class Judging:
    """The part of `ratings.recording.Batch` that judges what is sent under an id that is stored."""

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
        if not timedelta(0) <= self._pause(item, stored) <= self._amend_within(item, stored):
            self._keep(raw, "amended_too_late")
            return verdict(item.id, "conflict", code="amended_too_late")
        earlier.append(self._amend(stored, item))
        return verdict(item.id, "created")

    def _amend_within(self, item, stored):
        return AMEND_WITHIN

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
        reasons = known_reasons([item])
        fitting_codes = fitting(item, reasons)
        unfitting = [code for code in item.reasons if code not in fitting_codes]
        links.delete()
        RatingReason.objects.bulk_create([RatingReason(rating=stored, reason=reasons[code]) for code in fitting_codes])
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


def known_reasons(items):
    codes = {code for item in items for code in item.reasons}
    return {reason.code: reason for reason in Reason.objects.filter(code__in=codes)} if codes else {}


def fitting(item, reasons):
    """The codes that exist and belong to the level tapped (domain.md A.3: a code's level is part of it)."""
    return [code for code in item.reasons if code in reasons and reasons[code].level == item.level]
