"""Waiting texts and chats, in batches: claimed under a lease, read by the model without a database, stored under it.

One text that breaks the model harms only itself: a batch that fails is read text by text, a row that took its worker
down is claimed alone from then on, and after MOST_ATTEMPTS it is `failed`, for people to see.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, literal_column, select, update
from sqlalchemy.orm import Session

from analysis.sentiment.protocol import Analyser, ModelUnavailable, TextResult
from feedback.conversations.model import model_needed
from feedback.conversations.models import Analysed, AnalysisState
from feedback.db.claiming import claim_due, is_free
from feedback.logs import log

BATCH = 32
LEASE = timedelta(minutes=5)
RETRY_AFTER = timedelta(minutes=1)
MOST_ATTEMPTS = 5
REMEMBERED = ("model_name", "model_version", "language", "sentiment", "is_unsure", "aspects", "flags", "ended_badly")

Row = TypeVar("Row")
Result = TypeVar("Result", bound=TextResult)


@dataclass(frozen=True)
class Work:
    """Which rows are work, what becomes of one that was tried too often, and whether a result may open cases."""

    is_due: Callable[[type[Any]], ColumnElement[bool]]
    given_up: Mapping[str, Any]
    is_again: bool = False
    may_route: bool = True


@dataclass(frozen=True)
class Batch:
    """Rows that are ours until the lease ends."""

    work: Work
    key: str
    ids: Sequence[int]


@dataclass
class Outcomes(Generic[Row, Result]):
    """What became of a batch: rows with their results, and rows the model could not read."""

    read: list[tuple[Row, Result]] = field(default_factory=list)
    unread: list[Row] = field(default_factory=list)


def is_waiting(table: type[Analysed]) -> ColumnElement[bool]:
    """Rows that wait; spelt out, so that both databases use the partial index."""
    return table.state == literal_column("'waiting'")


FRESH = Work(is_waiting, {"state": AnalysisState.FAILED})


def has_due(session: Session, table: type[Any], now: datetime, work: Work) -> bool:
    """Whether there is anything to claim; reads only."""
    return session.scalar(select(table.id).where(work.is_due(table), is_free(table, now, LEASE)).limit(1)) is not None


def claim_batch(session: Session, table: type[Any], now: datetime, limit: int = BATCH, work: Work = FRESH) -> Batch:
    """Claim rows: many that were never tried, else one that was. Rows tried too often are given up."""
    exhausted = update(table).where(work.is_due(table), is_free(table, now, LEASE), table.attempts >= MOST_ATTEMPTS)
    session.execute(exhausted.values(lease_until=None, lease_key=None, **work.given_up))
    for is_due, size in ((table.attempts == 0, limit), (table.attempts > 0, 1)):
        key, ids = claim_due(
            session, table, is_due=work.is_due(table) & is_due, order_by=table.id, now=now, limit=size, lease=LEASE
        )
        if ids:
            return Batch(work, key, ids)
    return Batch(work, "", ())


def read_batch(
    rows: Sequence[Row], read: Callable[[Sequence[Row]], Sequence[Result]], probe: Callable[[], object]
) -> Outcomes[Row, Result]:
    """One call of the model for all rows; where it fails, one for each.

    When nothing could be read, `probe` shows whether the texts are to blame: what it raises, the model's own failure,
    is raised.
    """
    with model_needed():
        return _read_batch(rows, read, probe)


def _read_batch(
    rows: Sequence[Row], read: Callable[[Sequence[Row]], Sequence[Result]], probe: Callable[[], object]
) -> Outcomes[Row, Result]:
    outcomes: Outcomes[Row, Result] = Outcomes()
    try:
        outcomes.read = list(zip(rows, read(rows), strict=True))
    except ModelUnavailable:
        raise
    except Exception as error:  # whatever a text did to the model, the others must be read
        log("feedback.analysis").error("batch unreadable", size=len(rows), exc_info=error)
    if rows and not outcomes.read:
        for row in rows:
            _read_alone(row, read, outcomes)
        if not outcomes.read:
            probe()
    return outcomes


def _read_alone(row: Row, read: Callable[[Sequence[Row]], Sequence[Result]], outcomes: Outcomes[Row, Result]) -> None:
    try:
        (result,) = read([row])
    except ModelUnavailable:
        raise
    except Exception as error:
        log("feedback.analysis").error("text unreadable", exc_info=error)
        outcomes.unread.append(row)
    else:
        outcomes.read.append((row, result))


def give_back(session: Session, table: type[Any], batch: Batch, now: datetime) -> None:
    """Let the rows wait as if they had not been tried: the model is broken, not they."""
    values = {"lease_until": now + RETRY_AFTER, "lease_key": None, "attempts": table.attempts - 1}
    own = update(table).where(table.id.in_(batch.ids), table.lease_key == batch.key).values(**values)
    session.execute(own, execution_options={"synchronize_session": False})


def store_result(
    session: Session,
    table: type[Any],
    row_id: int,
    batch: Batch,
    result: TextResult,
    analyser: Analyser,
    now: datetime,
    **more: Any,
) -> bool:
    """Store a result if the row is still ours; False when the text was changed or another worker took it over."""
    values = {
        "state": AnalysisState.DONE, "analysed_at": now, "lease_until": None, "lease_key": None,
        "model_name": analyser.name, "model_version": analyser.version, "language": result.language,
        "sentiment": result.sentiment, "is_unsure": result.is_unsure, "negative": result.probabilities.negative,
        "neutral": result.probabilities.neutral, "positive": result.probabilities.positive,
        "deciding_start": result.deciding_sentence.start, "deciding_end": result.deciding_sentence.end,
        "aspects": dict(result.aspects), "flags": list(result.flags), **more,
    }  # fmt: skip
    if batch.work.is_again:
        values |= {"is_stale": False, "previous": _result_of(session, table, row_id)}
    return _change_own(session, table, row_id, batch.key, values)


def _result_of(session: Session, table: type[Any], row_id: int) -> dict[str, Any] | None:
    """What stands in a row, of what a new result is compared with."""
    columns = [getattr(table, name) for name in REMEMBERED if hasattr(table, name)]
    row = session.execute(select(*columns).where(table.id == row_id)).one_or_none()
    return None if row is None else dict(row._mapping)


def store_failure(session: Session, table: type[Any], row_id: int, key: str, now: datetime) -> None:
    """Let a row that could not be read wait for its next try."""
    _change_own(session, table, row_id, key, {"lease_until": now + RETRY_AFTER, "lease_key": None})


def retry_failed(session: Session, table: type[Any]) -> int:
    """Let rows that failed wait again; returns how many."""
    values = {"state": AnalysisState.WAITING, "attempts": 0, "lease_until": None, "lease_key": None}
    failed = update(table).where(table.state == AnalysisState.FAILED).values(**values).returning(table.id)
    return len(session.scalars(failed, execution_options={"synchronize_session": False}).all())


def _change_own(session: Session, table: type[Any], row_id: int, key: str, values: dict[str, Any]) -> bool:
    own = update(table).where(table.id == row_id, table.lease_key == key).values(**values)
    changed = session.execute(own.returning(table.id), execution_options={"synchronize_session": False})
    return changed.scalar_one_or_none() is not None
