from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.errors import Conflict, Forbidden, Invalid
from feedback.recovery.acting import Worker
from feedback.recovery.closing import Closing, close, reopen
from feedback.recovery.models import Case, CaseEvent, Cause
from tests import builders
from tests.builders import NOW


@pytest.fixture
def me(session: Session) -> Worker:
    return Worker(builders.staff(session, "agent").id, frozenset({"agent"}))


@pytest.fixture
def cause_id(session: Session) -> int:
    return session.scalars(select(Cause.id).where(Cause.code == "delivery.carrier_late")).one()


def contacted_case(session: Session) -> Case:
    return builders.case(session, first_contacted_at=NOW)


def test_closing_keeps_cause_action_and_outcome(session: Session, me: Worker, cause_id: int) -> None:
    case = contacted_case(session)
    close(session, case.id, Closing(cause_id, " Извинились ", "recovered"), me, NOW)
    closed = session.get_one(Case, case.id)
    assert (closed.cause_id, closed.action_taken, closed.outcome) == (cause_id, "Извинились", "recovered")
    assert (closed.closed_at, closed.closed_by_id, closed.owner_id) == (NOW, me.id, me.id)
    assert closed.next_due_at is None


def test_closing_says_when_the_customer_is_asked_again(session: Session, me: Worker, cause_id: int) -> None:
    case = contacted_case(session)
    close(session, case.id, Closing(cause_id, "Извинились", "recovered"), me, NOW)
    event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "closed")).one()
    assert event.facts["ask_at"] == (NOW + timedelta(hours=48)).isoformat()


@pytest.mark.parametrize("outcome", ["unfounded", "not_reachable"])
def test_who_was_not_helped_or_not_reached_is_not_asked(
    session: Session, me: Worker, cause_id: int, outcome: str
) -> None:
    close(session, builders.case(session).id, Closing(cause_id, "Проверили", outcome), me, NOW)
    event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "closed")).one()
    assert "ask_at" not in event.facts


def test_what_is_missing_is_said_all_at_once(session: Session, me: Worker) -> None:
    case = contacted_case(session)
    with pytest.raises(Invalid) as refused:
        close(session, case.id, Closing(None, " ", "won"), me, NOW)
    assert set(refused.value.errors) == {"cause", "action", "outcome"}
    assert session.get_one(Case, case.id).closed_at is None


def test_a_customer_nobody_contacted_is_not_recovered(session: Session, me: Worker, cause_id: int) -> None:
    with pytest.raises(Invalid) as refused:
        close(session, builders.case(session).id, Closing(cause_id, "Ничего", "recovered"), me, NOW)
    assert list(refused.value.errors) == ["outcome"]


def test_a_cause_of_the_first_level_is_enough(session: Session, me: Worker) -> None:
    top = session.scalars(select(Cause.id).where(Cause.code == "delivery")).one()
    case = contacted_case(session)
    close(session, case.id, Closing(top, "Извинились", "recovered"), me, NOW)
    assert session.get_one(Case, case.id).cause_id == top


def test_somebody_elses_case_is_not_closed(session: Session, me: Worker, cause_id: int) -> None:
    case = builders.case(session, owner_id=builders.staff(session, "agent").id, first_contacted_at=NOW)
    with pytest.raises(Forbidden):
        close(session, case.id, Closing(cause_id, "Извинились", "recovered"), me, NOW)


def test_a_free_case_of_another_role_is_not_closed(session: Session, me: Worker, cause_id: int) -> None:
    case, closing = builders.case(session, assigned_role="advocate"), Closing(cause_id, "Проверили", "unfounded")
    with pytest.raises(Forbidden) as refused:
        close(session, case.id, closing, me, NOW)
    assert refused.value.details["reason"] == "for_advocate"
    assert session.get_one(Case, case.id).closed_at is None
    case.owner_id = me.id  # handed over on purpose
    close(session, case.id, closing, me, NOW)
    assert session.get_one(Case, case.id).closed_at == NOW


def test_closing_twice_is_refused(session: Session, me: Worker, cause_id: int) -> None:
    case = contacted_case(session)
    close(session, case.id, Closing(cause_id, "Извинились", "recovered"), me, NOW)
    with pytest.raises(Conflict):
        close(session, case.id, Closing(cause_id, "Извинились", "recovered"), me, NOW)


def test_a_reopened_case_runs_with_fresh_clocks(session: Session, me: Worker, cause_id: int) -> None:
    case = contacted_case(session)
    close(session, case.id, Closing(cause_id, "Извинились", "recovered"), me, NOW)
    later = NOW + timedelta(days=7)  # a Wednesday again
    reopen(session, case.id, me, later)
    open_again = session.get_one(Case, case.id)
    assert (open_again.closed_at, open_again.outcome, open_again.reopened_count) == (None, None, 1)
    assert (
        open_again.next_due_at == open_again.next_answer_due_at == later + timedelta(hours=23)
    )  # 5 h today, 3 tomorrow
    assert open_again.cause_id == cause_id


def test_a_case_is_not_reopened_beside_a_newer_one_of_the_same_story(
    session: Session, me: Worker, cause_id: int
) -> None:
    case = contacted_case(session)
    close(session, case.id, Closing(cause_id, "Извинились", "recovered"), me, NOW)
    newer = builders.case(session, purchase_id=case.purchase_id, customer_id=case.customer_id)
    with pytest.raises(Conflict) as refused:
        reopen(session, case.id, me, NOW)
    assert refused.value.details == {"reason": "other_open", "case_id": newer.id}


def test_an_open_case_is_not_opened(session: Session, me: Worker) -> None:
    with pytest.raises(Conflict):
        reopen(session, builders.case(session).id, me, NOW)
