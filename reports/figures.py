"""What may be said about one person's week: every derived figure with its interval, or nothing but the count. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.statistics import Counts, Interval, shown
from reports.weather import Change, Forecast, change, forecast


@dataclass(frozen=True, slots=True)
class Share:
    """A part of `n` ratings, always with the counts it is made of."""

    count: int
    n: int
    interval: Interval

    @property
    def value(self) -> float:
        return self.count / self.n


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one summary. Under ten ratings `suppressed` is true and all that tells more than `n` is None.

    `served` is what the queue system reported; None when it reported nothing, as a hall may have none.
    """

    n: int
    served: int | None
    suppressed: bool
    sky: Forecast
    change: Change
    counts: Counts | None = None
    good: Share | None = None
    satisfied: Share | None = None
    bad: Share | None = None
    participation: float | None = None
    default_count: int | None = None
    excluded_count: int | None = None
    flagged_count: int | None = None

    @property
    def beside(self) -> str:
        """Both counts in words, where there are any: the suspicious, which count, and the excluded, which do not."""
        parts = []
        if self.flagged_count:
            parts.append(_("%(n)s flagged, still counted") % {"n": self.flagged_count})
        if self.excluded_count:
            parts.append(_("%(n)s excluded after review, not counted") % {"n": self.excluded_count})
        return _("; ").join(parts)


def figures(summary, before: Counts | None = None) -> Figures:
    """The figures of a `WeeklySummary`, or of anything with its sums; `before` are the counts of the week before."""
    counts = summary.counts
    always = {
        "n": counts.n,
        "served": summary.served or None,
        "suppressed": not shown(counts.n),
        "sky": forecast(counts),
        "change": change(counts, before or Counts()),
    }
    if always["suppressed"]:
        return Figures(**always)
    return Figures(
        **always,
        counts=counts,
        good=_share(counts, counts.good),
        satisfied=_share(counts, counts.top2),
        bad=_share(counts, counts.bad),
        participation=counts.n / summary.served if summary.served else None,
        default_count=summary.default_count,
        excluded_count=summary.excluded_count,
        flagged_count=summary.flagged_count,
    )


def _share(counts, count):
    return Share(count, counts.n, counts.share_interval(count))
