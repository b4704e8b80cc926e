"""A database of a company's two years: 150 000 answers with 1 000 000 given values, written in bulk."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, text

from feedback.customers.models import Branch, Customer, Manager, Purchase
from feedback.db.base import Base
from feedback.messages.models import SendDecision
from feedback.recovery.models import Case, CaseEvent, Signal
from surveys.invitations.models import Invitation
from surveys.questionnaires.models import Survey, SurveyVersion
from surveys.responses.models import Answer, AnswerAnalysis, Response

DAYS = 730
ASPECTS = ("quality", "price", "consultation", "delivery", "packaging", "documents")
BRANCHES = 12
CHUNK = 20_000
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def fill(connection: Connection, responses: int, seed: int = 1) -> None:
    """Write branches, customers, purchases, invitations, decisions, responses, answers, analyses and cases."""
    rng = random.Random(seed)
    survey_id = connection.scalar(select(Survey.id))
    version_id = connection.scalar(select(SurveyVersion.id))
    _write(connection, Branch, ({"id": i, "name": f"Branch {i}"} for i in range(1, BRANCHES + 1)))
    _write(
        connection, Manager, ({"id": i, "name": f"Manager {i}", "branch_id": i % BRANCHES + 1} for i in range(1, 49))
    )
    customers = responses // 3
    invitations = int(responses / 0.3)
    _write(connection, Customer, (_customer(rng, i) for i in range(1, customers + 1)))
    moments = sorted(NOW - timedelta(seconds=rng.randrange(DAYS * 86_400)) for _ in range(invitations))
    owners = [(rng.randrange(1, customers + 1), rng.randrange(1, BRANCHES + 1)) for _ in range(invitations)]
    _write(connection, Purchase, (_purchase(i, *owners[i - 1], moments[i - 1]) for i in range(1, invitations + 1)))
    answered = set(rng.sample(range(1, invitations + 1), responses))
    _write(
        connection,
        Invitation,
        (
            _invitation(i, owners[i - 1][0], moments[i - 1], i in answered, survey_id, version_id)
            for i in range(1, invitations + 1)
        ),
    )
    _write(
        connection,
        SendDecision,
        (_decision(i, owners[i - 1][0], moments[i - 1], survey_id) for i in range(1, invitations + 1)),
    )
    rows = [(n, i) for n, i in enumerate(sorted(answered), 1)]
    scores = {n: rng.choices(range(11), (3, 2, 2, 3, 3, 6, 6, 10, 18, 20, 27))[0] for n, _ in rows}
    _write(
        connection,
        Response,
        (_response(n, i, *owners[i - 1], moments[i - 1], scores[n], survey_id, version_id) for n, i in rows),
    )
    _write(connection, Answer, _answers(rng, rows, scores))
    _write(connection, AnswerAnalysis, (_analysis(rng, n, moments[i - 1], scores[n]) for n, i in rows if n % 3 == 0))
    unhappy = [(n, i) for n, i in rows if scores[n] <= 6]
    _write(
        connection,
        Case,
        (_case(c, *owners[i - 1], i, moments[i - 1], scores[n]) for c, (n, i) in enumerate(unhappy, 1)),
    )
    _write(connection, Signal, (_signal(c, n, moments[i - 1]) for c, (n, i) in enumerate(unhappy, 1)))
    _write(
        connection,
        CaseEvent,
        ({"case_id": c, "kind": "opened", "at": moments[i - 1], "facts": {}} for c, (_, i) in enumerate(unhappy, 1)),
    )
    _finish(connection)


def _write(connection: Connection, table: type[Base], rows: Iterator[dict[str, Any]]) -> None:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            connection.execute(insert(table), chunk)
            chunk = []
    if chunk:
        connection.execute(insert(table), chunk)


def _finish(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        for table in (
            "branches",
            "managers",
            "customers",
            "purchases",
            "invitations",
            "send_decisions",
            "responses",
            "answers",
            "answer_analyses",
            "cases",
            "signals",
            "case_events",
        ):
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            )


def _customer(rng: random.Random, i: int) -> dict[str, Any]:
    return {
        "id": i,
        "external_id": f"C-{i}",
        "name": f"Customer {i}",
        "email": f"c{i}@shop.example",
        "phone": f"+7900{i:07d}",
        "language": ("ru", "bg", "en")[i % 3],
        "tier": rng.choice((None, "silver", "gold", "platinum")),
        "lifecycle_status": "customer",
        "link_nonce": f"n{i}",
        "created_at": NOW - timedelta(days=DAYS),
    }


def _purchase(i: int, customer: int, branch: int, at: datetime) -> dict[str, Any]:
    return {
        "id": i,
        "external_id": f"P-{i}",
        "customer_id": customer,
        "purchased_at": at - timedelta(days=5),
        "amount": 100_000 + i,
        "delivered_at": at - timedelta(days=3),
        "currency": "RUB",
        "branch_id": branch,
        "manager_id": i % 48 + 1,
        "created_at": at,
        "is_planned": True,
        "is_accrued": True,
    }


def _invitation(i: int, customer: int, at: datetime, is_answered: bool, survey: int, version: int) -> dict[str, Any]:
    state = "completed" if is_answered else ("sent", "opened", "expired", "bounced", "suppressed")[i % 5]
    was_sent = state != "suppressed"
    opened = at + timedelta(hours=1) if is_answered or state == "opened" else None
    return {
        "id": i,
        "survey_id": survey,
        "survey_version_id": version,
        "customer_id": customer,
        "purchase_id": i,
        "state": state,
        "channel": ("email", "email", "sms")[i % 3],
        "language": "ru",
        "nonce": f"i{i}",
        "token_hash": f"{i:064x}",
        "due_at": at,
        "created_at": at,
        "sent_at": at if was_sent else None,
        "delivered_at": None,
        "opened_at": opened,
        "started_at": opened if is_answered else None,
        "completed_at": at + timedelta(hours=2) if is_answered else None,
        "expires_at": at + timedelta(days=30),
    }


def _decision(i: int, customer: int, at: datetime, survey: int) -> dict[str, Any]:
    outcome = "sent" if i % 5 != 4 else ("throttled", "no_consent", "returned_purchase")[i % 3]
    return {
        "candidate_key": f"invitation:{i}",
        "customer_id": customer,
        "survey_id": survey,
        "purchase_id": i,
        "invitation_id": i,
        "step": "invitation",
        "channel": "email",
        "outcome": outcome,
        "details": {},
        "decided_at": at,
    }


def _response(
    n: int, i: int, customer: int, branch: int, at: datetime, score: int, survey: int, version: int
) -> dict[str, Any]:
    done = at + timedelta(hours=2)
    return {
        "id": n,
        "survey_id": survey,
        "survey_version_id": version,
        "invitation_id": i,
        "customer_id": customer,
        "purchase_id": i,
        "branch_id": branch,
        "manager_id": i % 48 + 1,
        "channel": ("email", "email", "sms")[i % 3],
        "language": "ru",
        "state": "complete",
        "score": score,
        "started_at": done,
        "completed_at": done,
        "suspected_bot": n % 97 == 0,
    }


def _answers(rng: random.Random, rows: list[tuple[int, int]], scores: dict[int, int]) -> Iterator[dict[str, Any]]:
    empty = {"item": "", "number": None, "text": None, "choices": None}
    for n, _ in rows:
        yield {**empty, "id": 8 * n, "response_id": n, "question": "score", "kind": "nps", "number": scores[n]}
        if n % 3 == 0:
            text_of = f"What happened with order {n}: it came late and nobody called."
            yield {**empty, "id": 8 * n + 1, "response_id": n, "question": "why", "kind": "text", "text": text_of}
        for position, item in enumerate(ASPECTS[: 6 if n % 2 else 5], 2):
            yield {
                **empty,
                "id": 8 * n + position,
                "response_id": n,
                "question": "aspects",
                "kind": "matrix",
                "item": item,
                "number": max(1, min(5, round(scores[n] / 2) + rng.choice((-1, 0, 0, 1)))),
            }


def _analysis(rng: random.Random, n: int, at: datetime, score: int) -> dict[str, Any]:
    mood = "negative" if score <= 6 else "positive"
    return {
        "answer_id": 8 * n + 1,
        "response_id": n,
        "state": "done",
        "created_at": at,
        "analysed_at": at,
        "language": "en",
        "sentiment": mood,
        "aspects": {rng.choice(ASPECTS): mood},
        "flags": [],
    }


def _case(c: int, customer: int, branch: int, purchase: int, at: datetime, score: int) -> dict[str, Any]:
    is_open = at > NOW - timedelta(days=4)
    return {
        "id": c,
        "customer_id": customer,
        "purchase_id": purchase,
        "branch_id": branch,
        "priority": "high" if score < 3 else "normal",
        "severity": 3,
        "customer_value": 2,
        "reach": 1,
        "reason": {"signals": [], "is_repeat": False},
        "headline": "It came late",
        "opened_at": at,
        "first_contact_due_at": at + timedelta(days=1),
        "resolution_due_at": at + timedelta(days=7),
        "next_due_at": at + timedelta(days=1),
        "first_contacted_at": None if is_open else at + timedelta(hours=c % 40),
        "closed_at": None if is_open else at + timedelta(days=3),
        "outcome": None if is_open else "recovered",
        "cause_id": None if is_open else 1,
    }


def _signal(c: int, n: int, at: datetime) -> dict[str, Any]:
    return {
        "dedupe_key": f"low_score:response:{n}",
        "case_id": c,
        "kind": "low_score",
        "at": at,
        "severity": 3,
        "response_id": n,
        "facts": {},
    }
