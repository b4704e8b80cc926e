"""The page of the survey: the fixed form from memory where nothing was typed, rendered anew where something was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, make_response
from sqlalchemy import Connection

from feedback.config import current_settings
from feedback.http.languages import LANGUAGES
from feedback.recovery.models import Priority
from feedback.recovery.priority import CLOCK_HOURS
from feedback.secrets import derive_key
from feedback.staff.company import Company, recent_company
from surveys.answering import wording
from surveys.answering.bots import time_stamp
from surveys.answering.filling import STAMP, TRAP, Filling
from surveys.answering.form import Problem, answered_count, leading_question
from surveys.answering.links import ITEMS_NAMED, Goods
from surveys.answering.pages import PreparedPage, prepare, prepared
from surveys.questionnaires.bands import LIMITS, band_of
from surveys.questionnaires.kinds import KINDS
from surveys.questionnaires.reading import Question, Questionnaire, Texts, in_language

TEMPLATE = "public/survey.html"
BAND_CLASSES = {"detractor": "det", "passive": "pas", "promoter": "pro"}
BAND_WORDINGS = {"detractor": "low", "passive": "mid", "promoter": "high"}


@dataclass(frozen=True)
class Cell:
    """One number of a scale; `css` carries the band where the scale leads the wordings."""

    number: int
    css: str


@dataclass(frozen=True)
class Asked:
    """A question as the template needs it, in one language."""

    key: str
    kind: str
    text: str
    hint: str
    low: str
    high: str
    wordings: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]
    cells: tuple[Cell, ...]
    css: str
    question: Question
    errors: tuple[Problem, ...] = ()

    def error_for(self, control: str) -> bool:
        """Whether an error leads to this control."""
        return any(e.control == control for e in self.errors)


def page_key() -> bytes:
    """The key that signs when a page was made."""
    return derive_key(current_settings().secret_key, "page")


def survey_page(
    connection: Connection, token: str, filling: Filling, goods: Goods, now: datetime, status: int = 200
) -> Response:
    """The page for this filling; the same for every visitor but for its slots."""
    company = recent_company(connection)
    page = _page(filling, company)
    html = page.fill(_slots(token, filling, goods, company, now))
    return make_response(html, status)


def _page(filling: Filling, company: Company) -> PreparedPage:
    questionnaire, language = filling.questionnaire, filling.language
    leading = leading_question(questionnaire)
    is_bare = not filling.found and not filling.photos and filling.is_stored and filling.visit.completed_at is None
    if is_bare and set(filling.typed) <= ({leading.key} if leading else set()):
        score = next((v[0] for v in filling.typed.values() if v), None)
        variant = (questionnaire, score, filling.visit.can_be_reached)
        return prepared(TEMPLATE, variant, language, company, lambda: _context(filling, company))
    return prepare(TEMPLATE, language, company, _context(filling, company))


def _context(filling: Filling, company: Company) -> dict[str, Any]:
    questionnaire, language = filling.questionnaire, filling.language
    photos = len(filling.photos)
    return {
        "title": in_language(questionnaire.title, language),
        "asked": [_asked(q, questionnaire, language, filling.found) for q in questionnaire.questions],
        "typed": filling.typed,
        "photos": filling.photos,
        "problems": filling.found,
        "is_stored": filling.is_stored,
        "is_change": filling.visit.completed_at is not None,
        "can_be_reached": filling.visit.can_be_reached,
        "answered": answered_count(questionnaire, filling.typed, photos),
        "total": sum(KINDS[q.kind].is_counted for q in questionnaire.questions),
        "required": sum(q.is_required for q in questionnaire.questions),
        "points": company.review_points,
        "points_words": wording.number(company.review_points, language),
        "contact_hours": CLOCK_HOURS[Priority.URGENT],
        "signature": company.signature.get(language),
        "languages": [code for code in LANGUAGES if code != language],
        "trap": TRAP,
        "stamp": STAMP,
    }


def _slots(token: str, filling: Filling, goods: Goods, company: Company, now: datetime) -> dict[str, str]:
    visit, language = filling.visit, filling.language
    zone = wording.zone(visit.timezone, company.timezone)
    sent = (visit.sent_at or now).astimezone(zone)
    name = wording.greeting_name(visit.name)
    return {
        "token": token,
        "made": time_stamp(page_key(), now),
        "greeting": wording.greeting(name, language),
        "goods": _goods(goods, language),
        "slip": wording.slip(visit.order, visit.delivered_at, visit.purchased_at, zone, language),
        "stamp_day": f"{sent:%d.%m}",
        "stamp_year": f"{sent:%Y}",
        "until": wording.day(visit.expires_at.astimezone(zone).date(), language),
        "reach": wording.reach(visit.email, visit.phone),
    }


def _goods(goods: Goods, language: str) -> str:
    if not goods:
        return ""
    more = ("…",) if len(goods) > ITEMS_NAMED else ()
    return wording.bought(goods[:ITEMS_NAMED] + more, language)


def _asked(question: Question, questionnaire: Questionnaire, language: str, problems: Sequence[Problem]) -> Asked:
    leading = leading_question(questionnaire)
    by_band = question.by_band or {}
    return Asked(
        key=question.key,
        kind=question.kind,
        text=in_language(question.text, language),
        hint=_words(question.hint, language),
        low=_words(question.low_label, language),
        high=_words(question.high_label, language),
        wordings=tuple((BAND_WORDINGS[b], in_language(t, language)) for b, t in by_band.items() if b in BAND_WORDINGS),
        options=tuple((option.key, option.text(language)) for option in question.options),
        cells=_cells(question, is_leading=question is leading),
        css=" ".join(f"for-{BAND_CLASSES[b]}" for b in sorted(question.bands)),
        question=question,
        errors=tuple(p for p in problems if p.question == question.key),
    )


def _cells(question: Question, *, is_leading: bool) -> tuple[Cell, ...]:
    if question.kind == "matrix":
        return tuple(Cell(n, "") for n in range(1, question.points + 1))
    if question.kind not in LIMITS:
        return ()
    low, high = LIMITS[question.kind]
    return tuple(Cell(n, BAND_CLASSES[band_of(question.kind, n)] if is_leading else "") for n in range(low, high + 1))


def _words(texts: Texts | None, language: str) -> str:
    return in_language(texts, language) if texts else ""
