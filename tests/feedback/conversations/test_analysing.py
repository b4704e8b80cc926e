"""Chats are analysed like texts: stored with the course of the mood, routed where they ended badly."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.sentiment.loading import load_analyser
from feedback.conversations.analysing import analyse_chats
from feedback.conversations.models import Conversation, ConversationAnalysis, ConversationMessage
from feedback.customers.models import Customer
from feedback.db import transaction
from feedback.recovery.models import Case, Signal
from tests.builders import NOW, branch, customer, purchase
from tests.fakes import ScriptedAnalyser


def chat(session: Session, *lines: tuple[str, str], by: Customer | None = None, at_branch: int | None = None) -> int:
    by = by or customer(session)
    about = purchase(session, by, branch_id=at_branch)
    number = len(session.scalars(select(Conversation.id)).all())
    row = Conversation(
        external_id=f"chat-{number}",
        customer_id=by.id, purchase_id=about.id, channel="site", started_at=NOW, ended_at=NOW,
        created_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for position, (author, text) in enumerate(lines, start=1):
        at = NOW + timedelta(minutes=position)
        session.add(
            ConversationMessage(conversation_id=row.id, position=position, author=author, sent_at=at, text=text)
        )
    session.add(ConversationAnalysis(conversation_id=row.id, created_at=NOW))
    session.flush()
    return row.id


BAD = (
    ("bot", "Здравствуйте"),
    ("customer", "neutral где заказ"),
    ("staff", "Не знаю"),
    ("customer", "negative безобразие"),
)


def test_it_works(session: Session) -> None:
    with transaction():
        chat_id = chat(session, *BAD, at_branch=branch(session).id)
    assert analyse_chats(NOW, ScriptedAnalyser()) == 1
    result = session.scalars(select(ConversationAnalysis)).one()
    assert (result.state, result.sentiment, result.ended_badly) == ("done", "negative", True)
    assert (result.mood_start, result.mood_worst, result.mood_end) == ("neutral", "negative", "negative")
    assert (result.deciding_position, result.model_name, result.model_version) == (4, "scripted", "7")
    signal = session.scalars(select(Signal)).one()
    assert (signal.kind, signal.conversation_id, signal.quote) == ("negative_chat", chat_id, "negative безобразие")
    case = session.scalars(select(Case)).one()
    assert case.branch_id is not None
    assert case.purchase_id is not None


def test_analysing_again_changes_nothing(session: Session) -> None:
    with transaction():
        chat(session, *BAD)
    analyse_chats(NOW, ScriptedAnalyser())
    assert analyse_chats(NOW + timedelta(days=1), ScriptedAnalyser()) == 0
    assert len(session.scalars(select(Signal)).all()) == 1


def test_a_chat_that_ended_well_opens_nothing(session: Session) -> None:
    with transaction():
        chat(session, ("customer", "negative ужас"), ("staff", "Исправили"), ("customer", "positive спасибо"))
    analyse_chats(NOW, ScriptedAnalyser())
    assert session.scalars(select(Case)).all() == []


def test_staff_and_tests_are_not_routed(session: Session) -> None:
    with transaction():
        chat(session, *BAD, by=customer(session, is_staff=True))
        chat(session, *BAD, by=customer(session, is_test=True))
    assert analyse_chats(NOW, ScriptedAnalyser()) == 2
    assert session.scalars(select(Case)).all() == []


def test_a_poisonous_chat_does_not_block_the_others(session: Session) -> None:
    with transaction():
        chat(session, ("customer", "negative POISON"))
        chat(session, *BAD)
    analyse_chats(NOW, ScriptedAnalyser())
    session.rollback()
    assert session.scalars(select(ConversationAnalysis.state).order_by(ConversationAnalysis.id)).all() == [
        "waiting",
        "done",
    ]


def test_the_shipped_model(session: Session) -> None:
    with transaction():
        chat(
            session,
            ("customer", "Где мой заказ?"),
            ("staff", "Ждите"),
            ("customer", "Это ужасно, больше у вас не куплю!"),
        )
        chat(session, ("bot", "Здравствуйте"))
    assert analyse_chats(NOW, load_analyser()) == 2
    results = session.scalars(select(ConversationAnalysis).order_by(ConversationAnalysis.id)).all()
    assert [(r.state, r.ended_badly) for r in results] == [("done", True), ("done", False)]
    assert len(session.scalars(select(Case)).all()) == 1
