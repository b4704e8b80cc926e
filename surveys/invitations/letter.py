"""What invitations, reminders and recovery checks say: no points, no offers, for that would make them advertising."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.customers.models import Purchase, PurchaseItem
from feedback.messages.kinds import Letter, Outgoing, Sender
from feedback.messages.models import MessageKind
from feedback.messages.rendering import each_letter, greeting, render_both
from feedback.secrets import link_token
from surveys.invitations.models import Invitation
from surveys.questionnaires.bands import LIMITS
from surveys.questionnaires.reading import Question, Questionnaire, in_language, questionnaire_of

NAMED_ITEMS = 2  # how many items of a purchase a letter names
LONGEST_ITEM = 60
LONGEST_ORDER_NUMBER = 20  # a longer one is a technical id that tells the customer nothing
LOCALES = {"en": "en_GB"}


@dataclass(frozen=True)
class ScoreLink:
    """One number of the scale; following it preselects the score, nothing more."""

    number: int
    url: str


@dataclass(frozen=True)
class SurveyLetter:
    """All that the templates of a survey's letter show."""

    greeting: str
    event: str | None  # "On 7 March you received order 48213"
    goods: str
    first_item: str | None
    question: str
    low_label: str
    high_label: str
    scores: tuple[ScoreLink, ...]
    survey_url: str
    unsubscribe_url: str
    expires: str
    is_reminder: bool
    is_check: bool


def survey_letters(session: Session, messages: Sequence[Outgoing], sender: Sender) -> dict[int, Letter]:
    """The letters of invitations, reminders and checks by message id, in each one's language."""
    rows = _invitations(session, [m.invitation_id for m in messages if m.invitation_id is not None])
    items = _items(session, [row.purchase_id for row in rows.values() if row.purchase_id is not None])
    forms = {v: questionnaire_of(session, v) for v in {row.survey_version_id for row in rows.values()}}

    def write(message: Outgoing) -> Letter:
        row = rows[message.invitation_id or 0]
        facts = _facts(message, row, items.get(row.purchase_id, []), forms[row.survey_version_id], sender)
        text, html = render_both("survey", message.language, sender, letter=facts)
        return Letter(_subject(facts), text, html, unsubscribe_url=facts.unsubscribe_url)

    return each_letter(messages, write)


def _invitations(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    query = (
        select(
            Invitation.id, Invitation.nonce, Invitation.survey_version_id, Invitation.purchase_id,
            Invitation.expires_at, Purchase.external_id, Purchase.purchased_at, Purchase.delivered_at,
        )
        .outerjoin(Purchase, Purchase.id == Invitation.purchase_id)
        .where(Invitation.id.in_(ids))
    )  # fmt: skip
    return {row.id: row for row in session.execute(query)}


def _items(session: Session, purchase_ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """Names and quantities by purchase, the dearest line first."""
    query = (
        select(PurchaseItem.purchase_id, PurchaseItem.name, PurchaseItem.quantity)
        .where(PurchaseItem.purchase_id.in_(purchase_ids))
        .order_by(PurchaseItem.purchase_id, (PurchaseItem.price * PurchaseItem.quantity).desc(), PurchaseItem.id)
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for purchase_id, name, quantity in session.execute(query):
        found.setdefault(purchase_id, []).append((name, quantity))
    return found


def _facts(
    message: Outgoing, row: Any, items: list[tuple[str, int]], form: Questionnaire, sender: Sender
) -> SurveyLetter:
    language, zone = message.language, ZoneInfo(message.timezone)
    token = link_token(sender.secret, "s", row.nonce)
    url = f"{sender.base_url}/s/{token}"
    first = form.questions[0]
    return SurveyLetter(
        greeting=greeting(message.name), event=_event(row, zone, language), goods=_goods(items),
        first_item=_short(items[0][0]) if items else None, question=in_language(first.text, language),
        low_label=in_language(first.low_label or {}, language),
        high_label=in_language(first.high_label or {}, language),
        scores=_scores(first, url), survey_url=url, unsubscribe_url=f"{sender.base_url}/u/{token}",
        expires=format_date(row.expires_at.astimezone(zone).date(), "long", LOCALES.get(language, language)),
        is_reminder=message.kind == MessageKind.REMINDER, is_check=message.kind == MessageKind.RECOVERY_CHECK,
    )  # fmt: skip


def _scores(question: Question, url: str) -> tuple[ScoreLink, ...]:
    if question.kind not in LIMITS:
        return ()
    low, high = LIMITS[question.kind]
    return tuple(ScoreLink(number, f"{url}?score={number}") for number in range(low, high + 1))


def _event(row: Any, zone: ZoneInfo, language: str) -> str | None:
    """What happened when, as the beginning of a sentence."""
    moment: datetime | None = row.delivered_at or row.purchased_at
    if moment is None:
        return None
    day = format_date(moment.astimezone(zone).date(), "d MMMM", LOCALES.get(language, language))
    order = row.external_id if row.external_id and len(row.external_id) <= LONGEST_ORDER_NUMBER else None
    if row.delivered_at is not None and order:
        return str(_("On %(day)s you received order %(order)s", day=day, order=order))
    if row.delivered_at is not None:
        return str(_("On %(day)s you received your order", day=day))
    if order:
        return str(_("On %(day)s you placed order %(order)s", day=day, order=order))
    return str(_("On %(day)s you bought from us", day=day))


def _goods(items: list[tuple[str, int]]) -> str:
    named = [_short(name) if quantity == 1 else f"{_short(name)} × {quantity}" for name, quantity in items]
    more = len(named) - NAMED_ITEMS
    rest = " " + ngettext("and %(num)s more item", "and %(num)s more items", more) if more > 0 else ""
    return ", ".join(named[:NAMED_ITEMS]) + rest


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_ITEM else name[: LONGEST_ITEM - 1].rstrip() + "…"


def _subject(letter: SurveyLetter) -> str:
    if letter.is_check:
        return str(_("Have we put it right?"))
    item = letter.first_item
    if letter.is_reminder and item:
        return str(_("A short reminder: %(item)s – how was it?", item=item))
    if letter.is_reminder:
        return str(_("A short reminder: how did your purchase go?"))
    return str(_("%(item)s – how was it?", item=item) if item else _("How did your purchase go?"))
