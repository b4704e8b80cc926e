"""Customers: made in bulk, and answering the links they find in their letters until the server has taken the answer."""

import http.client
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from urllib.parse import urlencode

from sqlalchemy import func, insert, select

from benchmarks.killing.postbox import Postbox
from feedback.customers.models import Customer, Purchase
from feedback.db import transaction
from feedback.secrets import new_nonce

COMPLAINTS = (
    "The courier was rude and three days late.",
    "Broken on arrival, I want my money back.",
    "Terrible support.",
)
PRAISE = ("Everything was fine, thank you!", "Fast delivery and a kind consultant.", "Great quality.")
TRIES = 400


@dataclass
class Memory:
    """What the customers remember: what they wrote by token, and whether the server took it (303)."""

    wrote: dict[str, tuple[int, str]] = field(default_factory=dict)
    thanked: set[str] = field(default_factory=set)
    broken: int = 0  # answers on their way when the server died
    in_flight: int = 0
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def submitting(self) -> Iterator[None]:
        """Count an answer that is on its way, and whether it was interrupted."""
        with self._lock:
            self.in_flight += 1
        try:
            yield
        except (OSError, http.client.HTTPException):
            with self._lock:
                self.broken += 1
            raise
        finally:
            with self._lock:
                self.in_flight -= 1


def add_purchases(count: int, now: datetime) -> None:
    """New customers who bought four days ago, in whose zone it is midday, so that they may be asked at once."""
    offset = now.hour - 12
    zone = f"Etc/GMT{offset:+d}" if offset else "Etc/GMT"
    bought = now - timedelta(days=4)
    with transaction() as session:
        first = (session.scalar(select(func.max(Customer.id))) or 0) + 1
        numbers = range(first, first + count)
        people = [
            {
                "id": n, "external_id": f"c{n}", "name": f"Customer {n}", "email": f"c{n}@shop.example",
                "language": "en",
                "timezone": zone, "country": "DE", "link_nonce": new_nonce(), "created_at": bought,
            }
            for n in numbers
        ]  # fmt: skip
        session.execute(insert(Customer), people)
        bought_things = [
            {
                "external_id": f"p{n}", "customer_id": n, "purchased_at": bought, "delivered_at": bought,
                "amount": 5000,
                "currency": "EUR", "created_at": bought,
            }
            for n in numbers
        ]  # fmt: skip
        session.execute(insert(Purchase), bought_things)


class Crowd:
    """Threads of customers at work."""

    def __init__(self, postbox: Postbox, port: int, size: int, seed: int) -> None:
        self.memory = Memory()
        self._postbox, self._port = postbox, port
        self._leaving = Event()
        self._threads = [
            Thread(target=self._live, args=(random.Random(seed * 100 + n),), daemon=True) for n in range(size)
        ]

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def leave(self) -> None:
        """Every customer finishes the answer they have begun."""
        self._leaving.set()
        for thread in self._threads:
            thread.join()

    def _live(self, chance: random.Random) -> None:
        while True:
            token = self._postbox.take_link()
            if token is not None:
                self._answer(token, chance)
            elif self._leaving.wait(0.05):
                return

    def _answer(self, token: str, chance: random.Random) -> None:
        score = chance.randint(0, 10)
        why = f"{chance.choice(COMPLAINTS if score <= 6 else PRAISE)} ({token[:8]})"
        self.memory.wrote[token] = (score, why)
        form = urlencode({"score": score, "why": why, "act": "send"})
        for _ in range(TRIES):
            try:
                status = self._post(f"/s/{token}", form)
            except (OSError, http.client.HTTPException):
                time.sleep(chance.uniform(0.1, 0.5))
                continue
            if status == 303:
                self.memory.thanked.add(token)
                return
            time.sleep(2 if status == 429 else 0.3)

    def _post(self, path: str, form: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        connection.connect()
        with self.memory.submitting():
            try:
                connection.request("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})
                return connection.getresponse().status
            finally:
                connection.close()
