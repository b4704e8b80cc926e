"""The page of one case: why it is here, what the customer said, what was done, and what can be done now."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from babel.dates import get_timezone
from flask import Response, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, format_time, get_locale, ngettext
from flask_babel import gettext as _

from feedback.clock import utc_now
from feedback.config import current_settings
from feedback.db import db, transaction
from feedback.http.auth import current_staff, may_i, requires
from feedback.recovery import words
from feedback.recovery.acting import Worker
from feedback.recovery.calendars import company_calendar
from feedback.recovery.clocks import Clocks, Deadline, clocks_of, deadline, resolution_length
from feedback.recovery.models import Case, Outcome, Priority
from feedback.recovery.priority import CLOCK_HOURS
from feedback.recovery.queue import people_who_work
from feedback.recovery.working_time import WorkingCalendar
from feedback.staff.audit import record
from feedback.staff.company import Company, load_company
from feedback.staff.permissions import Act
from feedback.web.case_story import Story, cause_tree, load_story, photo_of_case
from feedback.web.case_timeline import timeline
from feedback.web.customer_words import channel_word
from feedback.web.judging import judging_context
from feedback.web.layout import staff_pages
from surveys.responses.photos import photo_file

blueprint = staff_pages("cases")


@blueprint.get("/cases/<int:case_id>")
@requires(Act.VIEW_QUEUE)
def show(case_id: int) -> ResponseReturnValue:
    return case_page(case_id)


@blueprint.get("/cases/<int:case_id>/photos/<int:photo_id>")
@requires(Act.VIEW_QUEUE)
def photo(case_id: int, photo_id: int) -> Response:
    path = photo_file(current_settings().uploads, photo_of_case(db.session(), case_id, photo_id))
    return send_file(path, mimetype="image/jpeg", max_age=3600)


def worker() -> Worker:
    """The member of staff of this request, as the acts on cases know them."""
    staff = current_staff()
    return Worker(staff.id, frozenset(role.name for role in staff.roles), is_lead=may_i(Act.ASSIGN_CASE))


def case_page(
    case_id: int, given: dict[str, Any] | None = None, errors: dict[str, str] | None = None, problem: str | None = None
) -> str:
    """The whole page; `given` keeps what was typed into a form that could not be taken."""
    now = utc_now()
    story = read_case(case_id, now)
    return render_template(
        "staff/case/case.html", **case_context(story, now), lines=timeline(story), causes=cause_tree(db.session()),
        given=_draft(story) | (given or {}), errors=errors or {}, problem=problem, people=people_who_work(db.session()),
        outcomes=[(str(outcome), words.outcome_word(outcome)) for outcome in Outcome],
        nonce=(given or {}).get("nonce") or secrets.token_urlsafe(12), customer_time=_customer_time(story, now),
    )  # fmt: skip


def read_case(case_id: int, now: datetime) -> Story:
    """Load a case for reading by a person, which the audit keeps. Raises NotFound."""
    story = load_story(db.session(), case_id, str(get_locale() or "en"), now)
    with transaction() as session:
        record(
            session, "read_case", now=now, user_id=current_staff().id, object_kind="case", object_id=case_id,
            details={"customer_id": story.customer.id},
        )  # fmt: skip
    return story


def case_context(story: Story, now: datetime) -> dict[str, Any]:
    """What the summary of a case needs, on its own page and beside the queue."""
    company, case = load_company(db.session()), story.case
    factors = (case.priority, case.severity, case.customer_value, case.reach)
    return {
        **judging_context(), "story": story, "case": case, "customer": story.customer, "now": now, "words": words,
        "channel_word": channel_word,
        "deadlines": _deadlines(company_calendar(company, now.year), case, now),
        "why_here": words.why_here(case.reason),
        "why_so_urgent": words.why_so_urgent(*factors, case.reason),
        "can_work": may_i(Act.WORK_CASE) and (case.owner_id in (None, current_staff().id) or may_i(Act.ASSIGN_CASE)),
        "can_claim": may_i(Act.WORK_CASE) and _is_for_me(case),
    }  # fmt: skip


def _is_for_me(case: Case) -> bool:
    return case.assigned_role is None or may_i(Act.ASSIGN_CASE) or case.assigned_role in worker().roles


def _deadlines(calendar: WorkingCalendar, case: Case, now: datetime) -> list[tuple[str, Deadline, str]]:
    """The three clocks: name, standing, the rule in words."""
    clocks: Clocks = clocks_of(case)
    hours = CLOCK_HOURS[Priority(case.priority)]
    whole = timedelta(hours=hours)
    waiting, end = clocks.waiting_since, case.closed_at
    rule = ngettext("%(num)s working hour at this priority", "%(num)s working hours at this priority", hours)
    first = deadline(
        calendar,
        clocks.first_contact_due_at,
        now,
        whole,
        done_at=clocks.first_contacted_at or end,
        waiting_since=waiting,
    )
    answer = deadline(calendar, clocks.next_answer_due_at, now, whole, done_at=end, waiting_since=waiting)
    solved = deadline(
        calendar, clocks.resolution_due_at, now, resolution_length(calendar), done_at=end, waiting_since=waiting
    )
    return [
        (_("First contact"), first, rule),
        (_("Next answer"), answer, rule if clocks.next_answer_due_at else _("starts after the first contact")),
        (_("Resolution"), solved, _("5 working days")),
    ]


def _draft(story: Story) -> dict[str, Any]:
    """An empty letter with greeting and signature in the customer's language, and what an earlier closing said."""
    company = load_company(db.session())
    language = story.customer.language or company.language
    with force_locale(language):
        number = story.purchase.external_id if story.purchase is not None else ""
        subject = _("About your order %(number)s", number=number) if number else _("About your feedback")
        name = story.customer.name or ""
        hello = _("Hello, %(name)s!", name=name) if name else _("Hello!")
        body = f"{hello}\n\n\n\n{_signature(company, language)}"
    cause, action = story.case.cause_id, story.case.action_taken or ""
    return {"subject": subject, "body": body, "language": language, "cause": str(cause or ""), "action": action}


def _signature(company: Company, language: str) -> str:
    return company.signature.get(language) or ", ".join(p for p in (current_staff().name, company.name(language)) if p)


def _customer_time(story: Story, now: datetime) -> str | None:
    zone = story.customer.timezone
    return str(format_time(now.astimezone(get_timezone(zone)), "HH:mm", rebase=False)) if zone else None
