"""Everything a person needs to work one case, gathered in a fixed number of queries: the web may see all layers.

`load_story` reads; the words are in `feedback.recovery.words` and `case_timeline`, the page in `cases`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from feedback.conversations.held import Held, held_of
from feedback.conversations.judging import CHATS
from feedback.conversations.models import Conversation, ConversationAnalysis
from feedback.customers.models import Customer, OrderEvent, Purchase
from feedback.errors import NotFound
from feedback.messages.models import Message
from feedback.points.ledger import balance
from feedback.recovery.models import Case, CaseEvent, Cause, Signal
from feedback.staff.models import User
from surveys.questionnaires.reading import Questionnaire, in_language, questionnaire_of
from surveys.responses.judging import ANSWERS
from surveys.responses.models import Answer, AnswerAnalysis, Photo, Response

FORMER_CASES = 10
SURROUNDINGS = timedelta(days=30)  # chats this long before the case belong to its story


@dataclass(frozen=True)
class ShownAnswer:
    """One answer with the words of its question, what the analysis found in it and what is held of it."""

    question: str
    kind: str
    item: str
    number: int | None
    text: str | None
    choices: Sequence[str]
    points: int
    analysis: AnswerAnalysis | None
    held: Held | None


@dataclass(frozen=True)
class ShownResponse:
    """One response as the case shows it."""

    response: Response
    title: str
    answers: Sequence[ShownAnswer]
    photos: Sequence[Photo]


@dataclass(frozen=True)
class ShownChat:
    """One chat, what the analysis found in it and what is held of it."""

    conversation: Conversation
    analysis: ConversationAnalysis | None
    held: Held | None


@dataclass(frozen=True)
class Spending:
    """What a customer bought in one currency, returns taken off."""

    currency: str
    amount: int
    purchases: int
    since: datetime


@dataclass(frozen=True)
class Story:
    """A case with everything around it."""

    case: Case
    customer: Customer
    owner: User | None
    purchase: Purchase | None
    signals: Sequence[Signal]
    responses: Sequence[ShownResponse]
    chats: Sequence[ShownChat]
    order_events: Sequence[OrderEvent]
    events: Sequence[CaseEvent]
    people: dict[int, User]
    messages: dict[int, Message]
    former: Sequence[Case]
    spending: Sequence[Spending]
    points: int
    cause: Cause | None


def load_story(session: Session, case_id: int, language: str, now: datetime) -> Story:
    """The case and its surroundings; survey texts in `language`. Raises NotFound."""
    purchase = joinedload(Case.purchase)
    case = session.scalar(
        select(Case)
        .where(Case.id == case_id)
        .options(
            joinedload(Case.customer),
            joinedload(Case.owner),
            purchase.joinedload(Purchase.branch),
            purchase.joinedload(Purchase.manager),
            purchase.selectinload(Purchase.items),
        )
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFound("There is no such case.")
    signals = session.scalars(select(Signal).where(Signal.case_id == case_id).order_by(Signal.at, Signal.id)).all()
    events = _events(session, case_id)
    return Story(
        case=case,
        customer=case.customer,
        owner=case.owner,
        purchase=case.purchase,
        signals=signals,
        responses=_responses(session, signals, language),
        chats=_chats(session, case, signals),
        order_events=_order_events(session, case),
        events=events,
        people=_people(session, case, events),
        messages=_messages(session, case_id),
        former=_former(session, case),
        spending=_spending(session, case.customer_id),
        points=balance(session, case.customer_id, now).active,
        cause=session.get(Cause, case.cause_id) if case.cause_id else None,
    )


def cause_tree(session: Session) -> list[tuple[Cause, list[Cause]]]:
    """Active causes: each of the first level with those under it."""
    causes = session.scalars(select(Cause).where(Cause.is_active).order_by(Cause.position, Cause.id)).all()
    return [(top, [c for c in causes if c.parent_id == top.id]) for top in causes if top.parent_id is None]


def photo_of_case(session: Session, case_id: int, photo_id: int) -> Photo:
    """A photo of one of the case's responses. Raises NotFound."""
    responses = select(Signal.response_id).where(Signal.case_id == case_id, Signal.response_id.is_not(None))
    photo = session.scalar(select(Photo).where(Photo.id == photo_id, Photo.response_id.in_(responses)))
    if photo is None:
        raise NotFound("There is no such photo.")
    return photo


def _responses(session: Session, signals: Sequence[Signal], language: str) -> list[ShownResponse]:
    ids = {signal.response_id for signal in signals if signal.response_id is not None}
    if not ids:
        return []
    responses = session.scalars(
        select(Response).where(Response.id.in_(ids)).options(selectinload(Response.answers)).order_by(Response.id)
    ).all()
    found = session.scalars(select(AnswerAnalysis).where(AnswerAnalysis.response_id.in_(ids)))
    analyses = {analysis.answer_id: analysis for analysis in found}
    held = held_of(session, ANSWERS, list(analyses))
    photos = session.scalars(select(Photo).where(Photo.response_id.in_(ids)).order_by(Photo.id)).all()
    return [_shown(session, response, analyses, held, photos, language) for response in responses]


def _shown(
    session: Session,
    response: Response,
    analyses: dict[int, AnswerAnalysis],
    held: dict[int, Held],
    photos: Sequence[Photo],
    language: str,
) -> ShownResponse:
    asked = questionnaire_of(session, response.survey_version_id)
    answers = [
        _answer(asked, answer, analyses.get(answer.id), held.get(answer.id), language) for answer in response.answers
    ]
    mine = [photo for photo in photos if photo.response_id == response.id]
    return ShownResponse(response, in_language(asked.title, language), answers, mine)


def _answer(
    asked: Questionnaire, answer: Answer, analysis: AnswerAnalysis | None, held: Held | None, language: str
) -> ShownAnswer:
    question = asked.question(answer.question)
    options = {option.key: option.text(language) for option in question.options} if question else {}
    return ShownAnswer(
        question=in_language(question.text, language) if question else answer.question,
        kind=answer.kind,
        item=options.get(answer.item, answer.item),
        number=answer.number,
        text=answer.text,
        choices=[options.get(str(choice), str(choice)) for choice in answer.choices or ()],
        points=question.points if question else 5,
        analysis=analysis,
        held=held,
    )


def _chats(session: Session, case: Case, signals: Sequence[Signal]) -> list[ShownChat]:
    ids = [signal.conversation_id for signal in signals if signal.conversation_id is not None]
    near = Conversation.started_at.between(case.opened_at - SURROUNDINGS, case.opened_at + SURROUNDINGS)
    same_purchase = Conversation.purchase_id == case.purchase_id
    conversations = session.scalars(
        select(Conversation)
        .where(Conversation.customer_id == case.customer_id, or_(Conversation.id.in_(ids), same_purchase & near))
        .options(selectinload(Conversation.messages))
        .order_by(Conversation.started_at)
        .limit(5)
    ).all()
    if not conversations:
        return []
    found = session.scalars(
        select(ConversationAnalysis).where(ConversationAnalysis.conversation_id.in_([c.id for c in conversations]))
    )
    analyses = {analysis.conversation_id: analysis for analysis in found}
    held = held_of(session, CHATS, list(analyses))
    return [ShownChat(chat, analyses.get(chat.id), held.get(chat.id)) for chat in conversations]


def _order_events(session: Session, case: Case) -> Sequence[OrderEvent]:
    if case.purchase_id is None:
        return []
    query = select(OrderEvent).where(OrderEvent.purchase_id == case.purchase_id).order_by(OrderEvent.occurred_at)
    return session.scalars(query).all()


def _events(session: Session, case_id: int) -> Sequence[CaseEvent]:
    return session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.at, CaseEvent.id)
    ).all()


def _people(session: Session, case: Case, events: Sequence[CaseEvent]) -> dict[int, User]:
    ids: set[Any] = {event.user_id for event in events} | {case.owner_id, case.closed_by_id}
    for event in events:
        ids |= {event.facts.get("to"), event.facts.get("from")}
    numbers = {number for number in ids if isinstance(number, int)}
    return {user.id: user for user in session.scalars(select(User).where(User.id.in_(numbers)))}


def _messages(session: Session, case_id: int) -> dict[int, Message]:
    return {message.id: message for message in session.scalars(select(Message).where(Message.case_id == case_id))}


def _former(session: Session, case: Case) -> Sequence[Case]:
    return session.scalars(
        select(Case)
        .where(Case.customer_id == case.customer_id, Case.id != case.id)
        .order_by(Case.opened_at.desc())
        .limit(FORMER_CASES)
    ).all()


def _spending(session: Session, customer_id: int) -> list[Spending]:
    query = (
        select(
            Purchase.currency,
            func.sum(Purchase.amount - Purchase.returned_amount),
            func.count(),
            func.min(Purchase.purchased_at),
        )
        .where(Purchase.customer_id == customer_id)
        .group_by(Purchase.currency)
        .order_by(func.count().desc())
    )
    return [Spending(currency, int(amount), count, since) for currency, amount, count, since in session.execute(query)]
