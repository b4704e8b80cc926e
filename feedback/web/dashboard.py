"""The overview: NPS and whether it changed, open cases by clock, the funnel, the worst words, the branches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date, to_user_timezone
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.nps import estimate
from feedback.clock import utc_now
from feedback.customers.models import Purchase
from feedback.db import db
from feedback.http.auth import current_staff, may_i, requires
from feedback.http.navigation import first_page
from feedback.recovery import words
from feedback.reports.branches import BranchTable, branch_table
from feedback.reports.clocks import FirstContact, first_contact, open_cases_by_clock
from feedback.reports.comments import worst_words
from feedback.reports.funnel import Funnel, invitation_funnel
from feedback.reports.nps import nps_by_span, survey_slugs
from feedback.reports.periods import Period, PeriodKey, Span, last_months, period_of
from feedback.reports.recent import recent
from feedback.staff.company import load_company
from feedback.staff.permissions import Act
from feedback.web import figures
from feedback.web.charts import ChartPoint, LineChart, nps_chart, ranges
from feedback.web.funnel_steps import funnel_steps, not_sent_words
from feedback.web.layout import staff_pages
from surveys.responses.models import Response

MONTHS = 12

blueprint = staff_pages("dashboard")


@dataclass(frozen=True)
class Switch:
    """One button of the switch of periods."""

    key: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class Sections:
    """The parts of the page that look at every row of the period."""

    funnel: Funnel
    contact: FirstContact
    branches: BranchTable


@blueprint.get("/")
@requires(None)
def index() -> ResponseReturnValue:
    if not may_i(Act.VIEW_DASHBOARD):
        return redirect(first_page(), 303)
    session, now = db.session(), utc_now()
    timezone = load_company(session).timezone
    period = period_of(request.args.get("period"), now, timezone)
    today = format_date(to_user_timezone(now).date(), "EEEE, d MMMM")
    context = {
        "now": now, "today": today[:1].upper() + today[1:], "greeting": _greeting(now),
        "clocks": open_cases_by_clock(session, now),
    }  # fmt: skip
    if _is_empty(session):
        return render_template("staff/dashboard/empty.html", **context)
    return render_template("staff/dashboard/dashboard.html", **context, **_figures(session, period, timezone, now))


def _figures(session: Session, period: Period, timezone: str, now: datetime) -> dict[str, Any]:
    surveys = survey_slugs(session)
    spans = [span for span in (period.current, period.previous, period.long_ago) if span is not None]
    names = [figures.span_words(span, period.key, timezone, now) for span in spans]
    current, *others = [counts for _label, counts in nps_by_span(session, spans, surveys)]
    sections, as_of = _sections(session, period, list(surveys), now)
    funnel, branches = sections.funnel, sections.branches
    return {
        "switches": _switches(period.key),
        "days": figures.days_words(period.current, timezone),
        "link": _dates(period.current, timezone),
        "headline": figures.headline(current, list(zip(names[1:], others, strict=True))),
        "chart": _chart(session, surveys, timezone, now),
        "contact": sections.contact, "funnel": funnel, "branches": branches, "as_of": as_of,
        "steps": funnel_steps(funnel), "not_sent": not_sent_words(funnel),
        "worst": worst_words(session, now) if may_i(Act.VIEW_REPORTS) else None,
        "branch_days": figures.days_words(branches.span, timezone), "branch_link": _dates(branches.span, timezone),
        "ranges": ranges([row.estimate for row in branches.rows if row.visibility != "hidden"]),
        "words": words, "figures": figures,
    }  # fmt: skip


def _sections(session: Session, period: Period, surveys: list[int], now: datetime) -> tuple[Sections, datetime]:
    """What takes longest to count; quarters and years are kept for a minute."""

    def read() -> Sections:
        return Sections(
            invitation_funnel(session, period.current, surveys),
            first_contact(session, period.current, now),
            branch_table(session, period.current, period.previous, surveys),
        )

    if period.key in (PeriodKey.WEEK, PeriodKey.MONTH):
        return read(), now
    return recent(session, ("dashboard", period, *surveys), now, read)


def _chart(session: Session, surveys: dict[int, str], timezone: str, now: datetime) -> LineChart:
    *past, current = last_months(now, MONTHS, timezone)
    key = ("months", current, *surveys)
    kept, _at = recent(session, key, now, lambda: nps_by_span(session, past, surveys))
    counted = [*kept, *nps_by_span(session, [current], surveys)]
    points = []
    for label, counts in counted:
        month = datetime.strptime(label, "%Y-%m").date()  # noqa: DTZ007
        points.append(ChartPoint(format_date(month, "LLL"), format_date(month, "LLLL y"), estimate(counts)))
    return nps_chart(points)


def _switches(current: PeriodKey) -> list[Switch]:
    labels = {
        PeriodKey.WEEK: _("7 days"),
        PeriodKey.MONTH: _("Month"),
        PeriodKey.QUARTER: _("Quarter"),
        PeriodKey.YEAR: _("12 months"),
    }
    return [Switch(key, label, key == current) for key, label in labels.items()]


def _dates(span: Span, timezone: str) -> dict[str, str]:
    """The span as parameters of the list of answers, which reads whole days of the company's zone."""
    days = figures.first_and_last_day(span, timezone)
    return {"since": f"{days[0]}", "until": f"{days[1]}"}


def _greeting(now: datetime) -> str:
    name, hour = current_staff().name.split(" ")[0], to_user_timezone(now).hour
    if not name:
        return str(_("Overview"))
    if hour < 5 or hour >= 18:
        return str(_("Good evening, %(name)s", name=name))
    return str(_("Good morning, %(name)s", name=name) if hour < 12 else _("Good afternoon, %(name)s", name=name))


def _is_empty(session: Session) -> bool:
    """A new installation: nothing was bought and nobody answered."""
    return all(session.scalar(select(table.id).limit(1)) is None for table in (Response, Purchase))
