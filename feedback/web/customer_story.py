"""Everything known about one customer, read in a fixed number of queries: facts for the page's head and aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.customers.models import Consent, Customer, Purchase, Purpose
from feedback.errors import NotFound
from feedback.points.ledger import Balance, balance
from feedback.points.models import LotState, PointsLot
from feedback.recovery.models import Case
from surveys.responses.models import Response


@dataclass(frozen=True)
class Spent:
    """What was bought in one currency, returns taken off."""

    currency: str
    amount: int


@dataclass(frozen=True)
class Habits:
    """Purchases and scores in figures; a gap needs two purchases."""

    purchases: int
    spent: Sequence[Spent]
    first_at: datetime | None
    usual_gap: timedelta | None
    silent_for: timedelta | None
    mean_score: float | None
    scores: int


@dataclass(frozen=True)
class ConsentNow:
    """The newest act for one purpose; `given` None where nobody ever said anything."""

    purpose: str
    given: bool | None
    at: datetime | None
    text_version: str | None
    source: str | None


@dataclass(frozen=True)
class CustomerStory:
    """One customer with the facts around."""

    customer: Customer
    habits: Habits
    consents: Sequence[ConsentNow]
    points: Balance
    next_expiry: tuple[datetime, int] | None
    open_cases: Sequence[Case]


def load_customer(session: Session, customer_id: int, now: datetime) -> CustomerStory:
    """The customer's facts at `now`. Raises NotFound."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("There is no such customer.")
    open_cases = select(Case).where(Case.customer_id == customer_id, Case.closed_at.is_(None)).order_by(Case.opened_at)
    return CustomerStory(
        customer,
        _habits(session, customer_id, now),
        _consents(session, customer_id),
        balance(session, customer_id, now),
        _next_expiry(session, customer_id, now),
        session.scalars(open_cases).all(),
    )


def _habits(session: Session, customer_id: int, now: datetime) -> Habits:
    bought = session.execute(
        select(Purchase.purchased_at, Purchase.amount - Purchase.returned_amount, Purchase.currency)
        .where(Purchase.customer_id == customer_id)
        .order_by(Purchase.purchased_at)
    ).all()
    moments = [row[0] for row in bought]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    spent: dict[str, int] = {}
    for _at, amount, currency in bought:
        spent[currency] = spent.get(currency, 0) + amount
    scores, mean = session.execute(
        select(func.count(Response.score), func.avg(Response.score)).where(
            Response.customer_id == customer_id, Response.completed_at.is_not(None)
        )
    ).one()
    return Habits(
        len(moments),
        [Spent(currency, amount) for currency, amount in spent.items()],
        moments[0] if moments else None,
        timedelta(seconds=median(gaps)) if gaps else None,
        now - moments[-1] if moments else None,
        float(mean) if mean is not None else None,
        scores,
    )


def _consents(session: Session, customer_id: int) -> list[ConsentNow]:
    newest: dict[str, Consent] = {}
    for act in session.scalars(
        select(Consent).where(Consent.customer_id == customer_id).order_by(Consent.at, Consent.id)
    ):
        newest[act.purpose] = act
    return [_consent(purpose, newest.get(purpose)) for purpose in Purpose]


def _consent(purpose: Purpose, act: Consent | None) -> ConsentNow:
    if act is None:
        return ConsentNow(purpose, None, None, None, None)
    return ConsentNow(purpose, act.is_given, act.at, act.text_version, act.source)


def _next_expiry(session: Session, customer_id: int, now: datetime) -> tuple[datetime, int] | None:
    row = session.execute(
        select(PointsLot.expires_at, func.sum(PointsLot.remaining))
        .where(PointsLot.customer_id == customer_id, PointsLot.remaining > 0, PointsLot.state != LotState.HELD)
        .where(PointsLot.expires_at > now)
        .group_by(PointsLot.expires_at)
        .order_by(PointsLot.expires_at)
        .limit(1)
    ).one_or_none()
    return (row[0], int(row[1])) if row else None
