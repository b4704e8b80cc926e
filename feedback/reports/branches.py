"""Branches beside each other: NPS with its interval, whether it changed, and what customers name badly most often."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from analysis.base_size import Visibility, is_rankable, visibility
from analysis.nps import Difference, NpsCounts, NpsEstimate, difference, estimate
from feedback.customers.models import Branch
from feedback.reports.nps import nps_by_column
from feedback.reports.periods import Span
from surveys.responses.judging import ANSWERS, held_aspects
from surveys.responses.models import AnswerAnalysis, AnswerJudgement, Response

NOTHING = NpsCounts(0, 0, 0)
WIDER = (90, 180, 365)


@dataclass(frozen=True)
class Trouble:
    """An aspect judged badly in `negative` of the `texts` written about the branch."""

    aspect: str
    negative: int
    texts: int


@dataclass(frozen=True)
class BranchRow:
    """One branch in a span. `change` compares with the span before, where both may be shown."""

    branch_id: int | None
    name: str | None
    counts: NpsCounts
    estimate: NpsEstimate
    visibility: Visibility
    is_rankable: bool
    change: Difference | None
    against_rest: Difference | None  # this branch minus all the others together
    trouble: Trouble | None

    @property
    def stands_out(self) -> bool:
        """Whether it is shown to be worse than the rest of the company."""
        return self.against_rest is not None and self.against_rest.is_changed and self.against_rest.points < 0


@dataclass(frozen=True)
class BranchTable:
    """The rows with the span they were counted over, which is wider than asked where that held too few answers."""

    span: Span
    is_widened: bool
    rows: tuple[BranchRow, ...]


def branch_table(session: Session, asked: Span, previous: Span, surveys: Iterable[int]) -> BranchTable:
    """The branches over the span asked for, else over the last 90, 180 or 365 days to its end.

    The first span is taken in which at least half of the branches may be shown plainly, else the longest; a span that
    is hardly longer than the one asked for is not tried.
    """
    ids = list(surveys)
    spans = [(asked, previous), *((_days_before(asked.end, days), _days_before(asked.end, days, 2)) for days in WIDER)]
    spans = [pair for pair in spans if pair[0] is asked or pair[0].start <= asked.end - 1.5 * (asked.end - asked.start)]
    span, before = next((pair for pair in spans if _holds_enough(session, pair[0], ids)), spans[-1])
    return BranchTable(span, span is not asked, tuple(branch_rows(session, span, before, ids)))


def _holds_enough(session: Session, span: Span, surveys: list[int]) -> bool:
    counted = nps_by_column(session, span, surveys, Response.branch_id)
    return bool(counted) and 2 * sum(visibility(counts.n) == "shown" for _branch, counts in counted) >= len(counted)


def branch_rows(session: Session, span: Span, previous: Span, surveys: Iterable[int]) -> list[BranchRow]:
    """The branches with answers in the span: those shown to be worse than the rest first, then by name."""
    ids = list(surveys)
    now_counts = dict(nps_by_column(session, span, ids, Response.branch_id))
    before = dict(nps_by_column(session, previous, ids, Response.branch_id))
    names = {row.id: row.name for row in session.execute(select(Branch.id, Branch.name))}
    troubles = troubles_by_branch(session, span, ids)
    total = _sum(now_counts.values())
    rows = [
        BranchRow(
            branch_id, names.get(branch_id), counts, estimate(counts), visibility(counts.n), is_rankable(counts.n),
            _shown_difference(before.get(branch_id, NOTHING), counts), _shown_difference(_minus(total, counts), counts),
            troubles.get(branch_id),
        )
        for branch_id, counts in now_counts.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (not row.stands_out, row.name is None, row.name or ""))


def _days_before(end: datetime, days: int, times: int = 1) -> Span:
    start = end - timedelta(days=days * times)
    return Span(f"{days}", start, start + timedelta(days=days))


def troubles_by_branch(session: Session, span: Span, surveys: Iterable[int]) -> dict[int | None, Trouble]:
    """For each branch the aspect that most texts of the span judge badly."""
    written = (
        select(Response.branch_id, func.count())
        .join(AnswerAnalysis, AnswerAnalysis.response_id == Response.id)
        .where(*_counted(span, surveys), AnswerAnalysis.state == "done")
        .group_by(Response.branch_id)
    )
    texts = dict(session.execute(written).all())
    found: dict[int | None, list[tuple[int, str]]] = defaultdict(list)
    for branch_id, aspect, count in session.execute(_negatives(session, span, surveys)):
        found[branch_id].append((count, aspect))
    return {branch: Trouble(max(counts)[1], max(counts)[0], texts.get(branch, 0)) for branch, counts in found.items()}


def _negatives(session: Session, span: Span, surveys: Iterable[int]) -> Select[Any]:
    """Negative mentions by branch and aspect; the analysis keeps aspects as a JSON object of name to mood."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    spread = func.jsonb_each_text if is_postgresql else func.json_each
    pairs = spread(held_aspects).table_valued("key", "value").alias("pairs")
    return (
        select(Response.branch_id, pairs.c.key, func.count())
        .select_from(Response)
        .join(AnswerAnalysis, AnswerAnalysis.response_id == Response.id)
        .outerjoin(AnswerJudgement, ANSWERS.judged())
        .join(pairs, pairs.c.value == "negative")
        .where(*_counted(span, surveys))
        .group_by(Response.branch_id, pairs.c.key)
    )


def _counted(span: Span, surveys: Iterable[int]) -> tuple[ColumnElement[bool], ...]:
    return (
        Response.survey_id.in_(list(surveys)),
        Response.completed_at >= span.start,
        Response.completed_at < span.end,
        Response.weighs_until.is_not(None),
    )


def _shown_difference(earlier: NpsCounts, later: NpsCounts) -> Difference | None:
    if "hidden" in (visibility(earlier.n), visibility(later.n)):
        return None
    return difference(earlier, later)


def _sum(all_counts: Iterable[Any]) -> NpsCounts:
    counted = list(all_counts)
    return NpsCounts(
        sum(c.promoters for c in counted), sum(c.passives for c in counted), sum(c.detractors for c in counted)
    )


def _minus(total: NpsCounts, part: NpsCounts) -> NpsCounts:
    return NpsCounts(
        total.promoters - part.promoters, total.passives - part.passives, total.detractors - part.detractors
    )
