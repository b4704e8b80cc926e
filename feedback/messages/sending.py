"""Sending what is due. Read `send_due` first.

A batch is claimed under a lease and checked; then, message by message, the provider is called with no database held:
right before the step that cannot be taken back "handing over" is committed, and right after it the result. So a
process killed at any moment leaves a message either queued (it will be sent), or settled, or visibly being handed
over: when the lease ends such a message becomes `uncertain` and is never sent again by itself. A transport that
repeats safely hands over whole batches and simply repeats.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db import db, transaction
from feedback.messages.channels import Channel, Go, NotOurs, Parcel, Refused, Retry, Unavailable, Unknown
from feedback.messages.channels.email import SmtpChannel
from feedback.messages.channels.file import FileChannel
from feedback.messages.handover import (
    CLAIM_LEASE,
    Batch,
    claim_batch,
    hand_over,
    recover_lost,
    release,
    renew,
    settle,
)
from feedback.messages.kinds import Fate, Outgoing, Sender
from feedback.messages.policy import Outcome
from feedback.messages.rendering import write_letters
from feedback.staff.company import Company, load_company

log = logging.getLogger(__name__)

REPEATABLE = [c.transport for c in (SmtpChannel, FileChannel) if c.repeats_safely]
MAX_ATTEMPTS = 9
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True)
class Moment:
    """The time as it goes on from the `now` that was handed in."""

    now: datetime
    started: float

    def __call__(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self.started)


def send_due(
    *, now: datetime, settings: Settings, limit: int | None = None, is_stopping: Callable[[], bool] = lambda: False
) -> int:
    """Send every message due at `now` (at most `limit` tries); returns how many were handed over with success.

    Opens its own transactions, so it must be called outside of any. Safe in any number of processes. `is_stopping` is
    asked between batches: a process told to end finishes what it has begun.
    """
    moment = Moment(now, time.monotonic())
    sent = 0
    for name, channel in channels_for(settings).items():
        with transaction() as session:
            company = load_company(session)
            recover_lost(session, REPEATABLE, company, moment())
        try:
            sent += _send_channel(name, channel, company, settings, moment, limit, is_stopping)
        except Unavailable as trouble:
            log.warning("channel %s is unavailable: %s", name, trouble.reason)
        finally:
            channel.close()
    return sent


def channels_for(settings: Settings) -> dict[str, Channel]:
    """The channels of this installation by name."""
    if settings.smtp_url:
        return {"email": SmtpChannel(settings.smtp_url, settings.mail_from)}
    return {"email": FileChannel(settings.outbox, settings.mail_from)}


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many tries; None when it was the last one."""
    if attempts >= MAX_ATTEMPTS:
        return None
    wait: timedelta = FIRST_WAIT * 3 ** (attempts - 1)
    return now + min(wait, LONGEST_WAIT)


def _send_channel(
    name: str, channel: Channel, company: Company, settings: Settings, moment: Moment, limit: int | None,
    is_stopping: Callable[[], bool],
) -> int:  # fmt: skip
    sent = claimed = 0
    host = urlsplit(settings.base_url).hostname or "localhost"
    sender = Sender(company, settings.base_url, settings.secret_key)
    while not is_stopping() and (limit is None or claimed < limit):
        size = channel.batch if limit is None else min(channel.batch, limit - claimed)
        with transaction() as session:
            batch, count = claim_batch(session, name, company, host, moment(), size)
        claimed += len(batch.messages)
        if not count:
            break
        if batch.messages:
            sent += _send_batch(channel, batch, sender, settings, moment)
    return sent


def _send_batch(channel: Channel, batch: Batch, sender: Sender, settings: Settings, moment: Moment) -> int:
    """Hand a batch over; whatever happens, what is known is stored and the rest is given back."""
    run = _Run(channel, batch.key, moment)
    try:
        parcels = run.write(batch.messages, sender, settings)
        channel.open()
        for chunk in _chunks(parcels, channel.batch if channel.repeats_safely else 1):
            run.hand_over(chunk)
    except Unavailable as trouble:
        run.trouble = trouble
        raise
    finally:
        run.finish()
    return run.sent


class _Run:
    """One batch on its way: what is known and not stored yet is in `known`."""

    def __init__(self, channel: Channel, key: str, moment: Moment) -> None:
        self.channel = channel
        self.key = key
        self.moment = moment
        self.known: list[Fate] = []
        self.sent = 0
        self.trouble: Unavailable | None = None
        self.renewed_at = moment()

    def write(self, messages: Sequence[Outgoing], sender: Sender, settings: Settings) -> list[Parcel]:
        """Write the letters; the read is over, and the connection free, before anything is handed over."""
        try:
            letters = write_letters(db.session(), messages, sender)
        finally:
            db.session.rollback()
        now = self.moment()
        self.known = [_again(m, "the letter could not be written", now) for m in messages if m.id not in letters]
        name = sender_name(sender.company, settings.mail_from)
        return [Parcel(m, letters[m.id], name(m.language), now) for m in messages if m.id in letters]

    def hand_over(self, parcels: Sequence[Parcel]) -> None:
        """Call the provider with no database held; what comes of it is stored at once."""
        if self.channel.repeats_safely:
            ours = self._go(parcels)
            fates = [self._deliver(p, lambda: True) for p in parcels if p.message.id in ours]
        else:
            fates = [self._deliver(p, lambda p=p: bool(self._go([p]))) for p in parcels]  # type: ignore[misc]
        self.known += [fate for fate in fates if fate is not None]
        with transaction() as session:
            self._store(session)

    def _go(self, parcels: Sequence[Parcel]) -> set[int]:
        """Store that these are being handed over; returns those that are still ours to send."""
        with transaction() as session:
            return hand_over(session, self.key, [p.message for p in parcels], self.channel.transport, self.moment())

    def _deliver(self, parcel: Parcel, go: Go) -> Fate | None:
        """Call the provider. Nobody but Unavailable passes: everything else is a fate; None when it is not ours."""
        message = parcel.message
        try:
            return Fate(message, Outcome.SENT, provider_id=self.channel.send(parcel, go))
        except NotOurs:
            return None
        except Refused as trouble:
            outcome = Outcome.BOUNCED if trouble.is_address_dead else Outcome.FAILED
            return Fate(message, outcome, failure=trouble.reason)
        except Retry as trouble:
            return _again(message, trouble.reason, self.moment())
        except Unknown as trouble:
            return Fate(message, Outcome.UNCERTAIN, failure=trouble.reason)
        except Unavailable:
            raise
        except Exception:
            log.exception("message %s: the channel failed unexpectedly", message.id)
            return Fate(message, Outcome.UNCERTAIN, failure="unexpected error; see the log")

    def finish(self) -> None:
        """Store the last results and give back what was not handed over."""
        with transaction() as session:
            self._store(session)
            why = self.trouble.reason if self.trouble else None
            release(session, self.key, failure=why, is_unsent=self.trouble is not None)

    def _store(self, session: Session) -> None:
        now = self.moment()
        settle(session, self.key, self.known, now)
        self.sent += sum(fate.outcome == Outcome.SENT for fate in self.known)
        self.known = []
        if now - self.renewed_at > CLAIM_LEASE / 3:
            renew(session, self.key, now)
            self.renewed_at = now


def _again(message: Outgoing, reason: str, now: datetime) -> Fate:
    later = next_try(message.attempts, now)
    return Fate(message, Outcome.QUEUED if later else Outcome.FAILED, failure=reason, send_at=later)


def _chunks(parcels: Sequence[Parcel], size: int) -> Iterator[Sequence[Parcel]]:
    for start in range(0, len(parcels), size):
        yield parcels[start : start + size]


def sender_name(company: Company, mail_from: str) -> Callable[[str], str]:
    """The name beside our address by language: the company's, or that of the setting while the company has none."""
    is_named = company.names != Company().names
    given = parseaddr(mail_from)[0]
    return lambda language: company.name(language) if is_named or not given else given
