"""NPS by groups: who counts, the last answer of each person, adjusted-Wald intervals. See docs/figures.md.

Which answer stands for its person is kept in `responses.weighs_until`, so each figure is one scan of one index.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from analysis.base_size import is_named_staff_allowed
from analysis.nps import NpsCounts, estimate
from feedback.customers.models import Branch, Customer, Manager
from feedback.errors import Invalid, NotFound
from feedback.reports.periods import Span, months, weeks
from feedback.staff.company import load_company
from surveys.questionnaires.models import Survey
from surveys.responses.models import Response

GROUPS = ("month", "week", "branch", "manager", "channel", "tier", "survey")
RECOVERY_CHECK = "recovery_check"
AFTER_PURCHASE = "after_purchase"


@dataclass(frozen=True)
class NpsRow:
    """One group's NPS in points, -100..100; `group` is None for the whole and for answers without such a group."""

    group: str | None
    n: int
    promoters: int
    passives: int
    detractors: int
    nps: float
    low: float
    high: float


def nps_rows(
    session: Session, *, start: datetime, end: datetime, group_by: str | None = None, survey: str | None = None
) -> list[NpsRow]:
    """NPS of the answers completed from `start` up to `end`, whole or by one of GROUPS; empty groups are left out.

    `survey` is a slug; without it the surveys after a purchase count, and by survey all but recovery checks. Months and
    weeks are the company's. Raises Invalid for an unknown group and NotFound for an unknown survey.
    """
    if group_by is not None and group_by not in GROUPS:
        raise Invalid("Unknown group.", {"group_by": f"must be one of {', '.join(GROUPS)}"})
    if end <= start:
        return []
    surveys = survey_slugs(session, survey, every_kind=group_by == "survey")
    if group_by in ("month", "week"):
        cut = months if group_by == "month" else weeks
        spans = cut(start, end, load_company(session).timezone)
        return [_row(label, counts) for label, counts in nps_by_span(session, spans, surveys) if counts.n]
    whole = Span("", start, end)
    if group_by is None:
        return [_row(None, counts) for _label, counts in nps_by_span(session, [whole], surveys) if counts.n]
    counted = nps_by_column(session, whole, surveys, _COLUMNS[group_by])
    names = _names(session, group_by, surveys)
    rows = [_row(names.get(group, group), counts) for group, counts in counted]
    if group_by == "manager":
        rows = [row for row in rows if is_named_staff_allowed(row.n)]
    return sorted(rows, key=lambda row: (row.group is None, row.group or ""))


def nps_by_span(session: Session, spans: Sequence[Span], surveys: Iterable[int]) -> list[tuple[str, NpsCounts]]:
    """How many people stand in each band, span by span in the order given."""
    ids = list(surveys)
    counted = ((span.label, session.execute(_WHOLE, _bounds(span, ids)).one()) for span in spans)
    return [(label, _counts(*numbers)) for label, numbers in counted]


def nps_by_column(session: Session, span: Span, surveys: Iterable[int], column: Any) -> list[tuple[Any, NpsCounts]]:
    """How many people stand in each band, by the value of one column; empty groups are left out."""
    query = select(column, *_NUMBERS).select_from(Response).where(*_WEIGHED).group_by(column)
    if column is Customer.tier:
        query = query.outerjoin(Customer, Customer.id == Response.customer_id)
    rows = session.execute(query, _bounds(span, list(surveys)))
    return [(group, _counts(*numbers)) for group, *numbers in rows]


def survey_slugs(session: Session, survey: str | None = None, *, every_kind: bool = False) -> dict[int, str]:
    """The surveys a figure counts, id to slug: one by name, else those after a purchase or all but checks."""
    query = select(Survey.id, Survey.slug)
    if survey is not None:
        query = query.where(Survey.slug == survey)
    elif every_kind:
        query = query.where(Survey.kind != RECOVERY_CHECK)
    else:
        query = query.where(Survey.kind == AFTER_PURCHASE)
    found = {row.id: row.slug for row in session.execute(query)}
    if survey is not None and not found:
        raise NotFound("There is no such survey.")
    return found


_COLUMNS: dict[str, Any] = {
    "branch": Response.branch_id,
    "manager": Response.manager_id,
    "channel": Response.channel,
    "tier": Customer.tier,
    "survey": Response.survey_id,
}


_NUMBERS: tuple[Any, ...] = (
    func.count(),
    func.coalesce(func.sum(case((Response.score >= 9, 1), else_=0)), 0),
    func.coalesce(func.sum(case((Response.score <= 6, 1), else_=0)), 0),
)
_WEIGHED = (
    Response.survey_id.in_(bindparam("surveys", expanding=True)),
    Response.completed_at >= bindparam("start"),
    Response.completed_at < bindparam("end"),
    Response.weighs_until >= bindparam("end"),
)
_WHOLE = select(*_NUMBERS).select_from(Response).where(*_WEIGHED)  # made once: it runs for each month of a chart


def _bounds(span: Span, surveys: list[int]) -> dict[str, Any]:
    return {"surveys": surveys, "start": span.start, "end": span.end}


def _counts(n: int, promoters: int, detractors: int) -> NpsCounts:
    return NpsCounts(int(promoters), int(n - promoters - detractors), int(detractors))


def _row(group: str | None, counts: NpsCounts) -> NpsRow:
    result = estimate(counts)
    return NpsRow(
        group, counts.n, counts.promoters, counts.passives, counts.detractors, result.nps, result.low, result.high
    )


def _names(session: Session, group_by: str, surveys: dict[int, str]) -> dict[Any, str | None]:
    """Names of groups that are kept as ids."""
    if group_by == "branch":
        return {row.id: row.name for row in session.execute(select(Branch.id, Branch.name))}
    if group_by == "manager":
        people = select(Manager.id, Manager.name, Branch.name).outerjoin(Branch, Branch.id == Manager.branch_id)
        return {i: name if branch is None else f"{name}, {branch}" for i, name, branch in session.execute(people)}
    return dict(surveys) if group_by == "survey" else {}
