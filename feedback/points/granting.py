"""Awards by the thousand: the same act as `ledger.award`, once per key, in three statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.db.inserting import insert_many
from feedback.points.ledger import LOTS, first_state
from feedback.points.models import EntryKind, PointsEntry
from feedback.points.rules import Grant


@dataclass(frozen=True)
class Award:
    """What one customer is to get, once per `key`."""

    customer_id: int
    grant: Grant
    key: str
    purchase_id: int | None = None


def award_many(session: Session, awards: Sequence[Award], now: datetime) -> int:
    """Grant what was not granted before under its key; returns how many awards were new.

    For sweeps, of which one runs at a time: a key that another transaction uses meanwhile fails the whole batch.
    """
    wanted = [award for award in awards if award.grant.points > 0]
    if not wanted:
        return 0
    used = select(PointsEntry.idempotency_key).where(PointsEntry.idempotency_key.in_([a.key for a in wanted]))
    known = set(session.scalars(used))
    fresh = [award for award in wanted if award.key not in known]
    if not fresh:
        return 0
    making = insert(LOTS).returning(LOTS.c.id, sort_by_parameter_order=True)
    ids = session.connection().execute(making, [_lot(award, now) for award in fresh]).scalars().all()
    insert_many(session, PointsEntry, [_entry(award, lot_id, now) for award, lot_id in zip(fresh, ids, strict=True)])
    return len(fresh)


def _lot(award: Award, now: datetime) -> dict[str, Any]:
    grant = award.grant
    return {
        "customer_id": award.customer_id, "rule": grant.rule, "points": grant.points, "remaining": grant.points,
        "state": first_state(grant, now), "active_from": grant.active_from, "expires_at": grant.expires_at,
        "purchase_id": award.purchase_id, "held_for": list(grant.held_for) or None, "created_at": now,
    }  # fmt: skip


def _entry(award: Award, lot_id: int, now: datetime) -> dict[str, Any]:
    return {
        "idempotency_key": award.key, "customer_id": award.customer_id, "lot_id": lot_id, "debt_id": None,
        "kind": EntryKind.AWARD, "rule": award.grant.rule, "points": award.grant.points, "at": now,
        "purchase_id": award.purchase_id, "user_id": None, "reason": None,
    }  # fmt: skip
