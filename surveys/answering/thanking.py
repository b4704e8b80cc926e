"""What an answer brought: the points granted for it and the balance. Nothing here can see the score."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from feedback.points.models import LotState, PointsEntry, PointsLot
from feedback.points.rules import review_key
from surveys.answering.links import Visit

_GRANTED = (
    select(PointsEntry.points, PointsLot.state)
    .join(PointsLot, PointsLot.id == PointsEntry.lot_id)
    .where(PointsEntry.idempotency_key == bindparam("key"), PointsEntry.at >= bindparam("since"))
)


@dataclass(frozen=True)
class Thanks:
    """Points granted for the answer; held ones wait for a look by a person."""

    granted: int
    is_held: bool


def points_of(connection: Connection, visit: Visit) -> Thanks:
    """The points this answer brought: none where the purchase was already thanked for by an earlier answer."""
    if visit.response_id is None or visit.completed_at is None:
        return Thanks(0, False)
    key = review_key(visit.purchase_id, visit.response_id)
    row = connection.execute(_GRANTED, {"key": key, "since": visit.completed_at}).one_or_none()
    return Thanks(row.points, row.state == LotState.HELD) if row else Thanks(0, False)
