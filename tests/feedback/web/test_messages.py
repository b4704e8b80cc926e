"""Messages by state, the deliberate second sending, and the decisions with their reasons."""

import re
from collections.abc import Callable

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.messages.models import Message, SendDecision
from feedback.staff.models import AuditEntry
from tests.builders import NOW, customer, default_version
from tests.feedback.web.browser import Browser


def message(session: Session, state: str, **values: object) -> int:
    who = customer(session, name=f"Клиент {state}").id
    given = {"customer_id": who, "channel": "email", "language": "ru", "params": {}, "send_at": NOW, "created_at": NOW}
    given |= {"idempotency_key": f"m{who}", "kind": "invitation", "state": state}
    return session.execute(insert(Message).values(**(given | values)).returning(Message.id)).scalar_one()


def test_the_list_narrows_to_a_state_and_says_why_it_failed(session: Session, at_work: Callable[..., Browser]) -> None:
    with transaction():
        message(session, "failed", failure="550 no such user")
        message(session, "sent", sent_at=NOW)
    staff = at_work("advocate")
    assert "Клиент sent" in staff.get("/messages").text
    text = staff.get("/messages?state=failed").text
    assert "550 no such user" in text
    assert "Клиент sent" not in text
    assert "Failed (1)" in text


def test_an_uncertain_message_is_explained_and_sent_again_on_purpose(
    session: Session, at_work: Callable[..., Browser]
) -> None:
    with transaction():
        unsure = message(session, "uncertain", message_id="<1@shop.example>", attempts=3, lease_key="x")
    staff = at_work("advocate")
    text = staff.get("/messages?state=uncertain").text
    assert "nobody knows whether they arrived" in text
    assert staff.submit(f"/messages/{unsure}/again").status_code == 303
    row = session.get(Message, unsure, populate_existing=True)
    assert row is not None
    assert (row.state, row.message_id, row.attempts, row.lease_key) == ("queued", "<1@shop.example>", 0, None)
    assert session.scalars(select(AuditEntry.object_id).where(AuditEntry.act == "send_message_again")).one() == unsure


def test_nothing_but_an_uncertain_message_is_sent_again(session: Session, at_work: Callable[..., Browser]) -> None:
    with transaction():
        sent, unsure = message(session, "sent"), message(session, "uncertain")
    staff = at_work("advocate")
    staff.get("/messages?state=uncertain")
    assert staff.submit(f"/messages/{sent}/again").status_code == 409
    staff.get("/messages?state=uncertain")
    assert staff.submit("/messages/999999/again").status_code == 404
    assert session.get(Message, sent, populate_existing=True).state == "sent"  # type: ignore[union-attr]
    staff.get("/messages?state=uncertain")
    assert staff.post(f"/messages/{unsure}/again", {}).status_code == 403  # without the form's token


def test_each_decision_says_its_reason(session: Session, at_work: Callable[..., Browser]) -> None:
    survey = default_version(session).survey_id
    with transaction():
        for outcome, details in (
            ("throttled", {"rule": "any", "days": "30", "last": "2026-02-20T10:00:00+00:00", "free_at": ""}),
            ("no_consent", {"purpose": "processing"}),
            ("sent", {}),
        ):
            who = customer(session, name=f"Клиент {outcome}").id
            given = {"customer_id": who, "candidate_key": outcome, "survey_id": survey, "step": "invitation"}
            session.execute(insert(SendDecision).values(**given, outcome=outcome, details=details, decided_at=NOW))
    staff = at_work("advocate")
    text = staff.get("/messages/decisions").text
    assert re.search(r"last asked 20 February( 2026)?; once in 30 days", text)
    assert "to process data" in text
    narrowed = staff.get("/messages/decisions?outcome=no_consent").text
    assert "Клиент no_consent" in narrowed
    assert "Клиент throttled" not in narrowed
