"""The list of answers: the rows that a figure opens into."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from feedback.customers.models import Branch
from feedback.db import db
from feedback.http.auth import requires
from feedback.recovery import words
from feedback.reports.answers import BANDS, AnswerFilters, answers_query, read_answers
from feedback.reports.periods import midnight
from feedback.staff.company import load_company
from feedback.staff.permissions import Act
from feedback.web.layout import staff_pages
from feedback.web.paging import PAGE, listed, next_page, older_than, place_asked
from surveys.questionnaires.models import Survey
from surveys.responses.models import Response

blueprint = staff_pages("responses")


@blueprint.get("/responses")
@requires(Act.VIEW_REPORTS)
def index() -> ResponseReturnValue:
    session = db.session()
    filters = _filters(load_company(session).timezone)
    query = older_than(answers_query(filters), Response.completed_at, Response.id, place_asked())
    page = listed(read_answers(session, query.limit(PAGE + 1)), "at")
    return render_template(
        "staff/responses/responses.html", page=page, filters=filters, words=words, next_page=next_page, bands=_bands(),
        branches=session.execute(select(Branch.id, Branch.name).order_by(Branch.name)).all(),
        surveys=session.scalars(select(Survey.slug).order_by(Survey.slug)).all(), given=request.args,
    )  # fmt: skip


def _filters(timezone: str) -> AnswerFilters:
    args = request.args
    branch = args.get("branch", "")
    return AnswerFilters(
        start=_day(args.get("since"), timezone), end=_day(args.get("until"), timezone, days=1),
        band=args.get("band", "") if args.get("band") in BANDS else "",
        branch_id=0 if branch == "none" else int(branch[:18]) if branch.isascii() and branch.isdigit() else None,
        survey=args.get("survey", "")[:40], only_counted=args.get("all") != "1",
    )  # fmt: skip


def _day(text: str | None, timezone: str, days: int = 0) -> datetime | None:
    """The start of a day of the company's zone, `days` later; None for anything that is not a day."""
    try:
        return midnight(date.fromisoformat(text or "") + timedelta(days=days), timezone)
    except (ValueError, OverflowError):
        return None


def _bands() -> list[tuple[str, Any]]:
    return [
        ("promoter", _("Promoters, 9–10")),
        ("passive", _("Passives, 7–8")),
        ("detractor", _("Detractors, 0–6")),
        ("unhappy", _("Unhappy by score or words")),
    ]
