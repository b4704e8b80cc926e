"""Find or create customers, a batch at a time: by external id, then e-mail, then phone.

Two systems' ids are never merged: a customer known under another external id is another customer. Newer facts replace
older ones; facts told with an older event only fill gaps, so files may come in any order and twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from feedback.customers.consents import acts_given, record_consents
from feedback.customers.given import GivenCustomer
from feedback.customers.models import Customer, LifecycleStatus, Purchase
from feedback.db.inserting import insert_many
from feedback.db.serialising import one_at_a_time
from feedback.secrets import hash_token, link_token, new_nonce

FACTS = ("external_id", "name", "email", "phone", "language", "timezone", "country", "birthday", "kind")
ARRIVALS = "customers arrive"


@dataclass
class Person:
    """A customer while a batch is matched: what is stored, and what it becomes."""

    facts: dict[str, Any]
    row_id: int | None = None
    status: str = LifecycleStatus.POTENTIAL
    is_erased: bool = False
    told_at: datetime | None = None  # of the newest event whose facts are in
    stored: dict[str, Any] = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        return self.row_id is not None and self.facts != self.stored

    def learn(self, given: GivenCustomer, told_at: datetime) -> None:
        """Take over what was said: newer words replace, older ones fill gaps. An erased customer stays erased."""
        if self.is_erased:
            return
        is_newer = self.told_at is None or told_at >= self.told_at
        for name in FACTS:
            said = getattr(given, name)
            if said is not None and (is_newer or self.facts[name] is None):
                self.facts[name] = said
        more = self.facts["attributes"]
        self.facts["attributes"] = more | given.attributes if is_newer else given.attributes | more
        if is_newer:
            self.told_at = told_at


@dataclass(frozen=True)
class Matched:
    """The customer of one given row. `is_changed`: something about them was replaced or filled in."""

    customer_id: int
    is_new: bool
    is_changed: bool
    status: str


def match_customers(
    session: Session,
    given: Sequence[tuple[GivenCustomer, datetime]],
    now: datetime,
    secret: str,
    source: str = "import",
) -> list[Matched]:
    """The customers of checked rows, each told at a moment, in order; unknown ones are created, others updated."""
    one_at_a_time(session, ARRIVALS)
    people = _Directory(_stored(session, [customer for customer, _ in given]))
    matched = [people.person_of(customer, told_at) for customer, told_at in given]
    fresh = list(_unique(p for p in matched if p.row_id is None))
    changed = list(_unique(p for p in matched if p.is_changed))
    _insert(session, fresh, now, secret)
    _update(session, changed)
    _consent(session, given, matched, now, source)
    new_ids, changed_ids = {p.row_id for p in fresh}, {p.row_id for p in changed}
    return [
        Matched(p.row_id, p.row_id in new_ids, p.row_id in changed_ids, p.status)
        for p in matched
        if p.row_id is not None
    ]


class _Directory:
    """The people a batch may be about, by each of their keys; the first under a key is the oldest."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.by_external: dict[str, Person] = {}
        self.by_contact: dict[str, list[Person]] = {}
        for person in people:
            self._enter(person)

    def person_of(self, given: GivenCustomer, told_at: datetime) -> Person:
        person = self._find(given)
        if person is None:
            person = Person(dict.fromkeys(FACTS) | {"attributes": {}})
        person.learn(given, told_at)
        self._enter(person)
        return person

    def _find(self, given: GivenCustomer) -> Person | None:
        if given.external_id in self.by_external:
            return self.by_external[given.external_id]
        for contact in (given.email, given.phone):
            for person in self.by_contact.get(contact or "", ()):
                if given.external_id is None or person.facts["external_id"] is None:
                    return person
        return None

    def _enter(self, person: Person) -> None:
        if person.facts["external_id"]:
            self.by_external.setdefault(person.facts["external_id"], person)
        for contact in (person.facts["email"], person.facts["phone"]):
            if contact and person not in (known := self.by_contact.setdefault(contact, [])):
                known.append(person)


def _stored(session: Session, given: Sequence[GivenCustomer]) -> Iterator[Person]:
    keys = [
        column.in_(values)
        for name in ("external_id", "email", "phone")
        if (values := {value for customer in given if (value := getattr(customer, name))})
        for column in [getattr(Customer, name)]
    ]
    if not keys:
        return
    columns = [getattr(Customer, name) for name in (*FACTS, "attributes", "id", "lifecycle_status", "erased_at")]
    rows = session.execute(select(*columns).where(or_(*keys)).order_by(Customer.id)).all()
    told = _newest_purchases(session, [row.id for row in rows])
    for row in rows:
        facts = {name: getattr(row, name) for name in (*FACTS, "attributes")}
        yield Person(
            dict(facts), row.id, row.lifecycle_status, row.erased_at is not None, told.get(row.id), stored=facts
        )


def _newest_purchases(session: Session, customer_ids: list[int]) -> dict[int, datetime]:
    query = select(Purchase.customer_id, func.max(Purchase.purchased_at)).where(Purchase.customer_id.in_(customer_ids))
    return dict(session.execute(query.group_by(Purchase.customer_id)).all())


def _insert(session: Session, people: list[Person], now: datetime, secret: str) -> None:
    if not people:
        return
    by_token: dict[str | None, Person] = {}
    rows = []
    for person in people:
        nonce = new_nonce()
        token_hash = hash_token(link_token(secret, "m", nonce))
        by_token[token_hash] = person
        facts = person.facts | {"kind": person.facts["kind"] or "person"}
        rows.append(
            facts | {"link_nonce": nonce, "token_hash": token_hash, "created_at": now, "messengers": {},
                     "lifecycle_status": person.status, "is_test": False, "is_staff": False}
        )  # fmt: skip
    insert_many(session, Customer, rows)
    added = select(Customer.token_hash, Customer.id).where(Customer.token_hash.in_(by_token))
    for token, row_id in session.execute(added):
        by_token[token].row_id = row_id


def _update(session: Session, people: list[Person]) -> None:
    if people:
        session.execute(update(Customer), [{"id": person.row_id, **person.facts} for person in people])


def _consent(
    session: Session, given: Sequence[tuple[GivenCustomer, datetime]], matched: list[Person], now: datetime, source: str
) -> None:
    acts = [
        act
        for (customer, told_at), person in zip(given, matched, strict=True)
        if customer.consents and person.row_id is not None and not person.is_erased
        for act in acts_given(person.row_id, customer.consents, min(told_at, now), source)
    ]
    if acts:
        record_consents(session, acts)


def _unique(people: Iterable[Person]) -> Iterator[Person]:
    return iter({id(person): person for person in people}.values())
