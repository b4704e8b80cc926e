from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.errors import Conflict, Forbidden, Invalid
from feedback.messages.models import Message, MessageKind
from feedback.recovery.acting import Worker
from feedback.recovery.contact import Letter, log_call, resume, send_message, wait_for_customer
from feedback.recovery.models import Case, CaseEvent
from feedback.staff.models import AuditEntry
from tests import builders
from tests.builders import NOW

LETTER = Letter("За забавянето", "Здравейте! Съжаляваме.", "bg", "nonce-1")


@pytest.fixture
def me(session: Session) -> Worker:
    return Worker(builders.staff(session, "agent").id, frozenset({"agent"}))


def test_a_letter_goes_to_the_outbox_in_the_chosen_language(session: Session, me: Worker) -> None:
    customer = builders.customer(session, email="desi@mail.example", language="bg")
    case = builders.case(session, builders.purchase(session, customer))
    assert send_message(session, case.id, LETTER, me, NOW, then_wait=False)
    message = session.scalars(select(Message)).one()
    assert (message.kind, message.case_id, message.address) == (MessageKind.RECOVERY, case.id, "desi@mail.example")
    assert (message.language, message.subject, message.body) == ("bg", LETTER.subject, LETTER.body)


def test_a_letter_is_contact_and_claims_the_case(session: Session, me: Worker) -> None:
    case = builders.case(session, priority="urgent")
    send_message(session, case.id, LETTER, me, NOW, then_wait=False)
    worked = session.get_one(Case, case.id)
    assert (worked.owner_id, worked.first_contacted_at) == (me.id, NOW)
    assert worked.next_answer_due_at == worked.next_due_at == NOW + timedelta(hours=4)


def test_a_letter_that_waits_pauses_the_clocks(session: Session, me: Worker) -> None:
    case = builders.case(session)
    send_message(session, case.id, LETTER, me, NOW, then_wait=True)
    assert (session.get_one(Case, case.id).waiting_since, session.get_one(Case, case.id).next_due_at) == (NOW, None)


def test_the_same_form_sent_twice_writes_once(session: Session, me: Worker) -> None:
    case = builders.case(session)
    assert send_message(session, case.id, LETTER, me, NOW, then_wait=False)
    assert not send_message(session, case.id, LETTER, me, NOW + timedelta(seconds=1), then_wait=False)
    assert session.scalar(select(func.count(Message.id))) == 1
    kinds = session.scalars(select(CaseEvent.kind).order_by(CaseEvent.id)).all()
    assert kinds == ["claimed", "message"]


def test_the_audit_holds_no_word_of_the_letter(session: Session, me: Worker) -> None:
    send_message(session, builders.case(session).id, LETTER, me, NOW, then_wait=False)
    for entry in session.scalars(select(AuditEntry)):
        assert "Здравейте" not in str(entry.details)
        assert "забавянето" not in str(entry.details)


@pytest.mark.parametrize(
    ("letter", "field"),
    [
        (Letter("", "Текст", "ru", "n"), "subject"),
        (Letter("Тема", " ", "ru", "n"), "body"),
        (Letter("Тема", "Текст", "de", "n"), "language"),
    ],
)
def test_an_unfinished_letter_is_refused_by_its_field(session: Session, me: Worker, letter: Letter, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        send_message(session, builders.case(session).id, letter, me, NOW, then_wait=False)
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("values", [{"email": None}, {"erased_at": NOW}])
def test_a_customer_without_an_address_cannot_be_written_to(
    session: Session, me: Worker, values: dict[str, object]
) -> None:
    case = builders.case(session, builders.purchase(session, builders.customer(session, **values)))
    with pytest.raises(Invalid):
        send_message(session, case.id, LETTER, me, NOW, then_wait=False)


def test_somebody_elses_case_is_worked_by_a_lead_only(session: Session, me: Worker) -> None:
    case = builders.case(session, owner_id=builders.staff(session, "agent").id)
    with pytest.raises(Forbidden):
        log_call(session, case.id, "Обещали", me, NOW, was_reached=True)
    lead = Worker(builders.staff(session, "advocate").id, frozenset({"advocate"}), is_lead=True)
    log_call(session, case.id, "Обещали", lead, NOW, was_reached=True)
    assert session.get_one(Case, case.id).first_contacted_at == NOW


def test_a_call_without_an_answer_is_no_contact(session: Session, me: Worker) -> None:
    case = builders.case(session)
    log_call(session, case.id, "Не взяли трубку", me, NOW, was_reached=False)
    assert session.get_one(Case, case.id).first_contacted_at is None
    event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "call")).one()
    assert (event.facts, event.body) == ({"reached": False}, "Не взяли трубку")


def test_nobody_waits_for_an_answer_to_silence(session: Session, me: Worker) -> None:
    with pytest.raises(Conflict):
        wait_for_customer(session, builders.case(session).id, me, NOW)


def test_the_clocks_run_on_after_the_customers_answer(session: Session, me: Worker) -> None:
    case = builders.case(session, priority="urgent")
    log_call(session, case.id, "Перезвонит", me, NOW, was_reached=True)
    wait_for_customer(session, case.id, me, NOW + timedelta(hours=1))
    later = NOW + timedelta(days=1, hours=1)  # nine working hours, the length of a working day
    resume(session, case.id, me, later)
    running = session.get_one(Case, case.id)
    assert running.waiting_since is None
    assert running.next_due_at == running.next_answer_due_at == NOW + timedelta(days=1, hours=4)
