"""How often people agree with the model, month by month: of the texts and chats that somebody judged."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from analysis.base_size import Visibility, visibility
from analysis.intervals import Interval, wilson
from feedback.conversations.judging import CHATS, Verdict
from feedback.reports.periods import Span, last_months
from surveys.responses.judging import ANSWERS

MONTHS = 12


@dataclass(frozen=True)
class Agreement:
    """Judgements made in a month that still hold.

    `agreed`: the human left the model's sentiment and aspects as they were; `same_sentiment`: at least the sentiment.
    A theme alone comes from rules and says nothing of the model.
    """

    span: Span
    n: int = 0
    corrected: int = 0
    agreed: int = 0
    same_sentiment: int = 0

    @property
    def confirmed(self) -> int:
        """Judgements that changed nothing at all."""
        return self.n - self.corrected

    @property
    def visibility(self) -> Visibility:
        """Whether there are enough judgements for a share."""
        return visibility(self.n)

    @property
    def interval(self) -> Interval | None:
        """95 % interval (Wilson) of agreed / n."""
        return wilson(self.agreed, self.n)

    @property
    def sentiment_interval(self) -> Interval | None:
        """95 % interval (Wilson) of same_sentiment / n."""
        return wilson(self.same_sentiment, self.n)


def agreement_by_month(session: Session, now: datetime, timezone: str, count: int = MONTHS) -> list[Agreement]:
    """The last `count` calendar months of the company's zone, the oldest first, the current one so far."""
    spans = last_months(now, count, timezone)
    starts = [span.start for span in spans]
    rows: list[list[Any]] = [[] for _ in spans]
    for row in _judgements(session, spans):
        rows[bisect_right(starts, row.at) - 1].append(row)
    return [_agreement(span, found) for span, found in zip(spans, rows, strict=True)]


def _judgements(session: Session, spans: Sequence[Span]) -> Iterator[Row[Any]]:
    for kind in (ANSWERS, CHATS):
        own = kind.judgements
        query = select(own.at, own.verdict, own.agrees, (own.model_sentiment == own.sentiment).label("same"))
        yield from session.execute(
            query.where(own.undone_at.is_(None), own.at >= spans[0].start, own.at < spans[-1].end)
        )


def _agreement(span: Span, rows: Sequence[Row[Any]]) -> Agreement:
    return Agreement(
        span, len(rows), corrected=sum(row.verdict == Verdict.CORRECTED for row in rows),
        agreed=sum(bool(row.agrees) for row in rows), same_sentiment=sum(bool(row.same) for row in rows),
    )  # fmt: skip
