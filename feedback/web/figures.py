"""Figures in words: NPS, intervals, changes, shares and periods, as people of the page's language write them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _

from analysis.base_size import Visibility, visibility
from analysis.intervals import Interval
from analysis.nps import Difference, NpsCounts, NpsEstimate, difference, estimate
from feedback.reports.periods import PeriodKey, Span
from feedback.web.money import number_words


@dataclass(frozen=True)
class Comparison:
    """One sentence about two spans: what it is compared with, and whether it changed."""

    verdict: str
    details: str
    css: str


@dataclass(frozen=True)
class Headline:
    """The figure of the page: the estimate, whether it may be shown, and its comparisons."""

    estimate: NpsEstimate
    counts: NpsCounts
    visibility: Visibility
    comparisons: tuple[Comparison, ...]


def headline(current: NpsCounts, others: list[tuple[str, NpsCounts]]) -> Headline:
    """The figure with its comparisons; `others` are earlier spans by name."""
    comparisons = tuple(compared(name, counts, current) for name, counts in others)
    return Headline(estimate(current), current, visibility(current.n), comparisons)


def compared(name: str, earlier: NpsCounts, later: NpsCounts) -> Comparison:
    """Whether NPS is shown to have changed, in words; nothing is claimed from few answers."""
    if "hidden" in (visibility(earlier.n), visibility(later.n)):
        few = _("%(period)s: %(answers)s", period=name, answers=answers_words(earlier.n))
        return Comparison(_("Too few answers to compare"), few, "")
    change = difference(earlier, later)
    details = _(
        "%(period)s: %(nps)s, %(answers)s, difference %(points)s",
        period=name, nps=points_words(estimate(earlier).nps), answers=answers_words(earlier.n),
        points=signed_words(change.points),
    )  # fmt: skip
    return Comparison(verdict(change), details, "" if not change.is_changed else "good" if change.points > 0 else "bad")


def verdict(change: Difference) -> str:
    """Whether two spans differ, in words."""
    if not change.is_changed:
        return str(_("Not shown to have changed"))
    return str(_("Changed, up") if change.points > 0 else _("Changed, down"))


def points_words(value: float) -> str:
    """NPS points, rounded: "31", "−4"."""
    return f"{round(value)}".replace("-", "−")


def signed_words(value: float) -> str:
    """A difference in points with its sign: "+2", "−13", "0"."""
    rounded = round(value)
    return f"+{rounded}" if rounded > 0 else points_words(rounded)


def answers_words(n: int) -> str:
    """ "286 answers"."""
    return str(ngettext("%(count)s answer", "%(count)s answers", n, count=number_words(n)))


def percent_words(percent: float) -> str:
    """ "87 %", never broken over two lines; English writes no space: "87%"."""
    return f"{round(percent)}%" if str(get_locale()) == "en" else f"{round(percent)}\xa0%"


def share_words(part: int, whole: int) -> str:
    """A share as a whole percentage; empty without a denominator."""
    return percent_words(100 * part / whole) if whole else ""


def interval_words(interval: Interval | None) -> str:
    """ "77 to 93%": the ends of an interval of a share."""
    if interval is None:
        return ""
    return str(_("%(low)s to %(high)s", low=round(interval.low * 100), high=percent_words(interval.high * 100)))


def span_words(span: Span, key: PeriodKey, timezone: str, now: datetime) -> str:
    """The name of a period: a month, a quarter, or its first and last day."""
    first, last = first_and_last_day(span, timezone)
    if key == PeriodKey.MONTH:
        return str(format_date(first, "LLLL" if first.year == now.year else "LLLL y"))
    if key == PeriodKey.QUARTER:
        return str(format_date(first, "QQQ y"))
    if key == PeriodKey.YEAR:
        return f"{format_date(first, 'LLL y')} – {format_date(last, 'LLL y')}"
    year = "" if last.year == now.year else " y"
    return f"{format_date(first, 'd MMM')} – {format_date(last, 'd MMM' + year)}"


def days_words(span: Span, timezone: str) -> str:
    """The first and the last day of a span: "1–24 November", "27 October – 24 November"."""
    first, last = first_and_last_day(span, timezone)
    if first == last:
        return str(format_date(last, "d MMMM"))
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{format_date(last, 'd MMMM')}"
    opening = "d MMMM" if first.year == last.year else "d MMMM y"
    return f"{format_date(first, opening)} – {format_date(last, 'd MMMM' if first.year == last.year else 'd MMMM y')}"


def first_and_last_day(span: Span, timezone: str) -> tuple[date, date]:
    """The first and the last day of a span in this zone."""
    zone = ZoneInfo(timezone)
    return span.start.astimezone(zone).date(), (span.end - timedelta(seconds=1)).astimezone(zone).date()
