from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from feedback.recovery.acting import Worker
from feedback.recovery.models import Case, CaseEvent, Cause, EventKind, Priority
from feedback.recovery.queue import add_note, assign, claim, people_who_work, raise_priority, release
from feedback.staff.models import AuditEntry
from tests import builders
from tests.builders import NOW


def worker(session: Session, role: str = "agent", **values: object) -> Worker:
    user = builders.staff(session, role, **values)
    return Worker(user.id, frozenset({role}), is_lead=role in ("advocate", "admin"))


def kinds(session: Session, case: Case) -> list[str]:
    return list(session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)))


def test_a_claimed_case_has_an_owner_a_line_and_an_audit_entry(session: Session) -> None:
    case, me = builders.case(session), worker(session)
    claim(session, case.id, me, NOW)
    entry = session.scalars(select(AuditEntry)).one()
    assert session.get_one(Case, case.id).owner_id == me.id
    assert kinds(session, case) == ["claimed"]
    assert (entry.act, entry.user_id, entry.object_kind, entry.object_id) == ("case_claimed", me.id, "case", case.id)


def test_claiming_ones_own_case_changes_nothing(session: Session) -> None:
    case, me = builders.case(session), worker(session)
    claim(session, case.id, me, NOW)
    claim(session, case.id, me, NOW)
    assert kinds(session, case) == ["claimed"]


def test_a_case_somebody_has_cannot_be_claimed(session: Session) -> None:
    other = builders.staff(session, "agent", name="Артём")
    case = builders.case(session, owner_id=other.id)
    with pytest.raises(Conflict) as refused:
        claim(session, case.id, worker(session), NOW)
    assert refused.value.details == {"reason": "taken", "owner": "Артём"}


def test_a_second_case_of_a_customer_is_the_advocates(session: Session) -> None:
    case = builders.case(session, assigned_role="advocate")
    with pytest.raises(Forbidden):
        claim(session, case.id, worker(session, "agent"), NOW)
    advocate = worker(session, "advocate")
    claim(session, case.id, advocate, NOW)
    assert session.get_one(Case, case.id).owner_id == advocate.id


def test_a_case_that_does_not_exist_cannot_be_claimed(session: Session) -> None:
    with pytest.raises(NotFound):
        claim(session, 404, worker(session), NOW)


def test_of_two_people_who_claim_at_once_exactly_one_gets_it(app: Flask, session: Session) -> None:
    case = builders.case(session)
    people = [worker(session) for _ in range(2)]
    session.commit()
    start = Barrier(2)

    def try_to_claim(me: Worker) -> str:
        with app.app_context():
            try:
                start.wait()
                with transaction() as own:
                    claim(own, case.id, me, NOW)
                return "got it"
            except Conflict as error:
                return str(error.details["reason"])
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(try_to_claim, people))
    assert sorted(results) == ["got it", "taken"]
    winner = people[results.index("got it")]
    assert session.get_one(Case, case.id, populate_existing=True).owner_id == winner.id
    assert kinds(session, case) == ["claimed"]


def test_only_the_owner_or_a_lead_gives_a_case_back(session: Session) -> None:
    owner = worker(session)
    case = builders.case(session, owner_id=owner.id)
    with pytest.raises(Forbidden):
        release(session, case.id, worker(session), NOW)
    release(session, case.id, owner, NOW)
    assert session.get_one(Case, case.id).owner_id is None
    with pytest.raises(Conflict):
        release(session, case.id, owner, NOW)


def test_a_case_is_assigned_to_somebody_who_works_cases(session: Session) -> None:
    case, lead = builders.case(session), worker(session, "advocate")
    agent, analyst = builders.staff(session, "agent"), builders.staff(session, "analyst")
    assign(session, case.id, agent.id, lead, NOW)
    assert session.get_one(Case, case.id).owner_id == agent.id
    for wrong in (analyst.id, builders.staff(session, "agent", active=False).id, 404):
        with pytest.raises(Invalid):
            assign(session, case.id, wrong, lead, NOW)


def test_the_list_of_people_holds_only_those_who_work_cases(session: Session) -> None:
    agent = builders.staff(session, "agent")
    builders.staff(session, "analyst")
    builders.staff(session, "agent", active=False)
    assert [user.id for user in people_who_work(session)] == [agent.id]


def test_raising_the_priority_brings_the_deadline_nearer(session: Session) -> None:
    due = NOW + timedelta(days=2)
    case = builders.case(session, priority="high", first_contact_due_at=due)
    assert raise_priority(session, case.id, worker(session, "advocate"), NOW) == Priority.URGENT
    changed = session.get_one(Case, case.id)
    assert changed.first_contact_due_at == changed.next_due_at == NOW + timedelta(hours=4)
    with pytest.raises(Conflict):
        raise_priority(session, case.id, worker(session, "advocate"), NOW)


def test_a_note_is_kept_in_the_timeline_and_not_in_the_audit(session: Session) -> None:
    case = builders.case(session)
    add_note(session, case.id, "  Просил не звонить  ", worker(session), NOW)
    event = session.scalars(select(CaseEvent)).one()
    assert (event.kind, event.body) == (EventKind.NOTE, "Просил не звонить")
    assert "Просил" not in str(session.scalars(select(AuditEntry)).one().details)


@pytest.mark.parametrize("text", ["", "   ", "я" * 5001])
def test_an_empty_or_endless_note_is_refused(session: Session, text: str) -> None:
    case = builders.case(session)
    with pytest.raises(Invalid) as refused:
        add_note(session, case.id, text, worker(session), NOW)
    assert list(refused.value.errors) == ["note"]


@pytest.mark.parametrize("act", [claim, release, raise_priority])
def test_a_closed_case_is_not_worked(session: Session, act: Callable[..., object]) -> None:
    case = closed_case(session)
    with pytest.raises(DomainError) as refused:
        act(session, case.id, worker(session, "advocate"), NOW)
    assert refused.value.details == {"reason": "closed"}


def closed_case(session: Session) -> Case:
    cause = session.scalars(select(Cause)).first()
    assert cause is not None
    return builders.case(session, closed_at=NOW, next_due_at=None, outcome="recovered", cause_id=cause.id)
