"""Letters about points: the statement on the 1st and the 15th, and the warning 30 and 7 days before points expire.

Numbers are looked up when the letter is written, so that a letter that waited a night tells the truth of the morning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Flask
from flask_babel import format_date, format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from feedback.clock import utc_now
from feedback.customers.models import Customer
from feedback.messages.kinds import Fate, Letter, Outgoing, Sender, register
from feedback.messages.models import MessageKind
from feedback.messages.outbox import queue_messages
from feedback.messages.policy import Outcome
from feedback.messages.rendering import each_letter, greeting, render_both
from feedback.points.ledger import Balance
from feedback.points.models import EntryKind, LotState, PointsDebt, PointsEntry, PointsLot
from feedback.secrets import link_token
from feedback.staff.company import load_company

AHEAD = timedelta(days=30)
WARNED_BEFORE = (30, 7)  # days
LATEST = timedelta(days=5)  # a statement that could not be sent for so long is old news
LONG = timedelta(days=180)  # without a movement that the customer made


@dataclass(frozen=True)
class Facts:
    """What a letter says of a customer's points."""

    balance: Balance
    earned: int
    used: int
    lost: int
    expiries: tuple[tuple[date, int], ...]  # within 30 days, by day
    is_long_unseen: bool


def register_statements(app: Flask) -> None:
    """Let the programme answer for letters about points."""
    register(app, StatementMessages(), MessageKind.STATEMENT)


def queue_statements(session: Session, customer_ids: Sequence[int], since: date, day: date, now: datetime) -> int:
    """Put the statement of `day` into the outbox of each customer with an address; returns how many are new."""
    return _queue(session, customer_ids, f"statement:{day}", {"since": since.isoformat()}, now)


def queue_warnings(session: Session, customer_ids: Sequence[int], day: date, now: datetime) -> int:
    """Put a warning of points that expire soon into the outbox; returns how many are new."""
    return _queue(session, customer_ids, f"expiry:{day}", {}, now)


def _queue(session: Session, customer_ids: Sequence[int], key: str, params: dict[str, Any], now: datetime) -> int:
    if not customer_ids:
        return 0
    people = select(Customer.id, Customer.email, Customer.language).where(
        Customer.id.in_(customer_ids), Customer.email.is_not(None), Customer.erased_at.is_(None)
    )
    home = load_company(session).language
    rows = [
        {
            "idempotency_key": f"{key}:{row.id}", "kind": MessageKind.STATEMENT, "customer_id": row.id,
            "channel": "email", "address": row.email, "language": row.language or home,
            "send_at": now, "created_at": now, "params": params,
        }
        for row in session.execute(people)
    ]  # fmt: skip
    return queue_messages(session, rows)


class StatementMessages:
    """See `feedback.messages.kinds.Subject`."""

    def unwanted(self, session: Session, messages: Sequence[Outgoing], now: datetime) -> dict[int, Outcome]:
        facts = facts_of(session, messages, now)
        found = {}
        for message in messages:
            told = facts[message.id]
            queued_on = _day_of(message)
            if queued_on is not None and now.date() - queued_on > LATEST:
                found[message.id] = Outcome.EXPIRED
            elif "since" not in message.params and not told.expiries:
                found[message.id] = Outcome.EXPIRED  # spent meanwhile
        return found

    def letters(self, session: Session, messages: Sequence[Outgoing], sender: Sender) -> dict[int, Letter]:
        days = [day for message in messages if (day := _day_of(message)) is not None]
        # Work may be done as if it were a later day; a letter never tells of a moment before its own day.
        noon = datetime.combine(max(days, default=date.min), time(12), UTC)
        facts = facts_of(session, messages, max(utc_now(), noon))

        def write(message: Outgoing) -> Letter:
            told, token = facts[message.id], link_token(sender.secret, "m", message.link_nonce)
            text, html = render_both(
                "statement", message.language, sender, greeting=greeting(message.name), told=told,
                is_statement="since" in message.params, lines=lines(told, "since" in message.params),
                page_url=f"{sender.base_url}/m/{token}", unsubscribe_url=f"{sender.base_url}/u/{token}",
            )  # fmt: skip
            return Letter(_subject(told, "since" in message.params), text, html, f"{sender.base_url}/u/{token}")

        return each_letter(messages, write)

    def settle(self, session: Session, fates: Sequence[Fate], now: datetime) -> None:
        """Nothing follows: the next statement comes by the calendar."""

    def withdraw(self, session: Session, customer_id: int, channel: str, now: datetime) -> None:
        """Nothing waits but letters, and those are stopped where they are sent."""


def lines(told: Facts, is_statement: bool) -> list[str]:
    """The sentences of a letter, in the present language."""
    said = [_points(_("You have %(points)s to spend."), told.balance.spendable)]
    if told.balance.locked:
        said.append(_points(_("%(points)s more open when the time for returns is over."), told.balance.locked))
    if told.balance.debt:
        said.append(_points(_("%(points)s are still to be repaid after a return."), told.balance.debt))
    if is_statement and (told.earned or told.used or told.lost):
        said.append(
            _("Since the last letter: %(earned)s credited, %(used)s spent, %(lost)s expired or taken back.",
              earned=format_decimal(told.earned), used=format_decimal(told.used), lost=format_decimal(told.lost))
        )  # fmt: skip
    for day, points in told.expiries:
        said.append(
            _points(_("On %(day)s %(points)s expire.", day=format_date(day, "d MMMM y"), points="%(points)s"), points)
        )
    if told.is_long_unseen:
        said.append(_("We have not seen you for a long time; those points that expire first are spent first."))
    return [str(sentence) for sentence in said]


def facts_of(session: Session, messages: Sequence[Outgoing], now: datetime) -> dict[int, Facts]:
    """What each letter says, in five statements for all of them."""
    ids = sorted({message.customer_id for message in messages})
    balances, expiries = _balances(session, ids, now), _expiries(session, ids, now)
    seen = _seen_since(session, ids, now - LONG)
    moved = {since: _moved(session, ids, since) for since in {message.params.get("since") for message in messages}}
    found = {}
    for message in messages:
        owner = message.customer_id
        earned, used, lost = moved[message.params.get("since")].get(owner, (0, 0, 0))
        has = balances.get(owner, Balance(0, 0, 0))
        found[message.id] = Facts(
            has, earned, used, lost, tuple(expiries.get(owner, ())), owner not in seen and has.spendable > 0
        )
    return found


def _balances(session: Session, ids: Sequence[int], now: datetime) -> dict[int, Balance]:
    def part(name: str, condition: Any) -> Any:
        return func.sum(case((condition, PointsLot.remaining), else_=0)).label(name)

    held = PointsLot.state == LotState.HELD
    lots = (
        select(
            PointsLot.customer_id, part("active", ~held & (PointsLot.active_from <= now)),
            part("locked", ~held & (PointsLot.active_from > now)), part("held", held),
        )
        .where(PointsLot.customer_id.in_(ids), PointsLot.remaining > 0)
        .group_by(PointsLot.customer_id)
    )  # fmt: skip
    debts = (
        select(PointsDebt.customer_id, func.sum(PointsDebt.remaining))
        .where(PointsDebt.customer_id.in_(ids), PointsDebt.remaining > 0)
        .group_by(PointsDebt.customer_id)
    )
    owed = {row[0]: int(row[1]) for row in session.execute(debts)}
    found = {owner: Balance(0, 0, 0, points) for owner, points in owed.items()}
    for row in session.execute(lots):
        found[row.customer_id] = Balance(int(row.active), int(row.locked), int(row.held), owed.get(row.customer_id, 0))
    return found


def _expiries(session: Session, ids: Sequence[int], now: datetime) -> dict[int, list[tuple[date, int]]]:
    query = (
        select(PointsLot.customer_id, PointsLot.expires_at, func.sum(PointsLot.remaining))
        .where(
            PointsLot.customer_id.in_(ids), PointsLot.remaining > 0, PointsLot.state != LotState.HELD,
            PointsLot.expires_at > now, PointsLot.expires_at <= now + AHEAD + timedelta(days=1),
        )
        .group_by(PointsLot.customer_id, PointsLot.expires_at)
        .order_by(PointsLot.expires_at)
    )  # fmt: skip
    by_day: dict[int, dict[date, int]] = {}
    for owner, at, points in session.execute(query):
        days = by_day.setdefault(owner, {})
        days[at.date()] = days.get(at.date(), 0) + int(points)
    return {owner: sorted(days.items()) for owner, days in by_day.items()}


def _seen_since(session: Session, ids: Sequence[int], since: datetime) -> set[int]:
    """Those who bought, answered or paid since the moment."""
    kinds = ("purchase", "review", "redemption", "visit")
    query = select(PointsEntry.customer_id).where(
        PointsEntry.customer_id.in_(ids), PointsEntry.at >= since, PointsEntry.rule.in_(kinds),
        PointsEntry.kind.in_((EntryKind.AWARD, EntryKind.SPEND)),
    )  # fmt: skip
    return set(session.scalars(query.distinct()))


def _moved(session: Session, ids: Sequence[int], since: str | None) -> dict[int, tuple[int, int, int]]:
    if since is None:
        return {}
    start = datetime.combine(date.fromisoformat(since), datetime.min.time(), UTC)
    query = (
        select(PointsEntry.customer_id, PointsEntry.kind, func.sum(PointsEntry.points))
        .where(PointsEntry.customer_id.in_(ids), PointsEntry.at >= start)
        .group_by(PointsEntry.customer_id, PointsEntry.kind)
    )
    found: dict[int, tuple[int, int, int]] = {}
    for owner, kind, points in session.execute(query):
        earned, used, lost = found.get(owner, (0, 0, 0))
        if kind == EntryKind.AWARD:
            earned += int(points)
        elif kind in (EntryKind.SPEND, EntryKind.RESTORE):
            used -= int(points)
        elif kind != EntryKind.REPAY:
            lost -= int(points)
        found[owner] = (earned, used, lost)
    return found


def _points(sentence: str, points: int) -> str:
    words = ngettext("%(num)s point", "%(num)s points", points).replace(str(points), format_decimal(points))
    return str(sentence).replace("%(points)s", words)


def _subject(told: Facts, is_statement: bool) -> str:
    if not is_statement and told.expiries:
        return str(_("Your points expire on %(day)s", day=format_date(told.expiries[0][0], "d MMMM")))
    return _points(_("Your account: %(points)s"), told.balance.spendable)


def _day_of(message: Outgoing) -> date | None:
    """The day a letter is of, from its key `kind:day:customer`."""
    try:
        return date.fromisoformat(message.key.split(":")[1])
    except (IndexError, ValueError):
        return None
