"""What customers read: the bodies of all letters in three languages, compared with saved ones.

After a wanted change run with FEEDBACK_SAVE_LETTERS=1 and read the difference.
"""

import os
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.models import PurchaseItem
from feedback.db import transaction
from feedback.messages.kinds import Letter, Outgoing, Sender
from feedback.messages.models import MessageKind
from feedback.messages.rendering import write_letters
from feedback.staff.company import Company
from tests.builders import customer, invitation, purchase

SAVED = Path(__file__).parent / "letters"
COMPANY = Company(
    names={"ru": "Северный ветер", "bg": "Северен вятър", "en": "North Wind"},
    signature={
        "ru": "Мария Лаврова\nзабота о покупателях",
        "bg": "Мария Лаврова\nгрижа за клиентите",
        "en": "Maria Lavrova\ncustomer care",
    },
    address={"ru": "119000, Москва, Северная улица, 1", "bg": "1000 София, ул. Северна 1", "en": "1 North Street"},
)
SENDER = Sender(COMPANY, "https://feedback.example", "s" * 64)
GOODS = {
    "ru": ("Палатка «Хибины 3»", "Спальный мешок «Печора»", "Термос", "Коврик"),
    "bg": ("Палатка „Мусала 2“", "Спален чувал „Рила“", "Термос", "Постелка"),
    "en": ("“Khibiny 2” tent", "“Pechora” sleeping bag", "Flask", "Mat"),
}
TYPED = "Здравствуйте!\n\nНам жаль, что палатка пришла с дырой.\nЗамена уже в пути: <b>СДЭК</b> & «Почта».\n"


def letter_of(
    session: Session, kind: MessageKind, language: str, goods: Sequence[str] = (), name: str | None = "Анна & <Ко>"
) -> Letter:
    with transaction():
        someone = customer(session, name=name, language=language, link_nonce="fixed")
        bought = purchase(session, someone, external_id="48213")
        for position, item in enumerate(goods):
            price = 1000 - position
            session.add(PurchaseItem(purchase_id=bought.id, name=item, price=price, quantity=2 if position == 1 else 1))
        asked = invitation(session, bought, nonce="fixed")
    typed = kind == MessageKind.RECOVERY
    message = Outgoing(
        id=1, key="k", kind=kind, channel="email", customer_id=someone.id, invitation_id=asked.id, case_id=None,
        address="anna@shop.example", language=language, subject="Ваша палатка" if typed else None,
        body=TYPED if typed else None, params={}, message_id="<1@feedback.example>", attempts=1, name=name,
        timezone="Europe/Moscow", link_nonce="fixed",
    )  # fmt: skip
    return write_letters(session, [message], SENDER)[1]


@pytest.mark.parametrize("language", ["ru", "bg", "en"])
@pytest.mark.parametrize(
    "kind",
    [
        MessageKind.INVITATION,
        MessageKind.REMINDER,
        MessageKind.RECOVERY_CHECK,
        MessageKind.RECOVERY,
        MessageKind.ACCESS_LINK,
    ],
)
def test_letters_read_as_saved(session: Session, kind: MessageKind, language: str) -> None:
    letter = letter_of(session, kind, language, GOODS[language])
    assert letter.html is not None
    compare(f"{kind}.{language}.txt", f"Subject: {letter.subject}\n\n{letter.text}")
    compare(f"{kind}.{language}.html", letter.html)


def compare(name: str, text: str) -> None:
    path = SAVED / name
    if os.environ.get("FEEDBACK_SAVE_LETTERS"):
        path.write_text(text)
    assert text == path.read_text()


class Page(HTMLParser):
    """Links and visible words of a letter."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("language", ["ru", "bg", "en"])
def test_an_invitation_has_a_button_for_each_score_and_one_page(session: Session, language: str) -> None:
    letter = letter_of(session, MessageKind.INVITATION, language)
    links = Page(letter.html or "").links
    [page] = {link.partition("?")[0] for link in links if "/s/" in link}
    assert [link for link in links if "?score=" in link] == [f"{page}?score={n}" for n in range(11)]
    assert page in letter.text
    assert letter.unsubscribe_url == page.replace("/s/", "/u/")
    assert letter.unsubscribe_url in links
    assert letter.unsubscribe_url in letter.text


@pytest.mark.parametrize("language", ["ru", "bg", "en"])
@pytest.mark.parametrize("kind", [MessageKind.INVITATION, MessageKind.REMINDER])
def test_invitations_name_no_points_and_make_no_offers(session: Session, kind: MessageKind, language: str) -> None:
    letter = letter_of(session, kind, language, GOODS[language])
    words = f"{letter.subject} {letter.text} {Page(letter.html or '').words}".casefold()
    assert not re.search(r"балл|точк|point|бонус|скидк|отстъп|discount|приз|наград|prize|reward", words)


@pytest.mark.parametrize("kind", list(MessageKind)[:2])
def test_without_goods_and_name_a_letter_still_reads_well(
    session: Session, settings: Settings, kind: MessageKind
) -> None:
    letter = letter_of(session, kind, "ru", name=None)
    assert letter.text.startswith("Здравствуйте!\n")
    assert "как прошла ваша покупка?" in letter.subject.casefold()
    assert "None" not in letter.text + (letter.html or "")


@pytest.mark.parametrize("kind", [MessageKind.INVITATION, MessageKind.REMINDER, MessageKind.ACCESS_LINK])
def test_names_cannot_bring_markup_into_a_letter(session: Session, kind: MessageKind) -> None:
    letter = letter_of(session, kind, "en", ["<img src=x>"], name="<script>alert(1)</script>")
    assert "<script>" not in (letter.html or "")
    assert "<img" not in (letter.html or "")
    assert "Hello <script>alert(1)</script>," in letter.text


def test_what_people_typed_stays_text(session: Session) -> None:
    html = letter_of(session, MessageKind.RECOVERY, "ru").html or ""
    assert "&lt;b&gt;СДЭК&lt;/b&gt; &amp; «Почта»" in html
    assert "<b>" not in html


def test_long_names_of_goods_are_cut(session: Session) -> None:
    letter = letter_of(session, MessageKind.INVITATION, "en", ["Tent " * 39])
    assert len(letter.subject) < 90
