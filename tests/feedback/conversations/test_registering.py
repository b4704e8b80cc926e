from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.conversations.given import GivenChat, GivenMessage
from feedback.conversations.models import AnalysisState, Conversation, ConversationAnalysis, ConversationMessage
from feedback.conversations.registering import register_chat, register_chats
from feedback.customers.given import Fate
from feedback.customers.models import Customer
from feedback.customers.registering import register_purchase
from feedback.errors import Invalid
from tests.feedback.customers.given import NOW, SECRET, a_customer, a_purchase

ASKED = GivenMessage("customer", NOW - timedelta(hours=2), "Где мой заказ?")
ANSWERED = GivenMessage("staff", NOW - timedelta(hours=1), "Сейчас проверю.")


def a_chat(**values: Any) -> GivenChat:
    return replace(GivenChat("CH-1", "site", (ASKED, ANSWERED), customer=a_customer()), **values)


def test_a_chat_is_stored_in_order_and_waits_for_analysis(session: Session) -> None:
    taken = register_chat(session, a_chat(messages=(ANSWERED, ASKED)), NOW, SECRET)
    conversation = session.get(Conversation, taken.row_id)
    lines = session.scalars(select(ConversationMessage).order_by(ConversationMessage.position)).all()
    assert conversation is not None
    assert (conversation.started_at, conversation.ended_at) == (ASKED.sent_at, ANSWERED.sent_at)
    assert [(line.position, line.author, line.text) for line in lines] == [
        (0, "customer", "Где мой заказ?"),
        (1, "staff", "Сейчас проверю."),
    ]
    analysis = session.scalars(select(ConversationAnalysis)).one()
    assert (analysis.conversation_id, analysis.state) == (conversation.id, AnalysisState.WAITING)


def test_the_same_chat_again_changes_nothing(session: Session) -> None:
    first = register_chat(session, a_chat(), NOW, SECRET)
    again = register_chats(session, [a_chat(), a_chat()], NOW, SECRET)
    assert [(taken.fate, taken.row_id) for taken in again] == [(Fate.SEEN, first.row_id)] * 2
    assert len(session.scalars(select(ConversationMessage)).all()) == 2


def test_a_chat_named_twice_in_one_batch_is_stored_once(session: Session) -> None:
    assert [t.fate for t in register_chats(session, [a_chat(), a_chat()], NOW, SECRET)] == [Fate.NEW, Fate.SEEN]


def test_a_chat_about_a_purchase_belongs_to_its_buyer(session: Session) -> None:
    bought = register_purchase(session, a_purchase(), NOW, SECRET)
    taken = register_chat(session, a_chat(customer=None, purchase_external_id="P-1"), NOW, SECRET)
    conversation = session.get(Conversation, taken.row_id)
    assert conversation is not None
    assert (conversation.customer_id, conversation.purchase_id) == (bought.customer_id, bought.row_id)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"external_id": ""}, "external_id"),
    ({"channel": "x" * 41}, "channel"),
    ({"messages": ()}, "messages"),
    ({"messages": (replace(ASKED, author="robot"),)}, "messages.0.author"),
    ({"messages": (ASKED, replace(ASKED, text="\x00"))}, "messages.1.text"),
    ({"messages": (replace(ASKED, sent_at=NOW + timedelta(days=9)),)}, "messages.0.sent_at"),
    ({"messages": (replace(ASKED, sent_at=datetime(2026, 3, 1)), ANSWERED)}, "messages.0.sent_at"),  # noqa: DTZ001
    ({"customer": None}, "customer"),
    ({"customer": a_customer(email="?")}, "customer.email"),
    ({"purchase_external_id": "P-unknown"}, "purchase_external_id"),
]


def test_a_wrong_chat_is_refused_and_leaves_nothing(session: Session) -> None:
    for changes, field in WRONG:
        with pytest.raises(Invalid) as refused:
            register_chat(session, a_chat(**changes), NOW, SECRET)
        assert field in refused.value.errors
    assert not session.scalars(select(Conversation)).all()
    assert not session.scalars(select(Customer)).all()
