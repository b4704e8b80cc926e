"""Settings: the company and the audit. Accounts and keys stand in `settings_access`, themes in `settings_themes`."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.clock import utc_now
from feedback.db import db, transaction
from feedback.http.auth import current_staff, requires
from feedback.staff import accounts
from feedback.staff.audit import record
from feedback.staff.company import change_company, load_company
from feedback.staff.models import AuditEntry, User
from feedback.staff.permissions import Act
from feedback.web.audit_words import act_words, object_words
from feedback.web.company_form import SITES, countries, read_company
from feedback.web.layout import staff_pages
from feedback.web.paging import PAGE, listed, next_page, older_than, place_asked

blueprint = staff_pages("settings")


@blueprint.get("/settings")
@requires(Act.MANAGE_SETTINGS)
def index() -> ResponseReturnValue:
    return _company_page(None, {})


@blueprint.post("/settings")
@requires(Act.MANAGE_SETTINGS)
def save_company() -> ResponseReturnValue:
    changes, errors = read_company(request.form)
    if errors:
        return _company_page(changes, errors), 422
    with transaction() as session:
        before = load_company(session)
        changed = sorted(key for key, value in changes.items() if _plain(getattr(before, key)) != value)
        change_company(session, changes, utc_now())
        note(session, "change_company", details={"fields": changed})
    flash(_("Saved."))
    return redirect(url_for("settings.index"), 303)


@blueprint.get("/settings/audit")
@requires(Act.VIEW_AUDIT)
def audit() -> ResponseReturnValue:
    columns: list[Any] = [
        AuditEntry.id, AuditEntry.at, AuditEntry.act, AuditEntry.object_kind, AuditEntry.object_id, AuditEntry.details,
        AuditEntry.api_key_id, User.name, User.email,
    ]  # fmt: skip
    query = select(*columns).outerjoin(User, User.id == AuditEntry.user_id)
    query = older_than(query, AuditEntry.at, AuditEntry.id, place_asked())
    page = listed(db.session().execute(query.limit(PAGE + 1)).all(), "at")
    return render_template(
        "staff/settings/audit.html", page=page, next_page=next_page, act_words=act_words, object_words=object_words
    )


def _company_page(given: dict[str, Any] | None, errors: dict[str, str]) -> str:
    company = load_company(db.session())
    shown = given or {key: getattr(company, key) for key in company.__dataclass_fields__}
    sites = [*shown["review_sites"], *({"name": "", "url": ""} for _place in range(SITES))][:SITES]
    return render_template(
        "staff/settings/company.html", given=shown, sites=sites, errors=errors, zones=accounts.time_zones(),
        countries=countries(), languages=(("ru", "Русский"), ("bg", "Български"), ("en", "English")),
    )  # fmt: skip


def note(
    session: Session,
    act: str,
    kind: str | None = None,
    object_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    record(
        session, act, now=utc_now(), user_id=current_staff().id, object_kind=kind, object_id=object_id, details=details
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
