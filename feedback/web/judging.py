"""A human's word on an analysis: it is right, or it is corrected; and undoing it. The forms stand beside the text."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from analysis.vocabulary import ASPECTS, SENTIMENTS
from feedback.clock import utc_now
from feedback.conversations.held import Held
from feedback.conversations.judging import CHATS, Labels, Verdict, judge, undo
from feedback.db import db, transaction
from feedback.http.auth import current_staff, is_own_page, may_i, requires
from feedback.http.numbers import row_id
from feedback.recovery.words import aspect_word
from feedback.staff.audit import record
from feedback.staff.permissions import Act
from feedback.themes.models import Theme
from feedback.themes.rules import all_themes
from feedback.web.layout import staff_pages
from surveys.responses.judging import ANSWERS, judge_answer

blueprint = staff_pages("judging")
KINDS = {kind.name: kind for kind in (ANSWERS, CHATS)}
PLACE = "/texts/<any(answer, chat):kind>/<int:text_id>/judgement"


@blueprint.post(PLACE)
@requires(Act.CORRECT_ANALYSIS)
def keep(kind: str, text_id: int) -> ResponseReturnValue:
    labels = None if request.form.get("verdict") == Verdict.CONFIRMED else _labels()
    with transaction() as session:
        verdict, case_id = _judge(session, kind, text_id, labels)
        _note(session, kind, text_id, "judge_text", {"verdict": str(verdict)})
    flash(_("The correction is kept.") if verdict == Verdict.CORRECTED else _("Kept: the analysis is right."))
    if case_id is not None:
        flash(_("It belongs to case %(number)s now.", number=case_id))
    return _back()


@blueprint.post(f"{PLACE}/undo")
@requires(Act.CORRECT_ANALYSIS)
def take_back(kind: str, text_id: int) -> ResponseReturnValue:
    with transaction() as session:
        if undo(session, KINDS[kind], text_id, current_staff().id, utc_now()):
            _note(session, kind, text_id, "undo_judgement", {})
    flash(_("What the analysis found holds again."))
    return _back()


def judging_context() -> dict[str, Any]:
    """What `components/judging.html` needs beside the held labels."""
    themes = all_themes(db.session()) if may_i(Act.CORRECT_ANALYSIS) else []
    return {"judged_themes": themes, "mood_words": mood_words(), "model_words": model_words, "aspects": ASPECTS}


def mood_words() -> dict[str, str]:
    """The three sentiments in words."""
    return {"negative": _("unhappy"), "neutral": _("neutral"), "positive": _("happy")}


def judged_word(mood: str) -> str:
    """How an aspect is judged, in a word."""
    return {"negative": _("bad"), "positive": _("good")}.get(mood) or str(_("so-so"))


def model_words(held: Held, themes: list[Theme]) -> str:
    """What the model had said before a human judged, in one line."""
    if held.judgement is None:
        return ""
    model, language = held.judgement.model, str(get_locale() or "en")
    parts = [mood_words().get(model.sentiment, "")]
    parts += [f"{aspect_word(aspect)}: {judged_word(mood)}" for aspect, mood in model.aspects.items()]
    parts += [theme.name(language) for theme in themes if theme.id in model.themes]
    return "; ".join(part for part in parts if part)


def _judge(session: Session, kind: str, text_id: int, labels: Labels | None) -> tuple[Verdict, int | None]:
    user_id, now = current_staff().id, utc_now()
    if kind == ANSWERS.name:
        return judge_answer(session, text_id, labels, user_id, now)
    return judge(session, KINDS[kind], text_id, labels, user_id, now)[0], None


def _labels() -> Labels:
    form = request.form
    aspects = {aspect: mood for aspect in ASPECTS if (mood := form.get(f"aspect_{aspect}", "")) in SENTIMENTS}
    themes = (row_id(value) for value in form.getlist("themes"))
    return Labels(form.get("sentiment", ""), aspects, tuple(theme for theme in themes if theme is not None))


def _note(session: Session, kind: str, text_id: int, act: str, details: dict[str, Any]) -> None:
    record(
        session, act, now=utc_now(), user_id=current_staff().id, object_kind=kind, object_id=text_id, details=details
    )


def _back() -> ResponseReturnValue:
    back = request.form.get("back")
    return redirect(back if back and is_own_page(back) else url_for("account.show"), 303)
