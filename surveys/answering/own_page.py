"""What a customer's own page shows: points with their history, answers, consents. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.customers.consents import ConsentAct, newest_consents
from feedback.customers.models import Purchase, Purpose
from feedback.draws.models import Draw, DrawEntry
from feedback.draws.proof import PUBLIC_STATES
from feedback.points.ledger import Balance, balance, ledger_sum
from feedback.points.models import LotState, PointsEntry, PointsLot
from surveys.questionnaires.models import SurveyVersion
from surveys.questionnaires.reading import Texts
from surveys.responses.models import Answer, Response

ENTRIES_SHOWN = 20
ANSWERS_SHOWN = 20
CODES_SHOWN = 12


@dataclass(frozen=True)
class Entry:
    """One movement of points and what was left after it."""

    kind: str
    rule: str
    points: int
    at: datetime
    order: str | None
    left: int


@dataclass(frozen=True)
class GivenReview:
    """One answer as its author sees it."""

    title: Texts
    at: datetime
    is_complete: bool
    score: int | None
    order: str | None
    text: str | None


@dataclass(frozen=True)
class DrawCode:
    """An entry of a monthly draw, known by its code; ``is_public`` once the draw has opened."""

    slug: str
    month: date
    code: str
    is_public: bool


@dataclass(frozen=True)
class Account:
    """The points of a customer."""

    balance: Balance
    entries: tuple[Entry, ...]
    entries_total: int
    expiries: tuple[tuple[datetime, int], ...]  # the whole calendar: when points expire and how many, the next first


def account_of(session: Session, customer_id: int, now: datetime, shown: int = ENTRIES_SHOWN) -> Account:
    """Balance, the newest entries with the running balance, and what expires next."""
    query = (
        select(PointsEntry.kind, PointsEntry.rule, PointsEntry.points, PointsEntry.at, Purchase.external_id)
        .outerjoin(Purchase, Purchase.id == PointsEntry.purchase_id)
        .where(PointsEntry.customer_id == customer_id)
        .order_by(PointsEntry.at.desc(), PointsEntry.id.desc())
        .limit(shown)
    )
    left, entries = ledger_sum(session, customer_id), []
    for kind, rule, points, at, order in session.execute(query):
        entries.append(Entry(kind, rule, points, at, order, left))
        left -= points
    total = session.scalar(select(func.count()).where(PointsEntry.customer_id == customer_id)) or 0
    return Account(balance(session, customer_id, now), tuple(entries), total, _expiries(session, customer_id, now))


def reviews_of(session: Session, customer_id: int) -> list[GivenReview]:
    """The newest answers of a customer, partial ones too."""
    words = (
        select(func.min(Answer.text)).where(Answer.response_id == Response.id, Answer.kind == "text").scalar_subquery()
    )
    query = (
        select(
            SurveyVersion.definition["title"], Response.completed_at, Response.started_at, Response.score,
            Purchase.external_id, words,
        )
        .join(SurveyVersion, SurveyVersion.id == Response.survey_version_id)
        .outerjoin(Purchase, Purchase.id == Response.purchase_id)
        .where(Response.customer_id == customer_id)
        .order_by(Response.started_at.desc(), Response.id.desc())
        .limit(ANSWERS_SHOWN)
    )  # fmt: skip
    return [
        GivenReview(title, completed or started, completed is not None, score, order, text)
        for title, completed, started, score, order, text in session.execute(query)
    ]


def draw_codes_of(session: Session, customer_id: int) -> list[DrawCode]:
    """The codes of a customer's entries in monthly draws, the newest first; excluded entries are not among them."""
    query = (
        select(Draw.slug, Draw.month, DrawEntry.code, Draw.state)
        .join(Draw, Draw.id == DrawEntry.draw_id)
        .where(DrawEntry.customer_id == customer_id, DrawEntry.excluded_for.is_(None))
        .order_by(DrawEntry.entered_at.desc())
        .limit(CODES_SHOWN)
    )
    return [DrawCode(slug, month, code, state in PUBLIC_STATES) for slug, month, code, state in session.execute(query)]


def consents_of(session: Session, customer_id: int) -> Mapping[Purpose, ConsentAct | None]:
    """The newest act of each purpose, whatever channel it was about; None where nothing was ever said."""
    acts = newest_consents(session, [customer_id]).values()
    newest: dict[Purpose, ConsentAct | None] = {}
    for purpose in Purpose:
        mine = [act for act in acts if act.purpose == purpose]
        newest[purpose] = max(mine, key=lambda act: act.at) if mine else None
    return newest


def _expiries(session: Session, customer_id: int, now: datetime) -> tuple[tuple[datetime, int], ...]:
    """Lots of one day together."""
    query = (
        select(PointsLot.expires_at, PointsLot.remaining)
        .where(
            PointsLot.customer_id == customer_id, PointsLot.remaining > 0, PointsLot.expires_at > now,
            PointsLot.state != LotState.HELD,
        )
        .order_by(PointsLot.expires_at, PointsLot.id)
    )  # fmt: skip
    days: dict[date, tuple[datetime, int]] = {}
    for at, points in session.execute(query):
        first, before = days.get(at.date(), (at, 0))
        days[at.date()] = (first, before + points)
    return tuple(days.values())
