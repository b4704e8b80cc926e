"""What left, what did not and why: messages by state, and the decisions to write or not to write."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from feedback.clock import utc_now
from feedback.config import current_settings
from feedback.customers.models import Customer, Purchase
from feedback.db import db, transaction
from feedback.http.auth import current_staff, requires
from feedback.messages.models import Message, MessageState, SendDecision
from feedback.messages.policy import Outcome
from feedback.messages.resending import send_again
from feedback.staff.audit import record
from feedback.staff.permissions import Act
from feedback.web import customer_words as words
from feedback.web.filters import day_words
from feedback.web.funnel_steps import outcome_words
from feedback.web.layout import staff_pages
from feedback.web.paging import PAGE, listed, next_page, older_than, place_asked

COUNTED = (MessageState.QUEUED, MessageState.UNCERTAIN, MessageState.FAILED)

blueprint = staff_pages("messages")


@blueprint.get("/messages")
@requires(Act.VIEW_MESSAGES)
def index() -> ResponseReturnValue:
    session, asked = db.session(), request.args.get("state", "")
    state = asked if asked in set(MessageState) else ""
    columns: list[Any] = [
        Message.id, Message.created_at, Message.send_at, Message.sent_at, Message.kind, Message.channel, Message.state,
        Message.failure, Message.customer_id, Message.case_id, Message.attempts, Customer.name.label("customer"),
    ]  # fmt: skip
    query = select(*columns).join(Customer, Customer.id == Message.customer_id)
    if state:
        query = query.where(Message.state == state)
    query = older_than(query, Message.created_at, Message.id, place_asked())
    page = listed(session.execute(query.limit(PAGE + 1)).all(), "created_at")
    counts = select(Message.state, func.count()).where(Message.state.in_(COUNTED)).group_by(Message.state)
    return render_template(
        "staff/messages/messages.html", page=page, state=state, states=list(MessageState), words=words,
        counts=dict(session.execute(counts).all()), next_page=next_page,
        has_mailbox=not current_settings().smtp_url,
    )  # fmt: skip


@blueprint.post("/messages/<int:message_id>/again")
@requires(Act.RESEND_MESSAGE)
def again(message_id: int) -> ResponseReturnValue:
    with transaction() as session:
        send_again(session, message_id, utc_now())
        record(
            session, "send_message_again", now=utc_now(), user_id=current_staff().id, object_kind="message",
            object_id=message_id,
        )  # fmt: skip
    flash(_("The message is queued once more."))
    return redirect(url_for("messages.index", state=MessageState.UNCERTAIN), 303)


@blueprint.get("/messages/decisions")
@requires(Act.VIEW_MESSAGES)
def decisions() -> ResponseReturnValue:
    asked = request.args.get("outcome", "")
    outcome = asked if asked in set(Outcome) else ""
    columns: list[Any] = [
        SendDecision.id, SendDecision.decided_at, SendDecision.outcome, SendDecision.step, SendDecision.channel,
        SendDecision.details, SendDecision.customer_id, Customer.name.label("customer"),
        Purchase.external_id.label("purchase"),
    ]  # fmt: skip
    query = (
        select(*columns)
        .join(Customer, Customer.id == SendDecision.customer_id)
        .outerjoin(Purchase, Purchase.id == SendDecision.purchase_id)
    )
    if outcome:
        query = query.where(SendDecision.outcome == outcome)
    query = older_than(query, SendDecision.decided_at, SendDecision.id, place_asked())
    page = listed(db.session().execute(query.limit(PAGE + 1)).all(), "decided_at")
    return render_template(
        "staff/messages/decisions.html", page=page, outcome=outcome, outcomes=list(Outcome), words=words,
        outcome_words=outcome_words, reason=_reason, next_page=next_page,
    )  # fmt: skip


def _reason(details: dict[str, Any]) -> str:
    """The facts of a decision in words."""
    if "days" in details and "last" in details:
        day = day_words(datetime.fromisoformat(details["last"]))
        return str(_("last asked %(day)s; once in %(days)s days", day=day, days=details["days"]))
    purposes = {"processing": _("to process data"), "advertising": _("to receive advertising")}
    return str(purposes.get(details.get("purpose", ""), ""))
