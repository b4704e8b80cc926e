"""Workers share due rows: each row goes to one of them, and a dead worker's rows come back."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import insert, literal_column, select, update
from sqlalchemy.orm import Session

from feedback.conversations.models import Conversation, ConversationAnalysis
from feedback.customers.models import Customer
from feedback.db import transaction
from feedback.db.claiming import claim_due
from tests.builders import NOW, customer

LEASE = timedelta(minutes=5)


@pytest.fixture
def rows(session: Session) -> list[int]:
    """Ids of 40 waiting rows."""
    with transaction():
        by = customer(session)
        return waiting(session, by, 40)


def waiting(session: Session, by: Customer, count: int) -> list[int]:
    chats = [
        {
            "external_id": f"chat-{n}",
            "customer_id": by.id,
            "channel": "site",
            "started_at": NOW,
            "ended_at": NOW,
            "created_at": NOW,
        }
        for n in range(count)
    ]
    session.execute(insert(Conversation), chats)
    ids = session.scalars(select(Conversation.id).order_by(Conversation.id)).all()
    session.execute(insert(ConversationAnalysis), [{"conversation_id": i, "created_at": NOW} for i in ids])
    return list(session.scalars(select(ConversationAnalysis.id).order_by(ConversationAnalysis.id)))


def claim(now: datetime = NOW, limit: int = 10) -> list[int]:
    with transaction() as session:
        _, ids = claim_due(
            session, ConversationAnalysis, is_due=ConversationAnalysis.state == literal_column("'waiting'"),
            order_by=ConversationAnalysis.id, now=now, limit=limit, lease=LEASE,
        )  # fmt: skip
    return list(ids)


def test_it_works(session: Session, rows: list[int]) -> None:
    assert claim(limit=3) == rows[:3]
    claimed = session.scalars(select(ConversationAnalysis).where(ConversationAnalysis.lease_key.is_not(None))).all()
    assert {row.id for row in claimed} == set(rows[:3])
    assert {(row.lease_until, row.attempts) for row in claimed} == {(NOW + LEASE, 1)}
    assert len({row.lease_key for row in claimed}) == 1


def test_a_claimed_row_is_not_claimed_again(rows: list[int]) -> None:
    assert [claim(), claim(), claim(), claim(), claim()] == [rows[:10], rows[10:20], rows[20:30], rows[30:], []]


def test_rows_of_a_dead_worker_come_back_when_the_lease_ends(session: Session, rows: list[int]) -> None:
    claim()
    assert claim(NOW + LEASE - timedelta(seconds=1), limit=40) == rows[10:]
    assert claim(NOW + LEASE) == rows[:10]
    attempts = session.scalars(
        select(ConversationAnalysis.attempts).where(ConversationAnalysis.id.in_(rows[:10]))
    ).all()
    assert set(attempts) == {2}


def test_a_claim_that_is_rolled_back_is_none(rows: list[int]) -> None:
    with suppress(RuntimeError), transaction():
        assert claim() == rows[:10]
        raise RuntimeError
    assert claim() == rows[:10]


def test_rows_that_are_not_due_stay(session: Session, rows: list[int]) -> None:
    with transaction():
        session.execute(update(ConversationAnalysis).where(ConversationAnalysis.id.in_(rows[:35])).values(state="done"))
    assert claim() == rows[35:]


def test_a_lease_of_another_clock_holds_nobody_back(rows: list[int]) -> None:
    a_run_in_the_future = NOW + timedelta(days=90)
    assert claim(a_run_in_the_future, limit=40) == rows
    assert claim(NOW, limit=40) == rows


def test_clocks_a_few_minutes_apart_respect_each_other(rows: list[int]) -> None:
    assert claim(NOW + LEASE / 2, limit=40) == rows
    assert claim(NOW, limit=40) == []


def test_workers_at_once_share_the_rows(app: Flask, rows: list[int]) -> None:
    taken = at_once(app, 4, lambda: claim(limit=5))
    assert sorted(taken) == rows


@pytest.mark.only_on("postgresql")  # SQLite has one writer at a time
def test_workers_at_once_do_not_wait_for_each_other(app: Flask, rows: list[int]) -> None:
    with transaction():
        assert claim(limit=10) == rows[:10]
        # uncommitted, so locked: another worker passes these rows by instead of waiting for them
        assert at_once(app, 1, lambda: claim(limit=40), rounds=1) == rows[10:]


def at_once(app: Flask, workers: int, take: Callable[[], list[int]], rounds: int = 100) -> list[int]:
    """What `workers` threads took, each until it found nothing."""
    taken: list[int] = []
    ready = Barrier(workers)

    def work() -> None:
        with app.app_context():
            ready.wait(60)
            for _ in range(rounds):
                ids = take()
                taken.extend(ids)
                if not ids:
                    return

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    return taken
