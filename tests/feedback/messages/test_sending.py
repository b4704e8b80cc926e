"""From the outbox to the mail server: what is sent, tried again, given up, and what stays uncertain."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.consents import ConsentAct, record_consents
from feedback.customers.models import Customer
from feedback.db import transaction
from feedback.errors import Conflict, Invalid
from feedback.messages.handover import HANDOVER_LEASE
from feedback.messages.models import Message, MessageKind, MessageState, SendDecision, Suppression
from feedback.messages.outbox import queue_message
from feedback.messages.policy import SuppressionReason
from feedback.messages.resending import send_again
from feedback.messages.sending import MAX_ATTEMPTS, next_try, send_due
from feedback.messages.suppression import suppress
from feedback.staff.company import change_company
from tests.builders import NOW, customer
from tests.feedback.messages.smtp_sink import DROP, TAKE_AND_DROP, SmtpSink

NIGHT = NOW.replace(hour=19)  # 22:00 in Moscow


def queue(to: Customer, session: Session, key: str = "", **values: Any) -> int:
    given: dict[str, Any] = {
        "key": key or f"k{to.id}", "kind": MessageKind.RECOVERY, "customer_id": to.id, "channel": "email",
        "address": to.email, "language": "ru", "send_at": NOW, "now": NOW, "subject": "Ваше обращение",
        "body": "Простите нас.",
    }  # fmt: skip
    message_id = queue_message(session, **(given | values))
    assert message_id is not None
    return message_id


def queued(count: int = 1, **values: Any) -> list[int]:
    with transaction() as session:
        return [queue(customer(session), session, **values) for _ in range(count)]


def row(session: Session, message_id: int) -> Message:
    found = session.get(Message, message_id, populate_existing=True)
    assert found is not None
    return found


def outcome(session: Session) -> str:
    return session.scalars(select(SendDecision.outcome)).one()


def test_it_works(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    [message_id] = queued()
    assert send_due(now=NOW, settings=mailing) == 1
    message = row(session, message_id)
    assert (message.state, message.transport, message.sent_at is not None) == (MessageState.SENT, "smtp", True)
    assert [str(mail["Message-ID"]) for mail in sink.received] == [message.message_id]
    assert outcome(session) == "sent"


def test_a_typed_letter_keeps_its_lines_and_its_signature(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    long = "Мы проверили склад и перевозчика, и оба подтвердили: посылка выедет завтра утром первым же рейсом."
    queued(body=f"Здравствуйте!\r\n\r\n{long}\r\n\r\nИнга Пашнева\r\nСеверный ветер")
    with transaction():
        change_company(session, {"signature": {"ru": "Ваш «Северный ветер»"}}, NOW)
    send_due(now=NOW, settings=mailing)
    text, html = (part.get_content() for part in sink.received[0].iter_parts())
    assert long in html
    assert "Инга Пашнева<br>Северный ветер" in html
    assert html.count("<br>Северный ветер") == 1
    assert "Ваш «Северный ветер»" not in text + html


def test_a_key_is_queued_once(session: Session) -> None:
    with transaction():
        someone = customer(session)
        queue(someone, session, key="case:1:hello")
        again = queue_message(
            session, key="case:1:hello", kind=MessageKind.RECOVERY, customer_id=someone.id, channel="email",
            address=someone.email, language="ru", send_at=NOW, now=NOW,
        )  # fmt: skip
    assert again is None


def test_an_unknown_channel_is_refused(session: Session) -> None:
    with pytest.raises(Invalid), transaction():
        queue(customer(session), session, channel="pigeon")


def test_a_batch_goes_over_one_connection(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    queued(25)
    assert send_due(now=NOW, settings=mailing) == 25
    assert sink.connections == 1
    assert set(sink.copies.values()) == {1}


def test_nothing_is_sent_before_its_time_or_over_the_limit(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    queued(3)
    queued(1, send_at=NOW + timedelta(hours=1))
    assert send_due(now=NOW, settings=mailing, limit=2) == 2
    assert send_due(now=NOW, settings=mailing) == 1
    assert len(sink.received) == 3


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
def test_a_4xx_is_tried_again_later(session: Session, mailing: Settings, sink: SmtpSink, phase: str) -> None:
    [message_id] = queued()
    getattr(sink, phase).append("451 4.3.0 Try later")
    assert send_due(now=NOW, settings=mailing) == 0
    message = row(session, message_id)
    assert (message.state, message.attempts) == (MessageState.QUEUED, 1)
    assert "451" in (message.failure or "")
    assert NOW < message.send_at <= NOW + timedelta(minutes=2)
    assert send_due(now=NOW + timedelta(minutes=2), settings=mailing) == 1
    assert row(session, message_id).state == MessageState.SENT
    assert list(sink.copies.values()) == [1]


def test_tries_come_ever_later_and_end() -> None:
    waits = [next_try(n, NOW) for n in range(1, MAX_ATTEMPTS)]
    gaps = [wait - NOW for wait in waits if wait is not None]
    assert gaps == sorted(gaps)
    assert len(gaps) == MAX_ATTEMPTS - 1
    assert next_try(MAX_ATTEMPTS, NOW) is None


def test_after_the_last_try_a_message_failed(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    [message_id] = queued()
    sink.rcpt.extend(["450 busy"] * MAX_ATTEMPTS)
    for day in range(MAX_ATTEMPTS):
        send_due(now=NOW + timedelta(days=day), settings=mailing)
    assert row(session, message_id).state == MessageState.FAILED
    assert outcome(session) == "failed"
    assert session.scalars(select(Suppression)).all() == []


@pytest.mark.parametrize(("phase", "reply"), [("rcpt", "550 5.1.1 No such user"), ("data", "550 no such user")])
def test_a_dead_address_is_never_written_to_again(
    session: Session, mailing: Settings, sink: SmtpSink, phase: str, reply: str
) -> None:
    with transaction():
        someone = customer(session, email="Anna@Gone.example")
        message_id = queue(someone, session, key="first")
    getattr(sink, phase).append(reply)
    send_due(now=NOW, settings=mailing)
    assert row(session, message_id).state == MessageState.FAILED
    assert outcome(session) == "bounced"
    listed = session.scalars(select(Suppression)).one()
    assert listed.reason == SuppressionReason.BOUNCED
    assert "gone" not in listed.address_hash
    with transaction():
        second = queue(someone, session, key="second", address="anna@gone.example")
    send_due(now=NOW, settings=mailing)
    assert row(session, second).state == MessageState.FAILED
    assert sink.received == []


@pytest.mark.parametrize(
    "reply", ["554 5.7.1 Message rejected as spam", "550 5.7.1 Blocked by policy", "552 5.2.2 Mailbox full"]
)
def test_a_refusal_that_is_not_about_the_address_suppresses_nobody(
    session: Session, mailing: Settings, sink: SmtpSink, reply: str
) -> None:
    [message_id] = queued()
    sink.rcpt.append(reply)
    send_due(now=NOW, settings=mailing)
    assert row(session, message_id).state == MessageState.FAILED
    assert session.scalars(select(Suppression)).all() == []


@pytest.mark.parametrize(("phase", "reply"), [("mail", "550 5.7.1 Sender refused"), ("rcpt", "530 5.7.0 Log in first")])
def test_when_the_server_refuses_us_nothing_is_lost(
    session: Session, mailing: Settings, sink: SmtpSink, phase: str, reply: str
) -> None:
    ids = queued(3)
    getattr(sink, phase).append(reply)
    assert send_due(now=NOW, settings=mailing) == 0
    messages = [row(session, i) for i in ids]
    assert {(m.state, m.attempts, m.lease_key) for m in messages} == {(MessageState.QUEUED, 0, None)}
    assert session.scalars(select(Suppression)).all() == []
    assert send_due(now=NOW, settings=mailing) == 3


def test_when_no_server_listens_nothing_is_lost(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    [message_id] = queued()
    nowhere = mailing.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"})
    assert send_due(now=NOW, settings=nowhere) == 0
    message = row(session, message_id)
    assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
    assert "cannot be used" in (message.failure or "")
    assert send_due(now=NOW, settings=mailing) == 1


def test_a_connection_lost_before_the_letter_is_tried_again(
    session: Session, mailing: Settings, sink: SmtpSink
) -> None:
    ids = queued(2)
    sink.rcpt.append(DROP)
    send_due(now=NOW, settings=mailing)
    send_due(now=NOW + timedelta(minutes=5), settings=mailing)
    assert {row(session, i).state for i in ids} == {MessageState.SENT}
    assert sorted(sink.copies.values()) == [1, 1]


@pytest.mark.parametrize(("reply", "copies"), [(TAKE_AND_DROP, 1), (DROP, 0)])
def test_a_letter_without_an_answer_is_uncertain_and_never_sent_again_by_itself(
    session: Session, mailing: Settings, sink: SmtpSink, reply: str, copies: int
) -> None:
    [message_id] = queued()
    sink.data.append(reply)
    send_due(now=NOW, settings=mailing)
    send_due(now=NOW + timedelta(days=3), settings=mailing)
    message = row(session, message_id)
    assert (message.state, len(sink.received)) == (MessageState.UNCERTAIN, copies)
    assert outcome(session) == "uncertain"


def test_a_person_may_send_an_uncertain_message_again_under_its_name(
    session: Session, mailing: Settings, sink: SmtpSink
) -> None:
    [message_id] = queued()
    sink.data.append(TAKE_AND_DROP)
    send_due(now=NOW, settings=mailing)
    with transaction():
        send_again(session, message_id, NOW)
    send_due(now=NOW, settings=mailing)
    assert list(sink.copies.values()) == [2]
    assert outcome(session) == "sent"
    with pytest.raises(Conflict), transaction():
        send_again(session, message_id, NOW)


def die_while_handing_over(session: Session, message_id: int, transport: str) -> None:
    with transaction():
        session.execute(
            update(Message)
            .where(Message.id == message_id)
            .values(
                state=MessageState.HANDING_OVER, handed_over_at=NOW, lease_key="dead", transport=transport, attempts=1,
                message_id=f"<{message_id}@dead.example>", lease_until=NOW + HANDOVER_LEASE,
            )
        )  # fmt: skip


def test_a_hand_over_cut_short_becomes_uncertain_when_its_lease_ends(
    session: Session, mailing: Settings, sink: SmtpSink
) -> None:
    [message_id] = queued()
    die_while_handing_over(session, message_id, "smtp")
    send_due(now=NOW + HANDOVER_LEASE / 2, settings=mailing)
    assert row(session, message_id).state == MessageState.HANDING_OVER
    send_due(now=NOW + HANDOVER_LEASE, settings=mailing)
    assert row(session, message_id).state == MessageState.UNCERTAIN
    assert outcome(session) == "uncertain"
    assert sink.received == []


def test_a_file_that_was_cut_short_is_simply_written_again(session: Session, settings: Settings) -> None:
    [message_id] = queued()
    send_due(now=NOW, settings=settings)
    [first] = settings.outbox.iterdir()
    content = first.read_bytes()
    with transaction():
        session.execute(
            update(Message).values(state=MessageState.HANDING_OVER, lease_until=NOW, lease_key="dead", attempts=1)
        )
    assert send_due(now=NOW + HANDOVER_LEASE, settings=settings) == 1
    assert row(session, message_id).state == MessageState.SENT
    assert [f.name for f in settings.outbox.iterdir()] == [first.name]
    assert first.read_bytes().partition(b"Message-ID")[2] == content.partition(b"Message-ID")[2]


def test_quiet_hours_wait_and_are_not_a_try(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    [message_id] = queued()
    assert send_due(now=NIGHT, settings=mailing) == 0
    message = row(session, message_id)
    assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
    assert message.send_at == NOW.replace(day=12, hour=6)
    assert outcome(session) == "quiet_hours"
    assert send_due(now=message.send_at, settings=mailing) == 1
    assert outcome(session) == "sent"


def test_consent_revoked_after_queueing_stops_a_message(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    with transaction():
        someone = customer(session)
        message_id = queue(someone, session)
        record_consents(session, [ConsentAct(someone.id, "processing", False, NOW)])
    send_due(now=NOW, settings=mailing)
    assert (row(session, message_id).state, outcome(session)) == (MessageState.STOPPED, "no_consent")
    assert sink.received == []


def test_suppression_after_queueing_stops_a_message(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    with transaction():
        someone = customer(session)
        message_id = queue(someone, session)
        suppress(session, "email", someone.email or "", SuppressionReason.COMPLAINT, NOW, source="provider")
    send_due(now=NOW, settings=mailing)
    assert (row(session, message_id).state, outcome(session)) == (MessageState.STOPPED, "suppressed")


def test_a_letter_that_cannot_be_written_holds_nobody_up(
    session: Session, mailing: Settings, sink: SmtpSink, caplog: pytest.LogCaptureFixture
) -> None:
    [broken] = queued(1, kind=MessageKind.RECOVERY, body=None)
    [fine] = queued(1)
    assert send_due(now=NOW, settings=mailing) == 1
    assert row(session, fine).state == MessageState.SENT
    assert (row(session, broken).state, row(session, broken).attempts) == (MessageState.QUEUED, 1)
    assert "shop.example" not in caplog.text


def test_an_address_that_is_none_is_a_dead_one(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    [message_id] = queued(1, address="anna@shop.example\r\nBcc: all@shop.example")
    send_due(now=NOW, settings=mailing)
    assert row(session, message_id).state == MessageState.FAILED
    assert sink.received == []


def test_a_process_told_to_stop_takes_no_new_batch(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    queued(15)
    asked: list[int] = []
    assert send_due(now=NOW, settings=mailing, is_stopping=lambda: bool(asked.append(1)) or len(asked) > 1) == 10
    assert send_due(now=NOW, settings=mailing) == 5


def test_message_ids_are_stable_and_of_our_host(
    session: Session, mailing: Settings, sink: SmtpSink, app_factory: Callable[..., Flask]
) -> None:
    [message_id] = queued()
    sink.data.append("451 later")
    send_due(now=NOW, settings=mailing)
    name = row(session, message_id).message_id
    send_due(now=NOW + timedelta(minutes=2), settings=mailing.model_copy(update={"base_url": "https://other.example"}))
    assert (name or "").endswith("@feedback.example>")
    assert [str(mail["Message-ID"]) for mail in sink.received] == [name]
