"""Draws for tests: whole terms, entrants, a jury."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback.draws.entering import draw_of_month
from feedback.draws.jury import add_judge, give_marks
from feedback.draws.models import Draw, DrawEntry
from feedback.draws.opening import close_due, open_draw
from feedback.draws.terms import Prize, Terms, edit_terms
from feedback.staff.models import User
from surveys.responses.models import Response, ResponseState
from tests.builders import customer, default_version, staff

MONTH = date(2026, 3, 1)
IN_MARCH = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)
AFTER = datetime(2026, 4, 1, 10, 0, tzinfo=UTC)
TEXTS = {"ru": "Правила", "bg": "Правила на играта", "en": "Rules"}
TENT = Prize({"ru": "Палатка", "bg": "Палатка", "en": "Tent"}, 1, 399_000, "RUB")
FLASK = Prize({"ru": "Термос", "bg": "Термос", "en": "Flask"}, 2, 135_000, "RUB")
TERMS = Terms(
    mode="draw", organiser="«Северный ветер»", rules=TEXTS, prizes=(TENT, FLASK), place="Москва", receipts=TEXTS,
    closes_on=date(2026, 3, 31), publish_by=date(2026, 4, 5), shortlist_size=2,
)  # fmt: skip


def planned(session: Session, **changes: Any) -> Draw:
    """A planned draw of March with whole terms, edited by an admin."""
    draw = draw_of_month(session, MONTH)
    assert draw is not None
    return edit_terms(session, draw.id, replace(TERMS, **changes), staff(session, "admin").id)


def opened(session: Session, **changes: Any) -> Draw:
    return open_draw(session, planned(session, **changes).id, IN_MARCH)


def entrants(session: Session, draw: Draw, *codes: str) -> list[DrawEntry]:
    """Entries with these codes, each of a customer of its own."""
    made = []
    for code in codes:
        person = customer(session)
        version = default_version(session)
        response = Response(
            survey_id=version.survey_id, survey_version_id=version.id, customer_id=person.id,
            state=ResponseState.COMPLETE, started_at=IN_MARCH, completed_at=IN_MARCH, channel="email", language="ru",
        )  # fmt: skip
        session.add(response)
        session.flush()
        made.append(
            DrawEntry(draw_id=draw.id, customer_id=person.id, response_id=response.id, code=code, entered_at=IN_MARCH)
        )
    session.add_all(made)
    session.flush()
    return made


def closed(session: Session, *codes: str, **changes: Any) -> Draw:
    """A draw whose entrants are frozen."""
    draw = opened(session, **changes)
    entrants(session, draw, *codes)
    assert close_due(session, AFTER) == 1
    return draw


def judges(session: Session, draw: Draw, count: int = 2) -> list[User]:
    called = [staff(session, "advocate") for _ in range(count)]
    for judge in called:
        add_judge(session, draw.id, judge.id)
    return called


def judge_all(session: Session, draw: Draw, called: Sequence[User], **numbers: int) -> None:
    """Each judge gives each entry its number for all three criteria; 3 where none is named."""
    entries = session.query(DrawEntry).filter_by(draw_id=draw.id).all()
    for judge in called:
        for entry in entries:
            number = numbers.get(entry.code, 3)
            marks = {"usefulness": number, "detail": number, "evidence": number}
            give_marks(session, draw.id, entry.id, judge.id, marks, "", AFTER)
