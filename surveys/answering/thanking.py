"""What an answer brought: the points granted for it and the balance. Nothing here can see the score."""

from datetime import datetime

from sqlalchemy import Connection

from feedback.points.ledger import NOTHING, Balance, Granted, balance, balance_and_granted, granted
from feedback.points.rules import review_key
from surveys.answering.links import Visit


def points_of(connection: Connection, visit: Visit) -> Granted:
    """The points this answer brought: none where the purchase was already thanked for by an earlier answer."""
    if visit.response_id is None or visit.completed_at is None:
        return NOTHING
    return granted(connection, review_key(visit.purchase_id, visit.response_id), visit.completed_at)


def account_of(connection: Connection, visit: Visit, now: datetime) -> tuple[Balance, Granted]:
    """What the customer has now, and the points this answer brought."""
    if visit.response_id is None or visit.completed_at is None:
        return balance(connection, visit.customer_id, now), NOTHING
    key = review_key(visit.purchase_id, visit.response_id)
    return balance_and_granted(connection, visit.customer_id, key, visit.completed_at, now)
