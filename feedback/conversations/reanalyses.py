"""Reading again what an older model read: begun once, done batch by batch by the workers, continued after any stop."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, null, or_, select, true, update
from sqlalchemy.orm import Session

from analysis.sentiment.protocol import Analyser
from feedback.conversations.batches import Work
from feedback.conversations.models import Analysed, AnalysisState, Reanalysis
from feedback.db.serialising import one_at_a_time

FREE = {"lease_until": None, "lease_key": None}


def begin(
    session: Session, tables: Sequence[type[Any]], analyser: Analyser, now: datetime, *, may_route: bool, is_all: bool
) -> Reanalysis | None:
    """Make stale what another model read (or everything), as one reanalysis; None where there is nothing.

    An open one of the same model goes on as it is; one of another model ends, and what it left is taken over.
    """
    one_at_a_time(session, "reanalysis")
    open_one = open_reanalysis(session)
    if open_one is not None:
        if is_by(open_one, analyser):
            open_one.may_route = open_one.may_route or may_route
            return open_one
        _end(session, tables, open_one, now)
    if not any(session.scalar(select(t.id).where(_is_old(t, analyser, is_all)).limit(1)) for t in tables):
        return None
    begun = Reanalysis(model_name=analyser.name, model_version=analyser.version, may_route=may_route, begun_at=now)
    session.add(begun)
    session.flush()
    values = {"is_stale": True, "previous": null(), "reanalysis_id": begun.id, "attempts": 0, **FREE}
    for table in tables:
        _change(session, table, _is_old(table, analyser, is_all), values)
    return begun


def open_reanalysis(session: Session) -> Reanalysis | None:
    """The one that is not finished."""
    query = select(Reanalysis).where(Reanalysis.finished_at.is_(None)).order_by(Reanalysis.id.desc()).limit(1)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def last_reanalysis(session: Session) -> Reanalysis | None:
    """The newest one, open or finished."""
    query = select(Reanalysis).order_by(Reanalysis.id.desc()).limit(1)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def is_by(reanalysis: Reanalysis, analyser: Analyser) -> bool:
    """Whether this very model is to do the work: a worker with another must leave it alone."""
    return (reanalysis.model_name, reanalysis.model_version) == (analyser.name, analyser.version)


def work_of(reanalysis: Reanalysis) -> Work:
    """Its stale rows; one that cannot be read keeps its old result."""
    number = reanalysis.id
    return Work(
        is_due=lambda table: table.is_stale & (table.reanalysis_id == number),
        given_up={"is_stale": False},
        is_again=True,
        may_route=reanalysis.may_route,
    )


def finish_if_done(session: Session, tables: Sequence[type[Any]], reanalysis_id: int, now: datetime) -> bool:
    """Close it where nothing of it is stale any more, not even in the hands of another worker."""
    for table in tables:
        if session.scalar(select(table.id).where(table.is_stale, table.reanalysis_id == reanalysis_id).limit(1)):
            return False
    is_it = (Reanalysis.id == reanalysis_id) & Reanalysis.finished_at.is_(None)
    session.execute(update(Reanalysis).where(is_it).values(finished_at=now))
    return True


def _is_old(table: type[Analysed], analyser: Analyser, is_all: bool) -> ColumnElement[bool]:
    other = or_(
        table.model_name.is_(None), table.model_name != analyser.name,
        table.model_version.is_(None), table.model_version != analyser.version,
    )  # fmt: skip
    return (table.state == AnalysisState.DONE) & (true() if is_all else other)


def _end(session: Session, tables: Sequence[type[Any]], reanalysis: Reanalysis, now: datetime) -> None:
    reanalysis.finished_at = now
    for table in tables:
        _change(session, table, table.is_stale & (table.reanalysis_id == reanalysis.id), {"is_stale": False, **FREE})


def _change(session: Session, table: type[Any], which: ColumnElement[bool], values: dict[str, Any]) -> None:
    session.execute(update(table).where(which).values(**values), execution_options={"synchronize_session": False})
