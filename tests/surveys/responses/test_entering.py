"""Reviews enter the draw of their month."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.db import transaction
from feedback.draws.models import Draw, DrawEntry
from surveys.responses.entering import enter_reviews
from surveys.responses.given import GivenAnswer, Submission
from surveys.responses.models import Response
from surveys.responses.submit import submit_response
from tests.builders import NOW, customer, invitation, purchase


def review(
    session: Session,
    by: Customer,
    text: str | None = "Всё понравилось",
    score: int = 9,
    at: datetime = NOW,
    **given: Any,
) -> int:
    answers = [GivenAnswer("score", "nps", number=score)]
    if text is not None:
        answers.append(GivenAnswer("why", "text", text=text))
    submission = Submission(tuple(answers), "ru", **({"is_complete": True} | given))
    return submit_response(session, invitation(session, purchase(session, by)).id, submission, at).response_id


def enter(now: datetime = NOW) -> int:
    with transaction() as session:
        return enter_reviews(session, now)


def entered(session: Session) -> list[int]:
    return list(session.scalars(select(DrawEntry.response_id).order_by(DrawEntry.response_id)))


def test_it_works(session: Session) -> None:
    with transaction():
        response_id = review(session, customer(session))
    assert enter() == 1
    draw = session.scalars(select(Draw)).one()
    entry = session.scalars(select(DrawEntry)).one()
    assert (draw.slug, draw.month, draw.state) == ("2026-03", date(2026, 3, 1), "planned")
    assert (entry.response_id, entry.draw_id) == (response_id, draw.id)
    assert len(entry.code) == 12


def test_entering_again_changes_nothing(session: Session) -> None:
    with transaction():
        review(session, customer(session))
    enter()
    code = session.scalar(select(DrawEntry.code))
    assert enter(NOW + timedelta(hours=1)) == 0
    assert session.scalars(select(DrawEntry.code)).all() == [code]


def test_a_person_enters_once_a_month_with_the_first_review(session: Session) -> None:
    with transaction():
        by = customer(session)
        first = review(session, by)
        review(session, by)
    enter()
    with transaction():
        review(session, by)
    assert enter() == 0
    assert entered(session) == [first]


def test_every_score_enters(session: Session) -> None:
    with transaction():
        for score in range(11):
            review(session, customer(session), score=score)
    assert enter() == 11
    codes = session.scalars(select(DrawEntry.code)).all()
    assert len(set(codes)) == 11


def test_who_stays_out(session: Session) -> None:
    with transaction():
        review(session, customer(session, is_staff=True))
        review(session, customer(session, is_test=True))
        review(session, customer(session), suspected_bot=True)
        review(session, customer(session), is_complete=False)
        review(session, customer(session), text=None)
        review(session, customer(session), text="   ")
        review(session, customer(session, erased_at=NOW))
    assert enter() == 0
    assert session.scalar(select(func.count()).select_from(Draw)) == 0


def test_the_month_is_that_of_the_company(session: Session) -> None:
    with transaction():
        midnight_in_moscow = datetime(2026, 2, 28, 21, 0, tzinfo=UTC)
        review(session, customer(session), at=midnight_in_moscow - timedelta(minutes=1))
        review(session, customer(session), at=midnight_in_moscow)
    assert enter() == 2
    months = session.scalars(
        select(Draw.month).join(DrawEntry, DrawEntry.draw_id == Draw.id).order_by(Draw.month)
    ).all()
    assert months == [date(2026, 2, 1), date(2026, 3, 1)]


def test_a_frozen_list_takes_nobody(session: Session) -> None:
    with transaction():
        session.add(Draw(slug="2026-03", month=date(2026, 3, 1), state="closed", organiser="О", rules={}, prizes=[]))
        review(session, customer(session))
    assert enter() == 0


def test_older_months_are_left_alone(session: Session) -> None:
    with transaction():
        review(session, customer(session), at=datetime(2026, 1, 20, tzinfo=UTC))
    assert enter(NOW) == 0
    assert session.scalar(select(func.count()).select_from(Response)) == 1
