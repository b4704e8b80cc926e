"""Channels: how a message leaves. Each is a module with one class that keeps the promise of `Channel`.

To add a channel:
1. Copy the nearest module (`file` is the smallest) and write a class with the attributes and methods of `Channel`.
   `open` connects (raise Unavailable when it cannot), `send` hands one parcel over, `close` never raises.
2. Say what happened by what `send` does: return the provider's id (or None), or raise `Refused` (the provider will
   never take it; `is_address_dead` puts the address on the suppression list), `Retry` (later, perhaps), `Unavailable`
   (nothing about this message: no try is counted) or `Unknown` (it may or may not have gone; it is never sent again
   by itself). In doubt between Retry and Unknown choose Unknown: two messages are worse than one shown as uncertain.
3. Call `go` right before the step that cannot be taken back, as late as you can: a process that dies earlier has sent
   nothing for sure. When `go` says no, raise `NotOurs`. Only where handing the same parcel over twice makes one message
   (by a key the provider honours) set `repeats_safely`; then `go` need not be called.
4. Add it to `channels_for` in `feedback/messages/sending.py`, its caps to `policy`, its address to `people`.
5. Test it against a real or faked provider as `tests/feedback/messages/channels/test_email.py` does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from feedback.messages.kinds import Letter, Outgoing


@dataclass(frozen=True)
class Parcel:
    """A written message, ready to be handed over at `moment`."""

    message: Outgoing
    letter: Letter
    sender_name: str
    moment: datetime


Go = Callable[[], bool]  # stores that the message is being handed over; False: it is no longer ours to send


class Channel(Protocol):
    """One way out."""

    transport: str  # kept with each message: what it was handed over to
    repeats_safely: bool  # handing over twice makes one message
    batch: int  # how many messages are claimed at once

    def open(self) -> None:
        """Connect, if there is anything to connect to."""

    def send(self, parcel: Parcel, go: Go) -> str | None:
        """Hand over one parcel; returns the provider's id of it."""

    def close(self) -> None:
        """Disconnect. Never raises."""


class Trouble(Exception):
    """Something went wrong; `reason` is for staff and holds no personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason[:400]


class Refused(Trouble):
    """The provider will never take this message."""

    def __init__(self, reason: str, *, is_address_dead: bool = False) -> None:
        super().__init__(reason)
        self.is_address_dead = is_address_dead


class Retry(Trouble):
    """The message was certainly not taken, and may be later."""


class Unknown(Trouble):
    """Nobody can say whether the message was taken."""


class NotOurs(Exception):
    """The message was stopped, or taken over by another process, before the step that cannot be taken back."""


class Unavailable(Trouble):
    """The provider cannot be reached or refuses us altogether; it says nothing about the message."""
