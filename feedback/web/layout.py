"""What the staff layout needs on every page: the reader, the company, the navigation, the language."""

from typing import Any

from flask import Blueprint
from flask_babel import get_locale

from feedback.db import db
from feedback.http.auth import staff_or_none
from feedback.http.navigation import navigation
from feedback.staff.company import load_company


def staff_pages(name: str, **kwargs: Any) -> Blueprint:
    """A blueprint of staff pages: its templates know what `layouts/staff.html` needs."""
    blueprint = Blueprint(name, f"feedback.web.{name}", **kwargs)
    blueprint.context_processor(layout_context)
    return blueprint


def layout_context() -> dict[str, Any]:
    """Variables of the layout; none while nobody is logged in, for then only an error page is drawn."""
    staff, language = staff_or_none(), str(get_locale() or "en")
    if staff is None:
        return {}
    company = load_company(db.session())
    return {
        "staff": staff,
        "company_name": company.name(language),
        "company_language": language if language in company.names else company.language,
        "page_language": language,
        "navigation": navigation,
    }
