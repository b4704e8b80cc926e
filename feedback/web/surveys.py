"""Surveys: the list with what each brought, and one questionnaire in its three languages side by side. Reading only."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.nps import NpsEstimate, estimate
from feedback.clock import utc_now
from feedback.db import db
from feedback.errors import NotFound
from feedback.http.auth import requires
from feedback.reports.funnel import invitation_funnel
from feedback.reports.nps import nps_by_span
from feedback.reports.periods import PeriodKey, period_of
from feedback.reports.recent import recent
from feedback.staff.company import load_company
from feedback.staff.permissions import Act
from feedback.web import figures
from feedback.web.funnel_steps import funnel_steps, not_sent_words
from feedback.web.layout import staff_pages
from surveys.invitations.triggers import read_trigger
from surveys.questionnaires.models import Survey, SurveyVersion
from surveys.questionnaires.reading import in_language, read_questionnaire
from surveys.responses.models import Response

LANGUAGES = (("ru", "Русский"), ("bg", "Български"), ("en", "English"))

blueprint = staff_pages("surveys")


@dataclass(frozen=True)
class SurveyRow:
    """One survey of the list with its newest version and its answers."""

    survey: Survey
    version: int
    title: str
    complete: int
    partial: int


@blueprint.get("/surveys")
@requires(Act.VIEW_SURVEYS)
def index() -> ResponseReturnValue:
    return render_template(
        "staff/surveys/surveys.html", rows=_rows(db.session(), str(get_locale() or "en")), state_word=state_word,
        kind_word=kind_word,
    )  # fmt: skip


@blueprint.get("/surveys/<int:survey_id>")
@requires(Act.VIEW_SURVEYS)
def show(survey_id: int) -> ResponseReturnValue:
    session, now, language = db.session(), utc_now(), str(get_locale() or "en")
    survey = session.get(Survey, survey_id)
    if survey is None:
        raise NotFound("There is no such survey.")
    versions = session.scalars(
        select(SurveyVersion).where(SurveyVersion.survey_id == survey_id).order_by(SurveyVersion.number.desc())
    ).all()
    version = next((v for v in versions if str(v.number) == request.args.get("version")), versions[0])
    asked = read_questionnaire(version.id, version.definition)
    timezone = load_company(session).timezone
    period = period_of(request.args.get("period", PeriodKey.YEAR), now, timezone)
    funnel, _at = recent(
        session, ("survey", period, survey_id), now, lambda: invitation_funnel(session, period.current, [survey_id])
    )
    return render_template(
        "staff/surveys/survey.html", survey=survey, versions=versions, version=version, asked=asked, language=language,
        title=in_language(asked.title, language), languages=LANGUAGES, trigger=read_trigger(survey.trigger),
        funnel=funnel, steps=funnel_steps(funnel), not_sent=not_sent_words(funnel), figures=figures,
        days=figures.days_words(period.current, timezone), estimate=_nps(session, survey_id, period.current),
        state_word=state_word, kind_word=kind_word, question_word=question_word,
    )  # fmt: skip


def _nps(session: Session, survey_id: int, span: Any) -> NpsEstimate:
    [(_label, counts)] = nps_by_span(session, [span], [survey_id])
    return estimate(counts)


def _rows(session: Session, language: str) -> list[SurveyRow]:
    newest = select(SurveyVersion.survey_id, func.max(SurveyVersion.number).label("number")).group_by(
        SurveyVersion.survey_id
    )
    latest = newest.subquery()
    found = session.execute(
        select(Survey, SurveyVersion.number, SurveyVersion.definition)
        .join(latest, latest.c.survey_id == Survey.id)
        .join(SurveyVersion, (SurveyVersion.survey_id == Survey.id) & (SurveyVersion.number == latest.c.number))
        .order_by(Survey.id)
    ).all()
    answered = select(Response.survey_id, func.count(Response.completed_at), func.count()).group_by(Response.survey_id)
    counts = {survey: (complete, every - complete) for survey, complete, every in session.execute(answered)}
    return [
        SurveyRow(survey, number, in_language(definition["title"], language), *counts.get(survey.id, (0, 0)))
        for survey, number, definition in found
    ]


_STATE: dict[str, Any] = {
    "draft": _l("Draft"),
    "active": _l("Active"),
    "paused": _l("Paused"),
    "archived": _l("Archived"),
}


def state_word(state: str) -> str:
    """Whether a survey asks."""
    return str(_STATE.get(state, state))


_KIND: dict[str, Any] = {
    "after_purchase": _l("After a purchase"),
    "relationship": _l("About the relationship"),
    "recovery_check": _l("Check after a case"),
}


def kind_word(kind: str) -> str:
    """What a survey is for."""
    return str(_KIND.get(kind, kind))


_QUESTION: dict[str, Any] = {
    "nps": _l("Recommendation, 0–10"),
    "csat": _l("Satisfaction, 1–5"),
    "ces": _l("Effort, 1–7"),
    "stars": _l("Stars"),
    "matrix": _l("Matrix of aspects"),
    "single": _l("One of several"),
    "multiple": _l("Several of several"),
    "text": _l("Free text"),
    "photo": _l("Photos"),
    "date": _l("Date"),
    "contact": _l("Request for contact"),
    "consent": _l("Consent"),
}


def question_word(kind: str) -> str:
    """A kind of question."""
    return str(_QUESTION.get(kind, kind))
