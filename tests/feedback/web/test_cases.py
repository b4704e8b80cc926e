import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.conversations.models import Conversation, ConversationAnalysis, ConversationMessage
from feedback.customers.models import OrderEvent
from feedback.messages.models import Message
from feedback.recovery.models import Case, CaseEvent, Cause, Signal
from feedback.staff.models import AuditEntry, User
from surveys.responses.given import GivenAnswer, Submission
from surveys.responses.models import Answer, AnswerAnalysis, Photo
from surveys.responses.submit import submit_response
from tests import builders
from tests.builders import NOW
from tests.feedback.web.browser import Browser

AtWork = Callable[..., Browser]
TEXT = "Насос хороший. Но привезли на девять дней позже. <b>Жаль</b>"
DECIDED = "Но привезли на девять дней позже."


@pytest.fixture
def case(session: Session) -> Case:
    """A case that a score and an unhappy text opened, with a chat and an order event around it."""
    customer = builders.customer(session, name="Марина Ершова", preferences="звонить после 18:00", phone="+79990000001")
    bought = builders.purchase(session, customer, external_id="77-2041", branch_id=builders.branch(session).id)
    invited = builders.invitation(session, bought)
    answers = (
        GivenAnswer("score", "nps", number=2),
        GivenAnswer("why", "text", text=TEXT),
        GivenAnswer("aspects", "matrix", item="delivery", number=1),
    )
    submitted = submit_response(session, invited.id, Submission(answers, "ru", True), NOW)
    assert submitted.case_id is not None
    _analyse(session, submitted.response_id)
    session.add(OrderEvent(external_id="e", purchase_id=bought.id, kind="delay", occurred_at=NOW, created_at=NOW))
    _chat(session, customer.id, bought.id)
    session.commit()
    return session.get_one(Case, submitted.case_id)


def _analyse(session: Session, response_id: int) -> None:
    answer = session.scalars(select(Answer).where(Answer.response_id == response_id, Answer.kind == "text")).one()
    analysis = session.scalar(select(AnswerAnalysis).where(AnswerAnalysis.answer_id == answer.id))
    if analysis is None:
        analysis = AnswerAnalysis(answer_id=answer.id, response_id=response_id, created_at=NOW)
        session.add(analysis)
    start = TEXT.index(DECIDED)
    analysis.state, analysis.sentiment, analysis.language = "done", "negative", "ru"
    analysis.negative, analysis.neutral, analysis.positive = 0.94, 0.04, 0.02
    analysis.deciding_start, analysis.deciding_end = start, start + len(DECIDED)
    analysis.aspects, analysis.flags = {"delivery": "negative", "quality": "positive"}, ["churn_intent"]
    session.flush()


def _chat(session: Session, customer_id: int, purchase_id: int) -> None:
    chat = Conversation(
        external_id="chat", customer_id=customer_id, purchase_id=purchase_id, channel="site", started_at=NOW,
        ended_at=NOW, created_at=NOW,
    )  # fmt: skip
    session.add(chat)
    session.flush()
    session.add(
        ConversationMessage(conversation_id=chat.id, position=0, author="customer", sent_at=NOW, text="Где мой заказ?")
    )
    session.add(
        ConversationAnalysis(
            conversation_id=chat.id, state="done", created_at=NOW, sentiment="negative", negative=0.9, language="ru",
            mood_start="neutral", mood_worst="negative", mood_end="negative", ended_badly=True, deciding_position=0,
        )
    )  # fmt: skip


def fresh(session: Session, case: Case) -> Case:
    session.commit()
    return session.get_one(Case, case.id, populate_existing=True)


def test_the_page_tells_the_whole_story(at_work: AtWork, case: Case) -> None:
    page = at_work().get(f"/cases/{case.id}").text
    for words in (
        "Марина Ершова", "score 2 of 10", "77-2041", "Chat, 1 message.", "It ended badly.", "Где мой заказ?",
        "the order is delayed", "звонить после 18:00", "Delivery: bad", "Quality: good", "Means to leave", "0.94",
    ):  # fmt: skip
        assert words in page, words


def test_the_sentence_that_decided_is_marked_and_words_of_customers_are_escaped(at_work: AtWork, case: Case) -> None:
    page = at_work().get(f"/cases/{case.id}").text
    assert f"<mark>{DECIDED}</mark>" in page
    assert "&lt;b&gt;Жаль&lt;/b&gt;" in page
    assert "<b>Жаль</b>" not in page


def test_every_moment_has_its_exact_time_and_zone(at_work: AtWork, case: Case) -> None:
    page = at_work().get(f"/cases/{case.id}").text
    moments = re.findall(r"<time[^>]*>", page)
    assert moments
    assert all("title=" in moment or "datetime=" not in moment for moment in moments)
    assert "11.03.2026, 13:00 (Moscow)" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", ("Почему здесь:", "оценка 2 из 10", "Закрыть дело", "Перевозчик сорвал срок", "Написать клиенту")),
        ("bg", ("Защо е тук:", "оценка 2 от 10", "Приключване на случая", "Превозвачът закъсня", "Писмо до клиента")),
        ("en", ("Why here:", "score 2 of 10", "Close the case", "The carrier was late", "Write to the customer")),
    ],
)
def test_the_page_speaks_three_languages(at_work: AtWork, case: Case, language: str, words: tuple[str, ...]) -> None:
    page = at_work(language=language).get(f"/cases/{case.id}").text
    assert f'<html lang="{language}">' in page
    for word in words:
        assert word in page


def test_the_letter_begins_in_the_customers_language(at_work: AtWork, case: Case) -> None:
    page = at_work(language="en").get(f"/cases/{case.id}").text
    assert "Здравствуйте, Марина Ершова!" in page
    assert "О вашем заказе 77-2041" in page


def test_reading_a_case_is_audited_once_a_view(at_work: AtWork, case: Case, session: Session) -> None:
    browser = at_work()
    for address in (f"/cases/{case.id}", f"/queue?case={case.id}", "/queue"):
        browser.get(address)
    session.commit()
    entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "read_case")).all()
    assert [(e.object_kind, e.object_id, e.details) for e in entries] == [
        ("case", case.id, {"customer_id": case.customer_id})
    ] * 2


def test_claim_write_and_close_the_whole_way(at_work: AtWork, case: Case, session: Session) -> None:
    browser = at_work()
    browser.get(f"/cases/{case.id}")
    assert browser.submit(f"/cases/{case.id}/claim").location == f"/cases/{case.id}"
    assert "The case is yours." in browser.get(f"/cases/{case.id}").text
    letter = {"subject": "О доставке", "body": "Простите нас", "language": "ru", "nonce": browser.nonce()}
    browser.submit(f"/cases/{case.id}/message", then="wait", **letter)
    assert "The clocks are paused: we wait for the customer." in browser.get(f"/cases/{case.id}").text
    browser.submit(f"/cases/{case.id}/resume")
    cause = session.scalars(select(Cause.id).where(Cause.code == "delivery.carrier_late")).one()
    browser.get(f"/cases/{case.id}")
    browser.submit(f"/cases/{case.id}/close", cause=cause, action="Доставили и извинились", outcome="recovered")
    page = browser.get(f"/cases/{case.id}").text
    assert "Case closed" in page
    assert "Put right." in page
    assert fresh(session, case).outcome == "recovered"
    browser.submit(f"/cases/{case.id}/reopen")
    assert fresh(session, case).closed_at is None


def test_a_double_click_writes_one_letter(at_work: AtWork, case: Case, session: Session) -> None:
    browser = at_work()
    browser.get(f"/cases/{case.id}")
    letter = {"subject": "О доставке", "body": "Простите нас", "language": "ru", "nonce": browser.nonce()}
    for _ in range(2):
        assert browser.submit(f"/cases/{case.id}/message", **letter).status_code == 303
    session.commit()
    assert session.scalar(select(func.count(Message.id)).where(Message.case_id == case.id)) == 1
    assert "it is not sent twice" in browser.get(f"/cases/{case.id}").text


def test_a_refused_act_keeps_what_was_typed(at_work: AtWork, case: Case, session: Session) -> None:
    browser = at_work()
    browser.get(f"/cases/{case.id}")
    refused = browser.submit(f"/cases/{case.id}/close", cause="", action="Долго писали <это>", outcome="recovered")
    assert refused.status_code == 422
    assert "Долго писали &lt;это&gt;" in refused.text
    assert "Choose the cause." in refused.text
    assert 'value="recovered" checked' in refused.text
    assert fresh(session, case).closed_at is None


def test_losing_the_race_for_a_case_says_who_has_it(
    at_work: AtWork, staff: Callable[..., User], case: Case, session: Session
) -> None:
    browser = at_work()
    browser.get(f"/cases/{case.id}")
    other = staff("agent", email="other@company.example", name="Артём")
    session.get_one(Case, case.id).owner_id = other.id
    session.commit()
    refused = browser.submit(f"/cases/{case.id}/claim")
    assert refused.status_code == 409
    assert "Артём has already claimed this case." in refused.text


@pytest.mark.parametrize(
    ("act", "fields", "line"),
    [
        ("note", {"note": "Не звонить утром"}, "Не звонить утром"),
        ("call", {"call": "Обещали скидку", "reached": "yes"}, "Spoke on the phone."),
        ("call", {"call": "Не взяли трубку", "reached": "no"}, "Called, no answer."),
        ("raise", {}, "The priority is raised"),
    ],
)
def test_each_act_stands_in_the_timeline(
    at_work: AtWork, case: Case, act: str, fields: dict[str, Any], line: str
) -> None:
    browser = at_work()
    browser.get(f"/cases/{case.id}")
    assert browser.submit(f"/cases/{case.id}/{act}", **fields).status_code == 303
    assert line in browser.get(f"/cases/{case.id}").text


def test_a_refused_note_leaves_the_prepared_letter_alone(at_work: AtWork, case: Case) -> None:
    browser = at_work()
    prepared = re.findall(r'name="subject"[^>]* value="([^"]+)"', browser.get(f"/cases/{case.id}").text)
    refused = browser.submit(f"/cases/{case.id}/note", note=" ")
    assert refused.status_code == 422
    assert prepared
    assert re.findall(r'name="subject"[^>]* value="([^"]+)"', refused.text) == prepared


def test_a_case_is_handed_over(at_work: AtWork, staff: Callable[..., User], case: Case, session: Session) -> None:
    to = staff("agent", email="artem@company.example", name="Артём")
    browser = at_work()
    browser.get(f"/cases/{case.id}")
    browser.submit(f"/cases/{case.id}/assign", to=to.id)
    assert fresh(session, case).owner_id == to.id
    assert "Assigned to Артём." in browser.get(f"/cases/{case.id}").text


def test_an_agent_works_own_and_free_cases_only(
    at_work: AtWork, staff: Callable[..., User], case: Case, session: Session
) -> None:
    session.get_one(Case, case.id).owner_id = staff("agent", email="other@company.example").id
    session.commit()
    browser = at_work("agent")
    page = browser.get(f"/cases/{case.id}").text
    assert "Write to the customer" not in page
    for act, fields in (("call", {"call": "x", "reached": "yes"}), ("assign", {"to": 1}), ("raise", {})):
        browser.get(f"/cases/{case.id}")
        assert browser.submit(f"/cases/{case.id}/{act}", **fields).status_code == 403


def test_photos_of_the_answer_are_shown_to_staff_only(
    app: Flask, at_work: AtWork, case: Case, session: Session, settings: Settings
) -> None:
    response_id = session.scalars(select(Signal.response_id).where(Signal.response_id.is_not(None))).first()
    Path(settings.uploads, "ab").mkdir(parents=True)
    Path(settings.uploads, "ab", "abc.jpg").write_bytes(b"jpeg")
    photo = Photo(
        response_id=response_id, path="ab/abc.jpg", sha256="a" * 64, width=8, height=4, size=4, created_at=NOW
    )
    session.add(photo)
    stranger = builders.case(session)
    session.commit()
    address = f"/cases/{case.id}/photos/{photo.id}"
    browser = at_work()
    assert address in browser.get(f"/cases/{case.id}").text
    assert browser.get(address).data == b"jpeg"
    assert browser.get(f"/cases/{stranger.id}/photos/{photo.id}").status_code == 404
    assert Browser(app).get(address).status_code == 303


def test_a_case_that_does_not_exist_is_not_found(at_work: AtWork) -> None:
    assert at_work().get("/cases/404").status_code == 404


def test_a_late_deadline_says_by_how_much(at_work: AtWork, case: Case) -> None:
    with time_machine.travel(case.first_contact_due_at + timedelta(minutes=42), tick=False):
        browser = at_work()
        assert "Overdue by 42 min" in browser.get("/queue").text
        assert "Overdue by 42 min" in browser.get(f"/cases/{case.id}").text


def test_the_number_of_queries_does_not_grow_with_the_timeline(at_work: AtWork, case: Case, session: Session) -> None:
    for n in range(30):
        session.add(CaseEvent(case_id=case.id, kind="note", at=NOW, body=f"Заметка {n}", facts={}))
    session.commit()
    assert at_work().get(f"/cases/{case.id}").text.count("Заметка") == 30
