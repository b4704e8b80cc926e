"""Signs of somebody farming points: thanks for answers are held until a human has looked. Never by score or text."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.customers.models import Customer, Purchase
from feedback.points.mailboxes import domain, mailbox, mailbox_hash
from feedback.points.models import LotState, PointsLot, PointsMember, PointsSweep
from feedback.points.rules import Rule
from feedback.staff.models import User

BATCH = 1000
KIND = "guard"
WINDOW = timedelta(days=1)
SETTLING = timedelta(minutes=2)
MOST_A_DAY = 3  # thanked answers of one person
LOOPS_SINCE, MOST_LOOPS = timedelta(days=90), 3  # purchases wholly returned
HOLDS_FROM = 50
FREE_MAIL = frozenset({
    "gmail.com", "googlemail.com", "mail.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru", "yandex.ru", "ya.ru",
    "rambler.ru", "abv.bg", "mail.bg", "dir.bg", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com",
    "proton.me", "protonmail.com",
})  # fmt: skip


class Sign(StrEnum):
    """Why points are held; `BOT` comes with the answer itself."""

    BOT = "bot"
    SAME_PHONE = "same_phone"
    SAME_MAILBOX = "same_mailbox"
    STAFF = "staff"
    STAFF_DOMAIN = "staff_domain"
    VELOCITY = "velocity"
    RETURNS = "returns"


SCORES = {
    Sign.SAME_PHONE: 50, Sign.SAME_MAILBOX: 50, Sign.STAFF: 100, Sign.STAFF_DOMAIN: 30, Sign.VELOCITY: 50,
    Sign.RETURNS: 40,
}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What is looked at of one customer."""

    email: str | None
    phone: str | None
    same_phone: int = 0  # other customers with this phone
    same_mailbox: int = 0  # other customers whose letters arrive in the same mailbox
    answers_a_day: int = 0
    whole_returns: int = 0


def signs(facts: Facts, staff_mailboxes: Collection[str], staff_domains: Collection[str]) -> list[Sign]:
    """The signs against a customer. Pure."""
    box = mailbox(facts.email)
    found = []
    if facts.same_phone:
        found.append(Sign.SAME_PHONE)
    if facts.same_mailbox:
        found.append(Sign.SAME_MAILBOX)
    if box and box in staff_mailboxes:
        found.append(Sign.STAFF)
    elif box and domain(box) in staff_domains:
        found.append(Sign.STAFF_DOMAIN)
    if facts.answers_a_day > MOST_A_DAY:
        found.append(Sign.VELOCITY)
    if facts.whole_returns >= MOST_LOOPS:
        found.append(Sign.RETURNS)
    return found


def score(found: Sequence[Sign]) -> int:
    """How heavy the signs are together; from `HOLDS_FROM` on the points are held."""
    return sum(SCORES.get(sign, 0) for sign in found)


def guard_new(session: Session, now: datetime, limit: int = BATCH) -> int:
    """Look at thanks granted since the last look and hold those with signs; returns how many lots were passed.

    Lots of the last `SETTLING` wait: one with a lower number may still be on its way into the database.
    """
    sweep = _state(session, now)
    query = (
        select(
            PointsLot.id, PointsLot.rule, PointsLot.customer_id, PointsLot.points, PointsLot.remaining,
            PointsLot.state, PointsLot.created_at, Customer.email, Customer.phone,
        )
        .join(Customer, Customer.id == PointsLot.customer_id)
        .where(PointsLot.id > sweep.cursor)
        .order_by(PointsLot.id)
        .limit(limit)
    )  # fmt: skip
    passed = list(takewhile(lambda row: row.created_at <= now - SETTLING, session.execute(query)))
    if not passed:
        return 0
    sweep.cursor = passed[-1].id
    rows = [row for row in passed if row.rule == Rule.REVIEW]
    facts = _facts(session, rows, now)
    boxes, domains = _staff(session)
    for row in rows:
        found = signs(facts[row.customer_id], boxes, domains)
        # What was spent meanwhile is not taken back: a sign is no proof.
        if score(found) >= HOLDS_FROM and row.remaining == row.points and row.state == LotState.ACTIVE:
            session.execute(
                update(PointsLot)
                .where(
                    PointsLot.id == row.id, PointsLot.remaining == PointsLot.points, PointsLot.state == LotState.ACTIVE
                )
                .values(state=LotState.HELD, held_for=[str(sign) for sign in found])
            )
            sweep.done += 1
    session.flush()
    return len(passed)


def _state(session: Session, now: datetime) -> PointsSweep:
    """How far the guard has come; what was granted before it began it leaves alone."""
    sweep = session.scalars(select(PointsSweep).where(PointsSweep.kind == KIND)).one_or_none()
    if sweep is None:
        begun = session.scalar(select(func.max(PointsLot.id)).where(PointsLot.created_at < now - WINDOW)) or 0
        sweep = PointsSweep(kind=KIND, day=now.date(), begun_at=now, cursor=begun, done=0)
        session.add(sweep)
        session.flush()
    return sweep


def _facts(session: Session, rows: Sequence[Any], now: datetime) -> dict[int, Facts]:
    ids = {row.customer_id for row in rows}
    phones = {row.phone for row in rows if row.phone}
    with_phone = dict(
        session.execute(
            select(Customer.phone, func.count())
            .where(Customer.phone.in_(phones), Customer.erased_at.is_(None))
            .group_by(Customer.phone)
        ).all()
    )
    hashes = {row.customer_id: mailbox_hash(row.email) for row in rows}
    sharing = (
        select(PointsMember.mailbox_hash, func.count())
        .where(PointsMember.mailbox_hash.in_({found for found in hashes.values() if found}))
        .group_by(PointsMember.mailbox_hash)
    )
    with_mailbox = {row[0]: row[1] for row in session.execute(sharing)}
    answers = (
        select(PointsLot.customer_id, func.count())
        .where(PointsLot.customer_id.in_(ids), PointsLot.rule == Rule.REVIEW, PointsLot.created_at > now - WINDOW)
        .group_by(PointsLot.customer_id)
    )
    returned = (
        select(Purchase.customer_id, func.count())
        .where(
            Purchase.customer_id.in_(ids), Purchase.purchased_at > now - LOOPS_SINCE, Purchase.returned_amount > 0,
            Purchase.returned_amount >= Purchase.amount,
        )
        .group_by(Purchase.customer_id)
    )  # fmt: skip
    a_day = {row[0]: row[1] for row in session.execute(answers)}
    loops = {row[0]: row[1] for row in session.execute(returned)}
    return {
        row.customer_id: Facts(
            row.email, row.phone, max(with_phone.get(row.phone, 1) - 1, 0) if row.phone else 0,
            max(with_mailbox.get(hashes[row.customer_id], 1) - 1, 0) if hashes[row.customer_id] else 0,
            a_day.get(row.customer_id, 0), loops.get(row.customer_id, 0),
        )
        for row in rows
    }  # fmt: skip


def _staff(session: Session) -> tuple[set[str], set[str]]:
    emails = [email for email in session.scalars(select(User.email)) if email]
    return {box for email in emails if (box := mailbox(email))}, {domain(email) for email in emails} - FREE_MAIL
