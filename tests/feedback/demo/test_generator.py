"""The demo comes out of the real pipeline: its counts, its rules kept, its story visible, the same for one seed."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from statistics import mean

from sqlalchemy import func, select

from feedback.conversations.models import AnalysisState, Conversation
from feedback.customers.models import Branch, Customer, OrderEvent, Purchase
from feedback.db import db
from feedback.demo.showing import guide, open_survey
from feedback.demo.staffing import demo_password, logins
from feedback.demo.story import make_story
from feedback.draws import check_draw
from feedback.draws.models import Draw, DrawWinner
from feedback.draws.proof import proof_of
from feedback.messages.models import Message, MessageState, SendDecision
from feedback.points.models import PointsEntry
from feedback.points.rules import Rule
from feedback.recovery.models import Case, CaseEvent, EventKind, Signal, SignalKind
from feedback.staff.accounts import find_user
from surveys.invitations.models import Invitation, InvitationState
from surveys.responses.models import Answer, AnswerAnalysis, Response, ResponseState
from tests.feedback.demo.conftest import NOW, SIZE, Lived

COMPLETE = Response.state == ResponseState.COMPLETE


def count(table, *where):  # type: ignore[no-untyped-def]
    return db.session.scalar(select(func.count()).select_from(table).where(*where))


def test_everything_planned_has_arrived(demo: Lived) -> None:
    assert count(Customer) == len({s.buyer.key for s in demo.story.purchases}) == SIZE.customers
    assert count(Purchase) == SIZE.purchases
    assert count(Conversation) == len(demo.story.chats) > 0
    assert count(OrderEvent) == sum(s.event is not None for s in demo.story.purchases) > 0
    assert count(Branch) == 5
    assert count(Purchase, ~Purchase.is_planned) == 0


def test_customers_answered_in_their_own_words(demo: Lived) -> None:
    sent = count(Invitation, Invitation.sent_at.is_not(None))
    assert 0.25 <= count(Response, COMPLETE) / sent <= 0.6
    texts = list(db.session.scalars(select(Answer.text).where(Answer.question == "why", Answer.text.is_not(None))))
    assert len(texts) >= 15
    assert len(set(texts)) == len(texts)
    assert set(texts) <= {comment.text for comment in demo.story.content.comments}


def test_every_text_and_chat_is_analysed(demo: Lived) -> None:
    states = Counter(db.session.scalars(select(AnswerAnalysis.state)))
    assert set(states) == {AnalysisState.DONE}
    complete_texts = select(func.count()).select_from(Answer).join(Response, Response.id == Answer.response_id)
    wanted = db.session.scalar(complete_texts.where(Answer.question == "why", Answer.text.is_not(None), COMPLETE))
    assert states.total() >= wanted > 0


def test_past_months_had_a_draw_that_can_be_checked_and_this_one_is_open(demo: Lived) -> None:
    session = db.session()
    draws = session.scalars(select(Draw).where(Draw.state != "planned").order_by(Draw.month)).all()
    assert [draw.state for draw in draws] == ["published"] * (len(draws) - 1) + ["open"]
    assert len(draws) >= 2
    for draw in draws[:-1]:
        assert check_draw.faults(proof_of(session, draw)) == []
    assert {"claimed", "handed_over"} & set(session.scalars(select(DrawWinner.state)))


def test_points_are_one_thousand_for_each_complete_answer(demo: Lived) -> None:
    thanks = select(func.sum(PointsEntry.points)).where(PointsEntry.rule == Rule.REVIEW)
    assert db.session.scalar(thanks) == 1000 * count(Response, COMPLETE)


def test_every_purchase_has_a_decision(demo: Lived) -> None:
    decided = set(db.session.scalars(select(SendDecision.purchase_id).where(SendDecision.purchase_id.is_not(None))))
    assert set(db.session.scalars(select(Purchase.id))) == decided
    assert {"sent", "throttled"} <= set(db.session.scalars(select(SendDecision.outcome)))


def test_nobody_was_asked_twice_within_thirty_days(demo: Lived) -> None:
    asked: dict[int, list] = {}  # type: ignore[type-arg]
    query = select(Invitation.customer_id, Invitation.sent_at).where(
        Invitation.sent_at.is_not(None), Invitation.case_id.is_(None)
    )
    for customer_id, at in db.session.execute(query.order_by(Invitation.sent_at)):
        asked.setdefault(customer_id, []).append(at)
    gaps = [later - earlier for moments in asked.values() for earlier, later in pairwise(moments)]
    assert all(gap >= timedelta(days=30) for gap in gaps)


def test_every_low_score_has_its_case(demo: Lived) -> None:
    low = set(db.session.scalars(select(Response.id).where(COMPLETE, Response.score <= 6)))
    routed = select(Signal.response_id).where(Signal.kind == SignalKind.LOW_SCORE, Signal.response_id.is_not(None))
    assert set(db.session.scalars(routed)) == low != set()


def test_order_events_opened_cases_before_the_customer_complained(demo: Lived) -> None:
    assert count(Signal, Signal.kind == SignalKind.ORDER_EVENT) == count(OrderEvent)


def test_staff_worked_the_cases(demo: Lived) -> None:
    closed = count(Case, Case.closed_at.is_not(None))
    assert 0 < closed < count(Case)
    assert count(Case, Case.closed_at.is_not(None), Case.action_taken.is_(None)) == 0
    told = set(db.session.scalars(select(CaseEvent.kind)))
    assert {EventKind.CLAIMED, EventKind.MESSAGE, EventKind.CALL, EventKind.NOTE, EventKind.CLOSED} <= told
    assert count(Message, Message.case_id.is_not(None), Message.state == MessageState.SENT) > 0


def test_nothing_happened_after_now(demo: Lived) -> None:
    latest = NOW + timedelta(minutes=10)  # sending goes on from the moment it was handed
    for column in (Message.sent_at, Response.completed_at, Case.opened_at, Case.closed_at, CaseEvent.at):
        assert db.session.scalar(select(func.max(column))) <= latest


def test_the_troubled_branch_is_visibly_worse(demo: Lived) -> None:
    query = select(Branch.name, Response.score, Purchase.purchased_at).join(
        Purchase, Purchase.id == Response.purchase_id
    )
    rows = db.session.execute(query.join(Branch, Branch.id == Response.branch_id).where(COMPLETE)).all()
    name = demo.story.content.branch["parnas"].name
    bad = [score for branch, score, at in rows if branch == name and at >= demo.story.year.problem_since]
    others = [score for branch, score, at in rows if branch != name]
    assert len(bad) >= 4
    assert mean(bad) < mean(others) - 1.5


def test_a_survey_waits_for_its_answer(demo: Lived) -> None:
    link = open_survey(db.session(), demo.settings, NOW)
    assert link is not None
    page = demo.app.test_client().get(link.removeprefix("http://localhost"))
    assert page.status_code == 200
    assert any(link in line for line in guide(db.session(), demo.settings, NOW))
    assert count(Invitation, Invitation.state == InvitationState.SENT) > 0


def test_everybody_named_can_log_in(demo: Lived) -> None:
    password = demo_password(demo.settings.secret_key)
    for email, _ in logins():
        user = find_user(db.session(), email)
        assert user is not None
        assert user.verify_and_update_password(password)


def test_letters_are_in_the_outbox(demo: Lived) -> None:
    sent = count(Message, Message.state == MessageState.SENT)
    assert len(list(demo.settings.outbox.glob("*.eml"))) == sent > 0


def test_the_same_seed_makes_the_same_answers_on_each_database(demos: dict[str, Lived]) -> None:
    said = []
    for lived in demos.values():
        with lived.app.app_context():
            query = select(Purchase.external_id, Response.score, Response.state).join(
                Purchase, Purchase.id == Response.purchase_id
            )
            said.append(sorted(tuple(row) for row in db.session.execute(query)))
            db.session.remove()
    assert said[0] == said[1] != []


def test_another_seed_makes_another_company() -> None:
    first, again, other = (make_story(SIZE.__class__(20, 60, 2, seed), NOW) for seed in (1, 1, 2))
    assert first == again
    assert [s.given for s in first.purchases] != [s.given for s in other.purchases]
