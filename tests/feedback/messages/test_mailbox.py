"""The outbox folder read as a mailbox."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db import transaction
from feedback.errors import NotFound
from feedback.messages.mailbox import count_mail, list_mail, read_mail
from feedback.messages.models import MessageKind
from feedback.messages.outbox import queue_message
from feedback.messages.sending import send_due
from tests.builders import NOW, customer


@pytest.fixture
def outbox(session: Session, settings: Settings) -> Path:
    with transaction():
        for number in range(3):
            someone = customer(session, name=f"Анна {number}", email=f"anna{number}@shop.example")
            queue_message(
                session, key=f"k{number}", kind=MessageKind.RECOVERY, customer_id=someone.id, channel="email",
                address=someone.email, language="ru", send_at=NOW, now=NOW, subject=f"Письмо {number}",
                body="Здравствуйте!",
            )  # fmt: skip
    send_due(now=NOW, settings=settings)
    return settings.outbox


def test_the_newest_letters_come_first(outbox: Path) -> None:
    assert count_mail(outbox) == 3
    assert [mail.subject for mail in list_mail(outbox, limit=2)] == ["Письмо 2", "Письмо 1"]
    assert [mail.subject for mail in list_mail(outbox, limit=2, offset=2)] == ["Письмо 0"]


def test_a_letter_is_read_with_its_links(outbox: Path) -> None:
    [head] = list_mail(outbox, limit=1)
    mail = read_mail(outbox, head.name)
    assert (mail.head.to_name, mail.head.to_address) == ("Анна 2", "anna2@shop.example")
    assert mail.head.language == "ru"
    assert mail.head.at is not None
    assert abs((mail.head.at - NOW).total_seconds()) < 60
    assert "Здравствуйте!" in mail.text
    assert mail.html is not None
    assert "Здравствуйте!" in mail.html
    assert len([link for link in mail.links if link.startswith("http://localhost/m/")]) == 1


def test_a_long_name_and_subject_are_read_whole(session: Session, settings: Settings) -> None:
    name, subject = "Ольга Николаевна Шишкарёва", "Ваш заказ задержался, и это наша вина"
    with transaction():
        someone = customer(session, name=name, email="olga@shop.example")
        queue_message(
            session, key="k", kind=MessageKind.RECOVERY, customer_id=someone.id, channel="email",
            address=someone.email, language="ru", send_at=NOW, now=NOW, subject=subject, body="Здравствуйте!",
        )  # fmt: skip
    send_due(now=NOW, settings=settings)
    [head] = list_mail(settings.outbox)
    assert (head.subject, head.to_name, head.to_address) == (subject, name, "olga@shop.example")


@pytest.mark.parametrize("name", ["../../secret_key", "..", "0000000099.1.eml", "a/b.eml", ""])
def test_nothing_else_can_be_read(outbox: Path, name: str) -> None:
    with pytest.raises(NotFound):
        read_mail(outbox, name)


def test_a_folder_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    assert list_mail(tmp_path / "none") == []
    assert count_mail(tmp_path / "none") == 0
