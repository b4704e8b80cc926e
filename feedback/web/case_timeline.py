"""The one timeline of a case: what happened to the order, what the customer said, what we did. Newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from feedback.customers.models import Purchase
from feedback.messages.models import MessageState
from feedback.recovery.models import CaseEvent, EventKind
from feedback.recovery.words import event_word, outcome_word, priority_word
from feedback.web.case_story import Story
from feedback.web.figures import percent_words
from feedback.web.money import money_words

BAD, US = "k-bad", "k-us"


@dataclass(frozen=True)
class Line:
    """A line: when, what in bold, the rest, a text in the customer's or a colleague's own words, and its colour."""

    at: datetime
    title: str
    text: str = ""
    body: str | None = None
    css: str = ""
    language: str | None = None


def timeline(story: Story) -> list[Line]:
    """Every line of the story, newest first; at one moment, later acts stand above earlier ones."""
    lines = [*_order_lines(story), *_customer_lines(story), *(_event_line(story, event) for event in story.events)]
    order = sorted(range(len(lines)), key=lambda place: (lines[place].at, place), reverse=True)
    return [lines[place] for place in order if lines[place].title]


def _order_lines(story: Story) -> Iterator[Line]:
    purchase = story.purchase
    if purchase is not None:
        yield Line(purchase.purchased_at, _("Purchase %(number)s.", number=purchase.external_id), _bought(purchase))
        if purchase.delivered_at is not None:
            yield Line(purchase.delivered_at, _("Delivered."))
    for event in story.order_events:
        yield Line(event.occurred_at, _("Order event:"), event_word(event.kind), event.details, BAD)


def _customer_lines(story: Story) -> Iterator[Line]:
    for shown in story.responses:
        response = shown.response
        if response.completed_at is not None:
            score = _("Score %(score)s of 10.", score=response.score) if response.score is not None else ""
            yield Line(response.completed_at, _("Answered the survey."), score)
    for chat in story.chats:
        count = len(chat.conversation.messages)
        is_bad = chat.analysis is not None and bool(chat.analysis.ended_badly)
        title = ngettext("Chat, %(num)s message.", "Chat, %(num)s messages.", count)
        yield Line(
            chat.conversation.started_at, title, _("It ended badly.") if is_bad else "", css=BAD if is_bad else ""
        )


def _event_line(story: Story, event: CaseEvent) -> Line:
    title, text, css = _event_words(story, event)
    language = event.facts.get("language") if event.kind == EventKind.MESSAGE else None
    return Line(event.at, title, text, event.body, css, language)


def _event_words(story: Story, event: CaseEvent) -> tuple[str, str, str]:
    who, facts = _name(story, event.user_id), event.facts
    match event.kind:
        case EventKind.OPENED:
            word = priority_word(facts["priority"]).lower() if "priority" in facts else ""
            return _("The case is opened."), _("Priority: %(word)s.", word=word) if word else "", BAD
        case EventKind.SIGNAL:
            return "", "", ""  # the answer, the chat or the event stands in the timeline itself
        case EventKind.PRIORITY:
            raised = _("The priority is raised: %(word)s.", word=priority_word(facts["to"]).lower())
            return raised, who, BAD
        case EventKind.CLAIMED:
            return _("Claimed."), who, US
        case EventKind.RELEASED:
            return _("Given back to the queue."), who, ""
        case EventKind.ASSIGNED:
            return _("Assigned to %(name)s.", name=_name(story, facts.get("to"))), who, US
        case EventKind.NOTE:
            return _("Note."), who, ""
        case EventKind.MESSAGE:
            return _("E-mail to the customer."), _with_state(story, event, who), US
        case EventKind.CALL:
            return _("Spoke on the phone.") if facts.get("reached") else _("Called, no answer."), who, US
        case EventKind.REPLY:
            return _("The customer answered."), "", BAD
        case EventKind.WAITING:
            return _("Waiting for the customer; the clocks are paused."), who, ""
        case EventKind.RESUMED:
            return _("The clocks run on."), who, ""
        case EventKind.ESCALATED:
            used = percent_words(facts.get("percent", 0))
            return _("Escalated: %(share)s of the clock is used.", share=used), "", BAD
        case EventKind.COMPENSATED:
            return _("Compensated."), who, US
        case EventKind.CLOSED:
            return _("Closed: %(outcome)s.", outcome=outcome_word(facts["outcome"]).lower()), who, US
        case EventKind.REOPENED:
            return _("Opened again."), who, BAD
    return str(event.kind), who, ""


def _with_state(story: Story, event: CaseEvent, who: str) -> str:
    message = story.messages.get(event.message_id or 0)
    states = {
        MessageState.QUEUED: _("leaves in a moment"),
        MessageState.HANDING_OVER: _("leaves in a moment"),
        MessageState.SENT: _("sent"),
        MessageState.FAILED: _("not delivered: the mail server refused it"),
        MessageState.STOPPED: _("not sent: the contact rules stopped it"),
        MessageState.UNCERTAIN: _("not certain whether it was sent"),
    }
    state = str(states[MessageState(message.state)]) if message is not None else ""
    return "; ".join(part for part in (who, state) if part)


def _bought(purchase: Purchase) -> str:
    names = ", ".join(item.name for item in purchase.items[:4])
    place = ", ".join(part.name for part in (purchase.branch, purchase.manager) if part is not None)
    return "; ".join(part for part in (names, money_words(purchase.amount, purchase.currency), place) if part)


def _name(story: Story, user_id: int | None) -> str:
    user = story.people.get(user_id) if user_id is not None else None
    return (user.name or user.email) if user is not None else ""
