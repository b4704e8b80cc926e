"""The ledger's first acts: award and read. Every entry has an idempotency key; a repeated key changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Integer,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from feedback.db.inserting import insert_once
from feedback.points.models import EntryKind, LotState, PointsDebt, PointsEntry, PointsLot
from feedback.points.rules import Grant

# Built once: every answer of a customer is thanked by these.
LOTS, ENTRIES = cast(Table, PointsLot.__table__), cast(Table, PointsEntry.__table__)
_ADD_LOT = insert(LOTS).returning(LOTS.c.id)
_DROP_LOT = delete(LOTS).where(LOTS.c.id == bindparam("row"))
DEBTS = cast(Table, PointsDebt.__table__)
_OWED = "owed"
_NOTHING = null().cast(Integer)  # the first parts of a union give its columns their types
_HELD_LOTS = select(LOTS.c.state, LOTS.c.active_from, LOTS.c.remaining, _NOTHING.label("granted")).where(
    LOTS.c.customer_id == bindparam("owner"), LOTS.c.remaining > 0
)
_OPEN_DEBTS = select(literal(_OWED), DEBTS.c.created_at, DEBTS.c.remaining, _NOTHING).where(
    DEBTS.c.customer_id == bindparam("owner"), DEBTS.c.remaining > 0
)
_LOTS = union_all(_HELD_LOTS, _OPEN_DEBTS)
_GRANTED = (
    select(LOTS.c.state, LOTS.c.active_from, literal_column("0").label("remaining"), ENTRIES.c.points.label("granted"))
    .join(ENTRIES, ENTRIES.c.lot_id == LOTS.c.id)
    .where(ENTRIES.c.idempotency_key == bindparam("key"), ENTRIES.c.at >= bindparam("since"))
)
_ACCOUNT = union_all(_HELD_LOTS, _OPEN_DEBTS, _GRANTED)


@dataclass(frozen=True)
class Balance:
    """A customer's points: `active` ones pay, `locked` become active later, `held` wait for a human.

    `debt` was spent before a return took it back; the next active points repay it.
    """

    active: int
    locked: int
    held: int
    debt: int = 0

    @property
    def total(self) -> int:
        """The sum of the ledger."""
        return self.active + self.locked + self.held - self.debt

    @property
    def spendable(self) -> int:
        """What can be paid with now: debts come first."""
        return max(self.active - self.debt, 0)


@dataclass(frozen=True)
class Granted:
    """What an act brought; held points wait for a look by a person."""

    points: int
    is_held: bool


NOTHING = Granted(0, False)


def award(
    session: Session,
    customer_id: int,
    grant: Grant,
    key: str,
    now: datetime,
    *,
    purchase_id: int | None = None,
    user_id: int | None = None,
    reason: str | None = None,
) -> int:
    """Grant points once per `key`; returns those granted now, 0 when the key was used before or the grant is empty.

    Of two transactions that use one key at once the later waits for the earlier and then grants nothing.
    """
    if grant.points <= 0:
        return 0
    connection = session.connection()
    lot = {
        "customer_id": customer_id, "rule": grant.rule, "points": grant.points, "remaining": grant.points,
        "state": first_state(grant, now), "active_from": grant.active_from, "expires_at": grant.expires_at,
        "purchase_id": purchase_id, "held_for": list(grant.held_for) or None, "created_at": now,
    }  # fmt: skip
    lot_id = connection.execute(_ADD_LOT, lot).scalar_one()
    entry_id = insert_once(
        session, PointsEntry, idempotency_key=key, customer_id=customer_id, lot_id=lot_id, kind=EntryKind.AWARD,
        rule=grant.rule, points=grant.points, at=now, purchase_id=purchase_id, user_id=user_id, reason=reason,
    )  # fmt: skip
    if entry_id is None:
        connection.execute(_DROP_LOT, {"row": lot_id})
        return 0
    return grant.points


def balance(source: Session | Connection, customer_id: int, now: datetime) -> Balance:
    """What the customer has at `now`."""
    connection = source if isinstance(source, Connection) else source.connection()
    return _summed(connection.execute(_LOTS, {"owner": customer_id}), now)[0]


def granted(connection: Connection, key: str, since: datetime) -> Granted:
    """What the act with this key brought, where that was at `since` or later."""
    return _summed(connection.execute(_GRANTED, {"key": key, "since": since}), since)[1]


def balance_and_granted(
    connection: Connection, customer_id: int, key: str, since: datetime, now: datetime
) -> tuple[Balance, Granted]:
    """`balance` and `granted` in one statement."""
    return _summed(connection.execute(_ACCOUNT, {"owner": customer_id, "key": key, "since": since}), now)


def _summed(rows: Iterable[Any], now: datetime) -> tuple[Balance, Granted]:
    active = locked = held = debt = 0
    brought = NOTHING
    for state, active_from, remaining, points in rows:
        if points is not None:
            brought = Granted(points, state == LotState.HELD)
        elif state == _OWED:
            debt += remaining
        elif state == LotState.HELD:
            held += remaining
        elif active_from > now:
            locked += remaining
        else:
            active += remaining
    return Balance(active, locked, held, debt), brought


def ledger_sum(session: Session, customer_id: int) -> int:
    """The sum of all entries; always equals the balance's total."""
    return (
        session.scalar(
            select(func.coalesce(func.sum(PointsEntry.points), 0)).where(PointsEntry.customer_id == customer_id)
        )
        or 0
    )


def first_state(grant: Grant, now: datetime) -> LotState:
    """How a lot begins."""
    if grant.is_held:
        return LotState.HELD
    return LotState.ACTIVE if grant.active_from <= now else LotState.LOCKED
