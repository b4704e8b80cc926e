from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.customers.given import Fate
from feedback.customers.models import Branch, Customer, Manager, Purchase
from feedback.customers.registering import register_purchase
from feedback.db import db, transaction
from tests.feedback.customers.given import NOW, SECRET, a_customer, a_purchase

CALLERS = 4


def at_once(app: Flask, act: Callable[[int], Fate]) -> list[Fate]:
    """What `act` says to each of several callers who start together, each in a transaction of their own."""
    barrier = Barrier(CALLERS)

    def caller(n: int) -> Fate:
        with app.app_context():
            barrier.wait()
            try:
                return act(n)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(caller, range(CALLERS)))


def test_callers_at_once_never_make_one_person_twice(app: Flask, session: Session) -> None:
    by_mail = a_customer(external_id=None, phone=None)

    def act(n: int) -> Fate:
        with transaction() as own:
            return register_purchase(own, a_purchase(f"P-{n}", customer=by_mail), NOW, SECRET).fate

    assert at_once(app, act) == [Fate.NEW] * CALLERS
    session.rollback()
    counts = [
        session.scalar(select(func.count()).select_from(table)) for table in (Customer, Branch, Manager, Purchase)
    ]
    assert counts == [1, 1, 1, CALLERS]


def test_one_purchase_sent_by_several_at_once_is_stored_once(app: Flask, session: Session) -> None:
    def act(_: int) -> Fate:
        with transaction() as own:
            return register_purchase(own, a_purchase(), NOW, SECRET).fate

    assert sorted(at_once(app, act)) == [Fate.NEW, *[Fate.SEEN] * (CALLERS - 1)]
