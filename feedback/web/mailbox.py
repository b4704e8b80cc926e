"""The outbox folder as a mailbox, without a mail server. In a demo anybody may read it, else who edits settings."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from feedback.config import current_settings
from feedback.db import db
from feedback.errors import NotFound
from feedback.http.auth import may_i, requires
from feedback.http.headers import POLICY
from feedback.messages.mailbox import count_mail, list_mail, read_mail
from feedback.staff.company import recent_company
from feedback.staff.permissions import Act

PAGE = 50
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
NEW_TAB = '<!doctype html><base target="_blank">'

blueprint = Blueprint("mailbox", __name__)


def _readable(view: Callable[..., Any]) -> Callable[..., Any]:
    """Only without a mail server; without a login only in a demo, whose people are invented."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        settings = current_settings()
        if settings.smtp_url:
            raise NotFound("Letters go through the mail server.")
        return view(*args, **kwargs) if settings.demo else requires(Act.MANAGE_SETTINGS)(view)(*args, **kwargs)

    guarded.required_act = Act.MANAGE_SETTINGS  # type: ignore[attr-defined]
    return guarded


@blueprint.get("/mailbox")
@_readable
def index() -> ResponseReturnValue:
    folder, first = current_settings().outbox, _first()
    letters = list_mail(folder, limit=PAGE, offset=first)
    total = count_mail(folder)
    return _page(
        "staff/mailbox/mailbox.html",
        letters=letters,
        total=total,
        following=first + PAGE if first + PAGE < total else None,
    )


@blueprint.get("/mailbox/<name>")
@_readable
def show(name: str) -> ResponseReturnValue:
    response = make_response(_page("staff/mailbox/letter.html", mail=read_mail(current_settings().outbox, name)))
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


@blueprint.get("/mailbox/<name>/html")
@_readable
def html(name: str) -> Response:
    """The letter's HTML as it came, in a page of its own that may run nothing and load nothing.

    Its links open beside the mailbox, as in a mail program: no page of ours shows itself inside of a frame.
    """
    response = make_response(NEW_TAB + (read_mail(current_settings().outbox, name).html or ""))
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _page(template: str, **context: Any) -> str:
    """A page that looks the same to staff and, in a demo, to anybody."""
    is_staff = may_i(Act.VIEW_DASHBOARD)  # also takes the reader's language and time zone, where there is a reader
    if not is_staff:
        g.timezone = recent_company(db.session()).timezone
    return render_template(template, is_staff=is_staff, page_language=str(get_locale() or "en"), **context)


def _first() -> int:
    asked = request.args.get("from", "0")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
