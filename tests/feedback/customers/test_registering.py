from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.customers.given import Fate, GivenConsent, GivenItem
from feedback.customers.models import (
    Branch,
    Consent,
    Customer,
    LifecycleChange,
    LifecycleStatus,
    Manager,
    Purchase,
    PurchaseItem,
)
from feedback.customers.registering import register_customers, register_purchase, register_purchases
from feedback.errors import Invalid
from feedback.secrets import hash_token, link_token
from tests.feedback.customers.given import NOW, SECRET, a_customer, a_purchase


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def only_customer(session: Session) -> Customer:
    session.expire_all()
    return session.scalars(select(Customer)).one()


def test_a_purchase_is_stored_with_customer_branch_manager_and_items(session: Session) -> None:
    items = (GivenItem("Зимняя шина", 400000, sku="T-1", category="шины", quantity=4, max_discount_percent=15),)
    taken = register_purchase(session, a_purchase(items=items, attributes={"канал": "сайт"}), NOW, SECRET)
    purchase = session.get(Purchase, taken.row_id)
    assert taken.fate == Fate.NEW
    assert purchase is not None
    assert (purchase.external_id, purchase.amount, purchase.currency) == ("P-1", 1290000, "RUB")
    assert purchase.attributes == {"канал": "сайт"}
    assert session.get(Branch, purchase.branch_id).name == "Парнас"
    manager = session.get(Manager, purchase.manager_id)
    assert (manager.name, manager.branch_id) == ("О. Рябинин", purchase.branch_id)
    item = session.scalars(select(PurchaseItem)).one()
    assert (item.sku, item.quantity, item.price, item.max_discount_percent) == ("T-1", 4, 400000, 15)


def test_the_customer_gets_normal_contacts_and_a_personal_link(session: Session) -> None:
    register_purchase(session, a_purchase(customer=a_customer(email=" Elena@Shop.Example ")), NOW, SECRET)
    customer = only_customer(session)
    assert (customer.email, customer.phone) == ("elena@shop.example", "+79123456789")
    assert customer.token_hash == hash_token(link_token(SECRET, "m", customer.link_nonce))


def test_a_buyer_becomes_a_customer_from_the_first_purchase_on(session: Session) -> None:
    first = NOW - timedelta(days=30)
    register_purchases(session, [a_purchase("P-2"), a_purchase("P-1", purchased_at=first)], NOW, SECRET)
    change = session.scalars(select(LifecycleChange)).one()
    assert only_customer(session).lifecycle_status == LifecycleStatus.CUSTOMER
    assert (change.status, change.at) == (LifecycleStatus.CUSTOMER, first)


def test_the_same_rows_again_change_nothing(session: Session) -> None:
    consents = (GivenConsent("processing", True, at=NOW - timedelta(days=8)),)
    rows = [a_purchase(f"P-{n}", customer=a_customer(consents=consents), items=(GivenItem("x", 1),)) for n in range(3)]
    register_purchases(session, rows, NOW, SECRET)
    before = [count(session, t) for t in (Customer, Purchase, PurchaseItem, Consent, Branch, Manager, LifecycleChange)]
    again = register_purchases(session, rows, NOW + timedelta(hours=1), SECRET)
    assert [taken.fate for taken in again] == [Fate.SEEN] * 3
    assert not any(taken.differs or taken.filled for taken in again)
    assert before == [
        count(session, t) for t in (Customer, Purchase, PurchaseItem, Consent, Branch, Manager, LifecycleChange)
    ]


def test_a_purchase_named_twice_in_one_batch_is_stored_once(session: Session) -> None:
    answers = register_purchases(session, [a_purchase(), a_purchase()], NOW, SECRET)
    assert [taken.fate for taken in answers] == [Fate.NEW, Fate.SEEN]
    assert count(session, Purchase) == 1


def test_a_later_import_fills_in_the_delivery_and_says_so(session: Session) -> None:
    register_purchase(session, a_purchase(delivered_at=None, branch=None, manager=None), NOW, SECRET)
    taken = register_purchase(session, a_purchase(), NOW, SECRET)
    purchase = session.scalars(select(Purchase).execution_options(populate_existing=True)).one()
    assert (taken.fate, taken.filled) == (Fate.UPDATED, ("delivered_at", "branch", "manager"))
    assert purchase.delivered_at == NOW - timedelta(days=4)
    assert purchase.branch_id is not None


def test_an_earlier_or_missing_delivery_does_not_take_back_the_known_one(session: Session) -> None:
    register_purchase(session, a_purchase(), NOW, SECRET)
    for delivered_at in (None, NOW - timedelta(days=5)):
        assert register_purchase(session, a_purchase(delivered_at=delivered_at), NOW, SECRET).fate == Fate.SEEN
    assert session.scalars(select(Purchase.delivered_at)).one() == NOW - timedelta(days=4)


def test_another_amount_of_a_known_purchase_is_told_but_not_taken_over(session: Session) -> None:
    register_purchase(session, a_purchase(), NOW, SECRET)
    taken = register_purchase(session, a_purchase(amount=1, currency="EUR"), NOW, SECRET)
    assert (taken.fate, taken.differs) == (Fate.SEEN, ("amount", "currency"))
    assert session.scalars(select(Purchase.amount)).one() == 1290000


@pytest.mark.parametrize(
    "who",
    [
        {"external_id": "C-1"},
        {"email": "ELENA@shop.example"},
        {"phone": "+7 (912) 345 67 89"},
        {"external_id": "C-1", "email": "new@shop.example"},
    ],
)
def test_the_same_person_is_found_by_id_mail_or_phone(session: Session, who: dict[str, str]) -> None:
    register_purchase(session, a_purchase(), NOW, SECRET)
    unknown = {"external_id": None, "email": None, "phone": None}
    taken = register_purchase(session, a_purchase("P-2", customer=a_customer(**(unknown | who))), NOW, SECRET)
    assert taken.customer_id == only_customer(session).id


def test_a_person_known_by_mail_alone_takes_the_external_id_that_comes_later(session: Session) -> None:
    register_purchase(session, a_purchase(customer=a_customer(external_id=None)), NOW, SECRET)
    register_purchase(session, a_purchase("P-2"), NOW, SECRET)
    assert only_customer(session).external_id == "C-1"


def test_two_external_ids_are_two_people_even_with_one_address(session: Session) -> None:
    register_purchases(session, [a_purchase(), a_purchase("P-2", customer=a_customer(external_id="C-2"))], NOW, SECRET)
    assert count(session, Customer) == 2


def test_newer_facts_replace_older_ones_and_older_ones_only_fill_gaps(session: Session) -> None:
    newer = a_purchase("P-2", purchased_at=NOW, delivered_at=None,
                       customer=a_customer(email="new@shop.example", phone=None, timezone="Europe/Sofia"))  # fmt: skip
    for rows in ([newer, a_purchase()], [a_purchase(), newer], [newer], [a_purchase()]):
        register_purchases(session, rows, NOW, SECRET)
        customer = only_customer(session)
        assert (customer.email, customer.phone, customer.timezone) == (
            "new@shop.example",
            "+79123456789",
            "Europe/Sofia",
        )


def test_what_is_not_said_erases_nothing(session: Session) -> None:
    register_purchase(session, a_purchase(customer=a_customer(birthday=date(1990, 2, 28))), NOW, SECRET)
    bare = a_customer(name=None, email=None, phone=None, language=None, timezone=None)
    assert register_purchase(session, a_purchase("P-2", customer=bare), NOW, SECRET).fate == Fate.NEW
    customer = only_customer(session)
    assert (customer.name, customer.birthday) == ("Елена Петрова", date(1990, 2, 28))


def test_an_erased_customer_stays_erased(session: Session) -> None:
    register_purchase(session, a_purchase(), NOW, SECRET)
    customer = only_customer(session)
    customer.name = customer.email = customer.phone = None
    customer.erased_at = NOW
    session.flush()
    register_purchase(session, a_purchase("P-2"), NOW, SECRET)
    customer = only_customer(session)
    assert (customer.name, customer.email, customer.phone) == (None, None, None)


def test_a_bulgarian_customers_national_number_is_read_as_bulgarian(session: Session) -> None:
    register_purchase(
        session, a_purchase(customer=a_customer(phone="0888 123 456", language="bg-BG")), NOW, SECRET, home="RU"
    )
    customer = only_customer(session)
    assert (customer.phone, customer.language) == ("+359888123456", "bg")


def test_consents_are_kept_as_acts_and_a_withdrawal_is_a_new_act(session: Session) -> None:
    for at, is_given in ((NOW - timedelta(days=9), True), (NOW - timedelta(days=2), False)):
        consent = GivenConsent("advertising", is_given, channel="email", at=at, text_version="2026-01")
        register_customers(session, [a_customer(consents=(consent,))], NOW, SECRET, source="api")
    acts = session.scalars(select(Consent).order_by(Consent.at)).all()
    assert [(act.is_given, act.source, act.text_version) for act in acts] == [
        (True, "api", "2026-01"),
        (False, "api", "2026-01"),
    ]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"external_id": "  "}, "external_id", "is missing"),
    ({"external_id": "x" * 201}, "external_id", "longer"),
    ({"external_id": "a\x00b"}, "external_id", "cannot be stored"),
    ({"branch": "\ud800"}, "branch", "cannot be stored"),
    ({"amount": -1}, "amount", "below zero"),
    ({"amount": 10**18}, "amount", "too large"),
    ({"currency": "RUR?"}, "currency", "currency code"),
    ({"purchased_at": NOW + timedelta(days=3)}, "purchased_at", "future"),
    ({"purchased_at": datetime(1, 1, 1, tzinfo=UTC)}, "purchased_at", "1970"),
    ({"purchased_at": datetime(2026, 3, 1)}, "purchased_at", "time zone"),  # noqa: DTZ001
    ({"delivered_at": NOW - timedelta(days=70)}, "delivered_at", "before the purchase"),
    ({"delivered_at": datetime(9999, 1, 1, tzinfo=UTC)}, "delivered_at", "year ahead"),
    ({"customer": a_customer(external_id=None, email=None, phone=None)}, "customer", "needs"),
    ({"customer": a_customer(email="elena@")}, "customer.email", "not an e-mail"),
    ({"customer": a_customer(phone="12")}, "customer.phone", "not a phone"),
    ({"customer": a_customer(language="de")}, "customer.language", "ru, bg or en"),
    ({"customer": a_customer(timezone="Moon/Base")}, "customer.timezone", "not a time zone"),
    ({"customer": a_customer(birthday=date(2030, 1, 1))}, "customer.birthday", "not a birthday"),
    ({"items": (GivenItem("x", 1, quantity=0),)}, "items.0.quantity", "between"),
]


def test_a_wrong_row_is_refused_with_its_field_and_the_good_ones_go_in(session: Session) -> None:
    rows = [a_purchase(**({"external_id": f"P-wrong-{n}"} | changes)) for n, (changes, _, _) in enumerate(WRONG)]
    answers = register_purchases(session, [a_purchase("P-1"), *rows, a_purchase("P-2")], NOW, SECRET)
    assert [taken.fate for taken in answers] == [Fate.NEW, *[Fate.REJECTED] * len(WRONG), Fate.NEW]
    for taken, row, (_, field, reason) in zip(answers[1:], rows, WRONG, strict=False):
        assert reason in taken.errors[field]
        with pytest.raises(Invalid) as refused:
            register_purchase(session, row, NOW, SECRET)
        assert field in refused.value.errors


def test_customers_without_purchases_are_potential(session: Session) -> None:
    answers = register_customers(
        session, [a_customer(), a_customer(), a_customer(external_id="C-2", email="no")], NOW, SECRET
    )
    assert [taken.fate for taken in answers] == [Fate.NEW, Fate.NEW, Fate.REJECTED]
    assert only_customer(session).lifecycle_status == LifecycleStatus.POTENTIAL
    assert [t.fate for t in register_customers(session, [a_customer()], NOW, SECRET)] == [Fate.SEEN]
    assert [t.fate for t in register_customers(session, [a_customer(name="Е. П.")], NOW, SECRET)] == [Fate.UPDATED]
