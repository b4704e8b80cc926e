"""When a survey asks, read from its trigger: days after delivery or purchase, reminders, what is too old. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LINK_LIFE = timedelta(days=30)
TOO_OLD = timedelta(days=30)  # a purchase first seen so long after its moment is not asked about
MOST_REMINDERS = 2


@dataclass(frozen=True)
class Trigger:
    """The settings of a survey's trigger."""

    delay: timedelta = timedelta(days=3)
    is_after_delivery: bool = True
    reminders: int = 1
    reminder_delay: timedelta = timedelta(days=4)

    def moment(self, purchased_at: datetime, delivered_at: datetime | None) -> datetime:
        """When to ask about a purchase; after the purchase itself where no delivery date is known."""
        start = delivered_at if self.is_after_delivery and delivered_at is not None else purchased_at
        return start + self.delay

    def next_reminder(self, sent: int, now: datetime) -> datetime | None:
        """When the next reminder is due after `sent` of them; None when there are no more."""
        return now + self.reminder_delay if sent < self.reminders else None


def read_trigger(given: Mapping[str, Any]) -> Trigger:
    """The trigger as it is stored with the survey; what is missing has its default."""
    default = Trigger()
    return Trigger(
        delay=timedelta(days=given.get("delay_days", default.delay.days)),
        is_after_delivery=given.get("after", "delivery") == "delivery",
        reminders=min(int(given.get("reminders", default.reminders)), MOST_REMINDERS),
        reminder_delay=timedelta(days=given.get("reminder_days", default.reminder_delay.days)),
    )
