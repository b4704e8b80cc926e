"""How fast the recovery queue answers: `python benchmarks/recovery_queue.py [--cases 200000] [--open 0.1]`.

Makes a database of its own (SQLite in a temporary folder, or the empty PostgreSQL one of --database-url), fills it, and
prints the median and the slowest of each question over --repeats.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from feedback.app import create_app
from feedback.cli.context import prepare_database
from feedback.clock import utc_now
from feedback.config import load_settings
from feedback.customers.models import Customer
from feedback.db import db, transaction
from feedback.recovery.models import Case, Cause
from feedback.recovery.queries import Filters, View, count_views, queue_page
from feedback.staff.accounts import add_user

BATCH = 5000
NAMES = ("Марина Ершова", "Десислава Колева", "Olivia Hart", "Роман Савчук", "Георги Танев")


def fill(cases: int, share_open: float) -> int:
    """Customers with one case each; returns the id of a member of staff who owns a tenth of them."""
    now, chance = utc_now(), random.Random(1)
    with transaction() as session:
        people = [
            add_user(session, f"agent{n}@company.example", ["agent"], "a long password", now, name=f"Agent {n}").id
            for n in range(10)
        ]
        cause = session.scalars(select(Cause.id)).first()
        for start in range(0, cases, BATCH):
            numbers = range(start + 1, min(start + BATCH, cases) + 1)
            session.execute(insert(Customer), [_customer(n, now) for n in numbers])
            session.execute(insert(Case), [_case(n, now, chance, share_open, people, cause) for n in numbers])
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return people[0]


def _customer(n: int, now: object) -> dict[str, object]:
    return {
        "id": n, "external_id": f"c{n}", "name": f"{NAMES[n % 5]} {n}", "language": ("ru", "bg", "en")[n % 3],
        "link_nonce": f"n{n}", "created_at": now, "kind": "person", "lifecycle_status": "customer",
        "messengers": {}, "attributes": {}, "is_test": False, "is_staff": False,
    }  # fmt: skip


def _case(n, now, chance, share_open, people, cause) -> dict[str, object]:  # type: ignore[no-untyped-def]
    opened = now - timedelta(minutes=chance.randrange(1, 500_000))
    due = now + timedelta(minutes=chance.randrange(-2000, 8000))
    is_open, waits = chance.random() < share_open, chance.random() < 0.2
    signal = {"kind": "low_score", "severity": 4, "is_urgent": False, "scale": "nps", "score": 2}
    return {
        "id": n, "customer_id": n, "priority": chance.choice(("urgent", "high", "normal")), "severity": 4,
        "customer_value": 2, "reach": 2, "reason": {"signals": [signal]}, "headline": "Привезли на девять дней позже",
        "owner_id": chance.choice((None, *people)), "opened_at": opened, "first_contact_due_at": due,
        "first_contacted_at": None, "next_answer_due_at": None, "resolution_due_at": due + timedelta(days=5),
        "waiting_since": now if is_open and waits else None, "next_due_at": due if is_open and not waits else None,
        "closed_at": None if is_open else opened + timedelta(days=2), "cause_id": None if is_open else cause,
        "outcome": None if is_open else "recovered", "escalated_to": 0, "reopened_count": 0,
    }  # fmt: skip


def measure(name: str, ask: Callable[[Session], object], repeats: int) -> None:
    """Print how long one question takes, each time on a fresh session."""
    times = []
    for _ in range(repeats):
        db.session.remove()
        begin = time.perf_counter()
        ask(db.session())
        times.append((time.perf_counter() - begin) * 1000)
    print(f"{name:<34} median {statistics.median(times):7.1f} ms   slowest {max(times):7.1f} ms")


def main() -> None:
    """Fill and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--open", type=float, default=0.1, help="share of cases that are open")
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL database instead of SQLite")
    parser.add_argument("--repeats", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load_settings(instance=Path(folder), database_url=given.database_url))
        with app.app_context():
            prepare_database()
            me, now = fill(given.cases, given.open), utc_now()
            print(f"{given.cases} cases, {given.open:.0%} open, {db.engine.dialect.name}")
            measure("counts of the views", lambda s: count_views(s, me, now), given.repeats)
            for view in View:
                measure(f"first page of {view}", lambda s, v=view: queue_page(s, v, me, now), given.repeats)
            far = queue_page(db.session(), View.ALL, me, now, limit=5000).after
            measure("page after 5000 rows", lambda s: queue_page(s, View.ALL, me, now, after=far), given.repeats)
            bulgarian = Filters(language="bg", priority="urgent")
            measure("urgent in Bulgarian", lambda s: queue_page(s, View.ALL, me, now, bulgarian), given.repeats)
            rare = Filters(search="ершова 199999")
            measure("search of a rare name", lambda s: queue_page(s, View.ALL, me, now, rare), given.repeats)
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main()
