"""Words about customers: lifecycle, tier, consents, channels, languages, rules of points."""

from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from feedback.customers.models import LifecycleStatus, Purpose
from feedback.messages.models import MessageKind, MessageState
from feedback.points.models import EntryKind
from feedback.points.rules import Rule

_LIFECYCLE: dict[str, Any] = {
    LifecycleStatus.POTENTIAL: _l("Potential"),
    LifecycleStatus.PROSPECTIVE: _l("Has a need now"),
    LifecycleStatus.CUSTOMER: _l("Customer"),
    LifecycleStatus.REGULAR: _l("Regular"),
    LifecycleStatus.SLEEPING: _l("Sleeping"),
    LifecycleStatus.LOST: _l("Lost"),
}


def lifecycle_word(status: str) -> str:
    """Where a customer stands."""
    return str(_LIFECYCLE.get(status, status))


_TIER: dict[str, Any] = {"silver": _l("Silver"), "gold": _l("Gold"), "platinum": _l("Platinum")}


def tier_word(tier: str) -> str:
    """A customer's tier."""
    return str(_TIER.get(tier, tier))


_PURPOSE: dict[str, Any] = {
    Purpose.PROCESSING: _l("Process data"),
    Purpose.ADVERTISING: _l("Receive advertising"),
    Purpose.PUBLICATION: _l("Publish reviews and photos"),
}


def purpose_word(purpose: str) -> str:
    """What a consent is for."""
    return str(_PURPOSE.get(purpose, purpose))


_CHANNEL: dict[str, Any] = {
    "email": _l("e-mail"),
    "sms": _l("SMS"),
    "phone": _l("phone"),
    "site": _l("the site"),
    "chat": _l("chat"),
    "any": _l("any channel"),
    "telegram": "Telegram",
    "viber": "Viber",
    "whatsapp": "WhatsApp",
}


def channel_word(channel: str) -> str:
    """A channel to write by, or one a chat came from."""
    return str(_CHANNEL.get(channel, channel))


def language_word(language: str) -> str:
    """A language's name in the language of the page."""
    name = Locale(language).get_display_name(get_locale())
    return name or language


_SOURCE: dict[str, Any] = {
    "survey": _l("in a survey"),
    "own_page": _l("on the customer’s page"),
    "unsubscribe": _l("by the link in a letter"),
    "one_click": _l("by the button of the mail program"),
    "import": _l("from a file"),
}


def source_word(source: str) -> str:
    """Where a consent was given; the name of the system that told it is shown as it is."""
    return str(_SOURCE.get(source, source))


_MESSAGE_KIND: dict[str, Any] = {
    MessageKind.INVITATION: _l("Invitation"),
    MessageKind.REMINDER: _l("Reminder"),
    MessageKind.RECOVERY: _l("Letter in a case"),
    MessageKind.RECOVERY_CHECK: _l("Check after a case"),
    MessageKind.STATEMENT: _l("Statement of points"),
    MessageKind.ACCESS_LINK: _l("Link to the own page"),
    MessageKind.PRIZE: _l("Letter to a winner"),
}


def message_kind_word(kind: str) -> str:
    """What a message is for."""
    return str(_MESSAGE_KIND.get(kind, kind))


_MESSAGE_STATE: dict[str, Any] = {
    MessageState.QUEUED: _l("Queued"),
    MessageState.HANDING_OVER: _l("Being handed over"),
    MessageState.SENT: _l("Sent"),
    MessageState.FAILED: _l("Failed"),
    MessageState.STOPPED: _l("Stopped"),
    MessageState.UNCERTAIN: _l("Uncertain"),
}


def message_state_word(state: str) -> str:
    """Where a message is on its way out."""
    return str(_MESSAGE_STATE.get(state, state))


_RULE: dict[str, Any] = {
    Rule.REVIEW: _l("for an answer"),
    Rule.PURCHASE: _l("for a purchase"),
    Rule.MEMBERSHIP: _l("for days with the company"),
    Rule.BIRTHDAY: _l("for a birthday"),
    Rule.HOLIDAY: _l("for a holiday"),
    Rule.VISIT: _l("for a visit"),
    "redemption": _l("payment at the till"),
    Rule.COMPENSATION: _l("as a compensation"),
    Rule.MANUAL: _l("by hand"),
}


def rule_word(rule: str) -> str:
    """Why points moved."""
    return str(_RULE.get(rule, rule))


_ENTRY: dict[str, Any] = {
    EntryKind.AWARD: _l("Points credited"),
    EntryKind.SPEND: _l("Points spent"),
    EntryKind.REVERSE: _l("Points taken back"),
    EntryKind.EXPIRE: _l("Points expired"),
    EntryKind.CORRECT: _l("Points corrected"),
    EntryKind.RESTORE: _l("Points given back"),
    EntryKind.MOVE: _l("Points moved from another account"),
    EntryKind.OWE: _l("Points owed after a return"),
    EntryKind.REPAY: _l("Debt of points repaid"),
}


def entry_word(kind: str) -> str:
    """What an entry of the ledger does."""
    return str(_ENTRY.get(kind, kind))
