"""What other systems send: purchases, later delivery dates, returns, order events, chats, each when it is known."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from feedback.conversations.given import GivenChat
from feedback.conversations.registering import register_chats
from feedback.customers.given import Fate, GivenOrderEvent, GivenPurchase, GivenReturn, Taken
from feedback.customers.registering import register_purchases
from feedback.customers.returns import register_returns
from feedback.demo.chance import dice
from feedback.demo.shopping import Shopping
from feedback.demo.story import Story
from feedback.recovery.events import take_order_event

SOURCE = "demo"
IS_TOLD_NEW_DATE = 0.7  # of late orders: the carrier names a new day, so nobody asks before it


@dataclass
class Parcel:
    """Everything that arrives in one stretch of time."""

    purchases: list[GivenPurchase] = field(default_factory=list)
    returns: list[GivenReturn] = field(default_factory=list)
    events: list[GivenOrderEvent] = field(default_factory=list)
    chats: list[GivenChat] = field(default_factory=list)

    def take(self, session: Session, now: datetime, secret: str) -> None:
        """Hand everything to the acts that take it; the demo's own rows are never refused."""
        _none_refused(register_purchases(session, self.purchases, now, secret, home="RU", source=SOURCE))
        _none_refused(register_returns(session, self.returns, now) if self.returns else [])
        for event in self.events:
            take_order_event(session, event, now)
        _none_refused(register_chats(session, self.chats, now, secret, home="RU", source=SOURCE) if self.chats else [])

    @property
    def is_empty(self) -> bool:
        return not (self.purchases or self.returns or self.events or self.chats)


def parcels(story: Story, ticks: list[datetime]) -> Iterator[Parcel]:
    """What arrives up to each of the ticks, and after the one before it."""
    things = sorted(_things(story), key=lambda thing: thing[0])
    n = 0
    for tick in ticks:
        parcel = Parcel()
        while n < len(things) and things[n][0] <= tick:
            _put(parcel, things[n][1])
            n += 1
        yield parcel


def _things(story: Story) -> Iterator[tuple[datetime, object]]:
    for shopping in story.purchases:
        yield shopping.given.purchased_at, shopping.given
        yield from _aftermath(shopping, story.size.seed)
    for chat in story.chats:
        yield chat.messages[-1].sent_at, chat


def _aftermath(shopping: Shopping, seed: int) -> Iterator[tuple[datetime, object]]:
    if shopping.event is not None:
        yield shopping.event.occurred_at, shopping.event
    rng = dice(seed, "delivery", shopping.key)
    if shopping.is_late and shopping.promised_at is not None and rng.random() < IS_TOLD_NEW_DATE:
        arrived = shopping.promised_at + timedelta(days=rng.uniform(3, 11))
        yield shopping.promised_at, replace(shopping.given, delivered_at=arrived)
    if shopping.returned is not None:
        yield shopping.returned.returned_at, shopping.returned


def _put(parcel: Parcel, thing: object) -> None:
    if isinstance(thing, GivenPurchase):
        parcel.purchases.append(thing)
    elif isinstance(thing, GivenReturn):
        parcel.returns.append(thing)
    elif isinstance(thing, GivenOrderEvent):
        parcel.events.append(thing)
    elif isinstance(thing, GivenChat):
        parcel.chats.append(thing)


def _none_refused(taken: list[Taken]) -> None:
    refused = next((t for t in taken if t.fate == Fate.REJECTED), None)
    if refused is not None:
        raise ValueError(f"the demo made a row that is refused: {refused.reason}")
