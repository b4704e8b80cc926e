"""Themes of the company's own: the list; one theme, with a try on recent texts; what texts keep coming back to."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from analysis.themes.matching import ThemeRule
from feedback.clock import utc_now
from feedback.db import db, transaction
from feedback.errors import Invalid
from feedback.http.auth import requires
from feedback.recovery import words
from feedback.reports.theme_texts import Trial, found_themes, texts_by_theme, try_rule
from feedback.staff.permissions import Act
from feedback.themes import rules
from feedback.web.settings import blueprint, note
from feedback.web.theme_form import aspect_choices, error_words, filled, read_theme, suggested


@blueprint.get("/settings/themes")
@requires(Act.EDIT_THEMES)
def themes() -> ResponseReturnValue:
    session = db.session()
    return render_template(
        "staff/settings/themes.html", themes=rules.all_themes(session), counts=texts_by_theme(session, utc_now()),
        words=words,
    )  # fmt: skip


@blueprint.get("/settings/themes/new")
@requires(Act.EDIT_THEMES)
def new_theme() -> ResponseReturnValue:
    return _theme_page(suggested(request.args))


@blueprint.post("/settings/themes/new")
@requires(Act.EDIT_THEMES)
def add_theme() -> ResponseReturnValue:
    given = read_theme(request.form)
    if request.form.get("then") == "try":
        return _tried(given, None)
    try:
        with transaction() as session:
            theme = rules.add_theme(session, given, utc_now())
            note(session, "add_theme", "theme", theme.id)
    except Invalid as error:
        return _theme_page(request.form.to_dict(), errors=error_words(error.errors)), 422
    flash(_("Saved. The texts of the last 90 days are matched again within minutes."))
    return redirect(url_for("settings.themes"), 303)


@blueprint.get("/settings/themes/<int:theme_id>")
@requires(Act.EDIT_THEMES)
def theme(theme_id: int) -> ResponseReturnValue:
    return _theme_page(filled(rules.theme_of(db.session(), theme_id)), theme_id)


@blueprint.post("/settings/themes/<int:theme_id>")
@requires(Act.EDIT_THEMES)
def change_theme(theme_id: int) -> ResponseReturnValue:
    given = read_theme(request.form)
    if request.form.get("then") == "try":
        rules.theme_of(db.session(), theme_id)
        return _tried(given, theme_id)
    try:
        with transaction() as session:
            rules.change_theme(session, theme_id, given, utc_now())
            note(session, "change_theme", "theme", theme_id)
    except Invalid as error:
        return _theme_page(request.form.to_dict(), theme_id, error_words(error.errors)), 422
    flash(_("Saved. The texts of the last 90 days are matched again within minutes."))
    return redirect(url_for("settings.themes"), 303)


@blueprint.post("/settings/themes/<int:theme_id>/state")
@requires(Act.EDIT_THEMES)
def change_theme_state(theme_id: int) -> ResponseReturnValue:
    is_active = request.form.get("active") == "1"
    with transaction() as session:
        rules.set_active(session, theme_id, is_active, utc_now())
        note(session, "enable_theme" if is_active else "disable_theme", "theme", theme_id)
    flash(_("Saved. The texts of the last 90 days are matched again within minutes."))
    return redirect(url_for("settings.themes"), 303)


@blueprint.post("/settings/themes/<int:theme_id>/delete")
@requires(Act.EDIT_THEMES)
def delete_theme(theme_id: int) -> ResponseReturnValue:
    with transaction() as session:
        rules.delete_theme(session, theme_id, utc_now())
        note(session, "delete_theme", "theme", theme_id)
    flash(_("The theme is deleted."))
    return redirect(url_for("settings.themes"), 303)


@blueprint.get("/settings/themes/found")
@requires(Act.EDIT_THEMES)
def themes_in_texts() -> ResponseReturnValue:
    return render_template(
        "staff/settings/themes_found.html", found=found_themes(db.session(), utc_now()), words=words
    )  # fmt: skip


def _tried(given: rules.GivenTheme, theme_id: int | None) -> ResponseReturnValue:
    """The form with what its theme would find; nothing is stored."""
    form = request.form.to_dict()
    try:
        clean = rules.checked(given)
    except Invalid as error:
        return _theme_page(form, theme_id, error_words(error.errors)), 422
    trial = try_rule(db.session(), ThemeRule(theme_id or 0, clean.includes, clean.excludes), utc_now())
    return _theme_page(form, theme_id, trial=trial)


def _theme_page(
    given: dict[str, Any],
    theme_id: int | None = None,
    errors: dict[str, str] | None = None,
    trial: Trial | None = None,
) -> str:
    return render_template(
        "staff/settings/theme.html", given=given, theme_id=theme_id, errors=errors or {}, trial=trial,
        aspects=aspect_choices(), languages=(("ru", "Русский"), ("bg", "Български"), ("en", "English")), words=words,
    )  # fmt: skip
