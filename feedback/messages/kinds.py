"""What a kind of message is about: who knows registers here, so that this package need not import them.

A subject says whether a message is still wanted, writes it when it is sent, and learns what became of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from flask import Flask, current_app
from sqlalchemy.orm import Session

from feedback.messages.models import MessageKind
from feedback.messages.policy import Outcome
from feedback.staff.company import Company

_EXTENSION = "otklik.message_subjects"


@dataclass(frozen=True)
class Outgoing:
    """One message as it goes out: its row, and to whom."""

    id: int
    key: str
    kind: MessageKind
    channel: str
    customer_id: int
    invitation_id: int | None
    case_id: int | None
    address: str
    language: str
    subject: str | None
    body: str | None
    params: Mapping[str, Any]
    message_id: str
    attempts: int
    name: str | None
    timezone: str
    link_nonce: str


@dataclass(frozen=True)
class Letter:
    """What a message says. Channels without HTML send the text."""

    subject: str
    text: str
    html: str | None = None
    unsubscribe_url: str | None = None
    is_automatic: bool = True


@dataclass(frozen=True)
class Fate:
    """What became of a message: sent, bounced, failed, uncertain, or stopped for a reason."""

    message: Outgoing
    outcome: Outcome
    failure: str | None = None
    provider_id: str | None = None
    send_at: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sender:
    """What a letter needs to know of the installation."""

    company: Company
    base_url: str
    secret: str


class Subject(Protocol):
    """What some kinds of messages are about."""

    def unwanted(self, session: Session, messages: Sequence[Outgoing], now: datetime) -> dict[int, Outcome]:
        """Those messages that have lost their sense since they were queued, with the reason."""

    def letters(self, session: Session, messages: Sequence[Outgoing], sender: Sender) -> dict[int, Letter]:
        """The letters by message id; one that cannot be written is left out."""

    def settle(self, session: Session, fates: Sequence[Fate], now: datetime) -> None:
        """Learn what became of the messages."""

    def withdraw(self, session: Session, customer_id: int, channel: str, now: datetime) -> None:
        """The customer wants no more mailings on this channel."""


def register(app: Flask, subject: Subject, *kinds: MessageKind) -> None:
    """Let `subject` answer for these kinds."""
    app.extensions.setdefault(_EXTENSION, {}).update(dict.fromkeys(kinds, subject))


def subject_of(kind: MessageKind) -> Subject | None:
    """Who answers for this kind; None for kinds that bring their text with them."""
    found: Subject | None = _registered().get(kind)
    return found


def subjects() -> list[Subject]:
    """All who answer for some kind, each once."""
    return list(dict.fromkeys(_registered().values()))


def _registered() -> dict[MessageKind, Subject]:
    registered: dict[MessageKind, Subject] = current_app.extensions.get(_EXTENSION, {})
    return registered
