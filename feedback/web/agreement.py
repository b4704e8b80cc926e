"""How often people agree with the analysis, month by month; a page beside the list of answers."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from feedback.clock import utc_now
from feedback.db import db
from feedback.http.auth import requires
from feedback.reports.agreement import agreement_by_month
from feedback.reports.periods import Span
from feedback.staff.company import load_company
from feedback.staff.permissions import Act
from feedback.web import figures
from feedback.web.responses import blueprint


@blueprint.get("/responses/agreement")
@requires(Act.VIEW_REPORTS)
def agreement() -> ResponseReturnValue:
    timezone = load_company(db.session()).timezone
    months = agreement_by_month(db.session(), utc_now(), timezone)

    def month_words(span: Span) -> str:
        return str(format_date(figures.first_and_last_day(span, timezone)[0], "LLLL y"))

    return render_template(
        "staff/responses/agreement.html", months=[*reversed(months)], month_words=month_words, figures=figures
    )
