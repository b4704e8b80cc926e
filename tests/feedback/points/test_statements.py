"""Letters about points: on the 1st and the 15th and before points expire, once, in the customer's language."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.models import Customer
from feedback.db import transaction
from feedback.messages.kinds import Outgoing, Sender
from feedback.messages.models import Message, MessageKind, MessageState
from feedback.messages.sending import send_due
from feedback.messages.suppression import unsubscribe
from feedback.points.accruing import accrue_purchases
from feedback.points.ledger import award
from feedback.points.rules import Grant, Rule
from feedback.points.spending import spend
from feedback.points.statements import StatementMessages
from feedback.points.sweeps import sweep_due
from feedback.staff.company import load_company
from tests.builders import NOW, customer, purchase

DAY = timedelta(days=1)
FIFTEENTH = datetime.fromisoformat("2026-03-16T08:00:00+00:00") - DAY


def member(session: Session, points: int, expires_in: int = 300, **values: object) -> Customer:
    owner = customer(session, **values)
    purchase(session, owner, amount=0)
    accrue_purchases(session, NOW)
    if points:
        award(session, owner.id, Grant(Rule.VISIT, points, NOW, NOW + expires_in * DAY), f"gift:{owner.id}", NOW)
    return owner


def sweep(session: Session, now: datetime) -> None:
    for _ in range(2000):
        with transaction():
            if not sweep_due(session, now):
                return


def letters(session: Session) -> list[Message]:
    session.rollback()
    return list(session.scalars(select(Message).where(Message.kind == MessageKind.STATEMENT).order_by(Message.id)))


def written(session: Session, message: Message, settings: Settings) -> str:
    outgoing = Outgoing(
        message.id, message.idempotency_key, MessageKind(message.kind), "email", message.customer_id, None, None,
        "x@y.example", message.language, None, None, message.params, "<1@x>", 0, "Елена", "Europe/Moscow", "nonce",
    )  # fmt: skip
    sender = Sender(load_company(session), "https://shop.example", settings.secret_key)
    with time_machine.travel(message.send_at):
        letter = StatementMessages().letters(session, [outgoing], sender)[message.id]
    assert letter.html
    assert letter.unsubscribe_url
    return f"{letter.subject}\n{letter.text}"


def test_a_statement_comes_on_the_15th_once(session: Session, settings: Settings) -> None:
    with transaction():
        owner = member(session, 1500)
        member(session, 900, email=None)
        spend(session, owner.id, 200, "k", NOW)
    for day in (NOW, FIFTEENTH - DAY, FIFTEENTH, FIFTEENTH, FIFTEENTH + DAY):
        sweep(session, day)
    (letter,) = letters(session)
    assert (letter.customer_id, letter.idempotency_key) == (owner.id, f"statement:2026-03-15:{owner.id}")
    text = written(session, letter, settings)
    assert text.startswith("На вашем счёте: 1\xa0320 баллов\n")  # 4 days of membership are 20
    assert "начислено 1\xa0520, потрачено 200, сгорело или возвращено 0" in text.replace("\n", " ")
    assert "https://shop.example/m/" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("ru", "Ваши баллы сгорают"), ("bg", "Точките ви изтичат на"), ("en", "Your points expire on")],
)
def test_a_warning_comes_30_and_7_days_before(session: Session, settings: Settings, language: str, words: str) -> None:
    with transaction():
        owner = member(session, 700, expires_in=60, language=language)
    for day in range(61):
        sweep(session, NOW + day * DAY)
    warned = [letter.idempotency_key for letter in letters(session) if letter.idempotency_key.startswith("expiry")]
    assert warned == [f"expiry:{(NOW + days * DAY).date()}:{owner.id}" for days in (30, 53)]
    first = next(letter for letter in letters(session) if letter.idempotency_key in warned)
    assert words in written(session, first, settings)


def test_points_that_are_spent_are_not_warned_of_and_who_left_gets_nothing(
    session: Session, settings: Settings
) -> None:
    warning = NOW + 30 * DAY
    with transaction():
        spender, leaver = (member(session, 700, expires_in=60) for _ in range(2))
    for day in range(31):
        sweep(session, NOW + day * DAY)
    with transaction():
        spend(session, spender.id, 700, "k", warning)
        unsubscribe(session, leaver.id, "email", warning, "test")
    send_due(now=warning, settings=settings, limit=100)
    session.rollback()
    states = {m.customer_id: m.state for m in letters(session) if m.idempotency_key.startswith("expiry")}
    assert states == {spender.id: MessageState.STOPPED, leaver.id: MessageState.STOPPED}
