"""Search of customers and the page of one: facts, one timeline, a note, and the audit of who read it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.conversations.models import Conversation, ConversationAnalysis, ConversationMessage
from feedback.customers.models import Consent, Customer, LifecycleChange, OrderEvent, PurchaseItem, Return
from feedback.db import transaction
from feedback.messages.models import Message, SendDecision
from feedback.points.ledger import award
from feedback.points.rules import review_grant
from feedback.staff.models import AuditEntry
from surveys.responses.models import Answer
from tests.builders import NOW, branch, customer, invitation, purchase
from tests.feedback.reports.answers import answer
from tests.feedback.reports.cases import case
from tests.feedback.web.browser import Browser


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("петрова", True), ("Елена П", True), ("elena.p@shop.example", True), ("C-20418", True),
        ("+7 921 555-12-34", True), ("8 921 555 12 34", True), ("Иванов", False), ("%", False), ("_", False),
    ],
)  # fmt: skip
def test_search_by_name_address_phone_and_number(
    session: Session, at_work: Callable[..., Browser], asked: str, found: bool
) -> None:
    with transaction():
        customer(
            session, name="Елена Петрова", email="elena.p@shop.example", phone="+79215551234", external_id="C-20418"
        )
        customer(session, name="Георги Танев")
    staff = at_work("agent")
    staff.get("/customers")
    text = staff.submit("/customers", q=asked).text
    assert ("Елена Петрова" in text) is found
    assert "Георги Танев" not in text


def test_the_list_goes_on(session: Session, at_work: Callable[..., Browser]) -> None:
    with transaction():
        for n in range(60):
            customer(session, name=f"Клиент-{n:02d}")
    staff = at_work("agent")
    first = staff.get("/customers").text
    after = first.split('name="after" value="')[1].split('"')[0]
    second = staff.submit("/customers", q="", after=after).text
    assert "Клиент-59" in first
    assert "Клиент-59" not in second
    assert "Клиент-00" in second


def history(session: Session) -> int:
    """A customer with one thing of each kind; returns the id."""
    who = customer(session, tier="gold", messengers={"viber": "1"})
    bought = purchase(session, who, branch_id=branch(session, name="София").id, external_id="77-2188")
    session.execute(
        insert(PurchaseItem).values(purchase_id=bought.id, name="Обогреватель «Фьорд 2»", quantity=1, price=1)
    )
    session.execute(
        insert(Return).values(external_id="r1", purchase_id=bought.id, amount=5000, returned_at=NOW, created_at=NOW)
    )
    event = {"external_id": "e1", "purchase_id": bought.id, "kind": "delay", "details": "метель"}
    session.execute(insert(OrderEvent).values(**event, occurred_at=NOW, created_at=NOW))
    invitation(session, bought)
    response = answer(session, who.id, 2, NOW)
    words = {"response_id": response, "question": "why", "kind": "text", "text": "Привезли поздно"}
    session.execute(insert(Answer).values(**words))
    chat = session.execute(insert(Conversation).values(
        external_id="c1", customer_id=who.id, channel="site", started_at=NOW, ended_at=NOW, created_at=NOW,
    ).returning(Conversation.id)).scalar_one()  # fmt: skip
    line = {"conversation_id": chat, "author": "customer", "sent_at": NOW, "text": "Где заказ?"}
    session.execute(insert(ConversationMessage), [{**line, "position": n} for n in range(3)])
    session.execute(
        insert(ConversationAnalysis).values(conversation_id=chat, state="done", created_at=NOW, ended_badly=True)
    )
    case(session, NOW, customer_id=who.id, priority="urgent")
    case(session, NOW - timedelta(days=60), customer_id=who.id, closed_at=NOW - timedelta(days=50))
    message = {
        "customer_id": who.id,
        "channel": "email",
        "language": "ru",
        "params": {},
        "send_at": NOW,
        "created_at": NOW,
    }
    session.execute(insert(Message).values(**message, idempotency_key="m1", kind="statement", state="failed"))
    decision = {"customer_id": who.id, "candidate_key": "d1", "step": "invitation", "details": {}}
    session.execute(insert(SendDecision).values(**decision, outcome="throttled", decided_at=NOW))
    award(session, who.id, review_grant(1000, NOW, is_held=False), "k1", NOW)
    session.execute(insert(LifecycleChange).values(customer_id=who.id, status="regular", at=NOW))
    act = {"customer_id": who.id, "channel": "any", "text_version": "3", "source": "site"}
    session.execute(insert(Consent).values(**act, purpose="advertising", is_given=True, at=NOW - timedelta(days=1)))
    session.execute(insert(Consent).values(**act, purpose="advertising", is_given=False, at=NOW))
    return who.id


def test_one_timeline_holds_everything_that_happened(session: Session, at_work: Callable[..., Browser]) -> None:
    with transaction():
        who = history(session)
    text = at_work("advocate").get(f"/customers/{who}").text
    for words in (
        "Purchase 77-2188.", "Обогреватель «Фьорд 2»", "Goods returned.", "the order is delayed; метель",
        "Invited to answer",
        "Answered the survey.", "Привезли поздно", "Chat, 3 messages.", "It ended badly.", "opened.", "put right",
        "Statement of points:", "failed", "asked too recently", "Points credited:", "+1,000, for an answer", "Status:",
        "withdrawn", "Gold", "Open case, urgent", "Nobody owns it.", "not asked", "Viber", "mean score, n = 1",
    ):  # fmt: skip
        assert words in text, words


def test_the_timeline_narrows_and_goes_on(session: Session, at_work: Callable[..., Browser]) -> None:
    with transaction():
        who = customer(session)
        for n in range(100):
            purchase(session, who, external_id=f"N-{n:03d}", purchased_at=NOW - timedelta(days=n))
        answer(session, who.id, 9, NOW)
    staff, seen = at_work("advocate"), []
    address: str | None = f"/customers/{who.id}?show=purchases"
    while address:
        text = staff.get(address).text
        seen += [part[:3] for part in text.split("Purchase N-")[1:]]
        following = text.split('rel="next" href="')[1:]
        address = following[0].split('"')[0].replace("&amp;", "&") if following else None
        assert "Answered the survey" not in text
    assert seen == [f"{n:03d}" for n in range(100)]


def test_reading_a_customer_is_audited(session: Session, at_work: Callable[..., Browser]) -> None:
    with transaction():
        who = customer(session).id
    at_work("agent").get(f"/customers/{who}")
    query = select(AuditEntry.user_id).where(AuditEntry.act == "read_customer", AuditEntry.object_id == who)
    assert session.scalars(query).one() is not None


def test_a_note_of_preferences_is_kept_escaped_and_audited(session: Session, at_work: Callable[..., Browser]) -> None:
    with transaction():
        who = customer(session).id
    staff = at_work("advocate")
    staff.get(f"/customers/{who}")
    assert staff.submit(f"/customers/{who}/preferences", preferences="  <i>только вечером</i> ").status_code == 303
    assert session.get(Customer, who, populate_existing=True).preferences == "<i>только вечером</i>"  # type: ignore[union-attr]
    text = staff.get(f"/customers/{who}").text
    assert "&lt;i&gt;только вечером&lt;/i&gt;" in text
    assert session.scalars(select(AuditEntry.act).where(AuditEntry.act == "change_preferences")).one()


def test_who_may_not_edit_sees_the_note_only(session: Session, at_work: Callable[..., Browser]) -> None:
    with transaction():
        who = customer(session, preferences="только вечером").id
    staff = at_work("agent")
    assert "<textarea" not in staff.get(f"/customers/{who}").text
    assert staff.submit(f"/customers/{who}/preferences", preferences="x").status_code == 403


def test_an_unknown_customer_is_not_found(at_work: Callable[..., Browser]) -> None:
    assert at_work("agent").get("/customers/999999").status_code == 404


def test_an_erased_customer_has_no_name(session: Session, at_work: Callable[..., Browser]) -> None:
    with transaction():
        who = customer(session, name=None, email=None, phone=None, erased_at=NOW).id
    assert "erased on request" in at_work("advocate").get(f"/customers/{who}").text
