"""Loading what the policy must know of customers, a batch at a time: place, address, consents, suppression."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.customers.consents import ANY, ConsentAct, newest_consents
from feedback.customers.models import Customer, Purpose
from feedback.messages.policy import Contact, Person
from feedback.messages.quiet_hours import Place, place_of
from feedback.messages.suppression import listed
from feedback.staff.company import Company

GAP_DAYS = "survey_gap_days"  # key in Customer.attributes: "at most once in so many days", chosen by the customer


@dataclass(frozen=True)
class Recipient:
    """A customer as somebody to write to on one channel."""

    customer_id: int
    name: str | None
    address: str | None
    language: str
    link_nonce: str
    person: Person

    def with_history(self, history: Iterable[Contact]) -> Person:
        """What the policy must know, with the contacts so far."""
        return replace(self.person, history=tuple(history))


def load_recipients(
    session: Session, customer_ids: Iterable[int], channel: str, company: Company
) -> dict[int, Recipient]:
    """These customers by id, for one channel."""
    ids = sorted(set(customer_ids))
    customers = session.execute(
        select(
            Customer.id, Customer.name, Customer.email, Customer.phone, Customer.messengers, Customer.language,
            Customer.timezone, Customer.country, Customer.attributes, Customer.link_nonce, Customer.erased_at,
        ).where(Customer.id.in_(ids))
    ).all()  # fmt: skip
    consents = newest_consents(session, ids)
    found = {row.id: _address(row, channel) for row in customers}
    suppressed = listed(session, channel, [a for a in found.values() if a])
    home = company_place(company)
    return {
        row.id: Recipient(
            row.id, row.name, found[row.id], row.language or company.language, row.link_nonce,
            Person(
                place=place_of(row.timezone, row.country, row.language, home),
                has_address=bool(found[row.id]),
                is_erased=row.erased_at is not None,
                suppressed=suppressed.get(found[row.id] or ""),
                may_process=_agrees(consents, row.id, Purpose.PROCESSING, channel, company.assumes_processing_consent),
                may_advertise=_agrees(consents, row.id, Purpose.ADVERTISING, channel, False),
                survey_gap_days=_days(row.attributes),
                agreed_until=_agreed(row.attributes),
            ),
        )
        for row in customers
    }  # fmt: skip


def company_place(company: Company) -> Place:
    """Where the company is: the place of customers of whom nothing is known."""
    return Place(company.timezone, company.country)


def _address(row: Any, channel: str) -> str | None:
    if channel == "email":
        return row.email or None
    return (row.messengers or {}).get(channel) or row.phone or None


def _agrees(
    consents: Mapping[tuple[int, str, str], ConsentAct], customer_id: int, purpose: str, channel: str, default: bool
) -> bool:
    acts = [a for c in (ANY, channel) if (a := consents.get((customer_id, purpose, c))) is not None]
    return max(acts, key=lambda act: act.at).is_given if acts else default


def _days(attributes: Mapping[str, Any] | None) -> int | None:
    days = (attributes or {}).get(GAP_DAYS)
    return days if isinstance(days, int) and days > 0 else None


def _agreed(attributes: Mapping[str, Any] | None) -> dict[str, datetime]:
    agreed = (attributes or {}).get("agreed_until") or {}
    return {channel: datetime.fromisoformat(moment) for channel, moment in agreed.items()}
