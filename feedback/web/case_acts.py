"""What can be done with a case: each act is one form, one transaction, one line for the reader.

A refused act shows the page again with everything that was typed and the reason.
"""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback.clock import utc_now
from feedback.db import db, transaction
from feedback.errors import Conflict, DomainError, Forbidden, NotFound
from feedback.http.auth import is_own_page, requires
from feedback.recovery import queue
from feedback.recovery.closing import Closing, close, reopen
from feedback.recovery.contact import Letter, log_call, resume, send_message, wait_for_customer
from feedback.recovery.words import priority_word
from feedback.staff.permissions import Act
from feedback.web.cases import blueprint, case_page, worker
from feedback.web.problems import field_words, problem_words


@blueprint.post("/cases/<int:case_id>/claim")
@requires(Act.WORK_CASE)
def claim(case_id: int) -> ResponseReturnValue:
    return _do(case_id, lambda s: queue.claim(s, case_id, worker(), utc_now()), _("The case is yours."))


@blueprint.post("/cases/<int:case_id>/release")
@requires(Act.WORK_CASE)
def release(case_id: int) -> ResponseReturnValue:
    return _do(case_id, lambda s: queue.release(s, case_id, worker(), utc_now()), _("The case is back in the queue."))


@blueprint.post("/cases/<int:case_id>/assign")
@requires(Act.ASSIGN_CASE)
def assign(case_id: int) -> ResponseReturnValue:
    to = _number("to")
    return _do(case_id, lambda s: queue.assign(s, case_id, to or 0, worker(), utc_now()), _("The case is handed over."))


@blueprint.post("/cases/<int:case_id>/raise")
@requires(Act.ASSIGN_CASE)
def raise_priority(case_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        raised = queue.raise_priority(session, case_id, worker(), utc_now())
        return str(_("The priority is now “%(word)s”.", word=priority_word(raised)))

    return _do(case_id, act)


@blueprint.post("/cases/<int:case_id>/note")
@requires(Act.WORK_CASE)
def note(case_id: int) -> ResponseReturnValue:
    text = request.form.get("note", "")
    return _do(case_id, lambda s: queue.add_note(s, case_id, text, worker(), utc_now()), _("The note is kept."))


@blueprint.post("/cases/<int:case_id>/message")
@requires(Act.WORK_CASE)
def message(case_id: int) -> ResponseReturnValue:
    form = request.form
    letter = Letter(form.get("subject", ""), form.get("body", ""), form.get("language", ""), form.get("nonce", "")[:60])
    then_wait = form.get("then") != "go_on"

    def act(session: Session) -> str:
        is_new = send_message(session, case_id, letter, worker(), utc_now(), then_wait=then_wait)
        return str(
            _("The e-mail is on its way.") if is_new else _("This e-mail was already sent; it is not sent twice.")
        )

    return _do(case_id, act)


@blueprint.post("/cases/<int:case_id>/call")
@requires(Act.WORK_CASE)
def call(case_id: int) -> ResponseReturnValue:
    text, reached = request.form.get("call", ""), request.form.get("reached") == "yes"
    return _do(
        case_id,
        lambda s: log_call(s, case_id, text, worker(), utc_now(), was_reached=reached),
        _("The call is logged."),
    )


@blueprint.post("/cases/<int:case_id>/wait")
@requires(Act.WORK_CASE)
def wait(case_id: int) -> ResponseReturnValue:
    return _do(
        case_id,
        lambda s: wait_for_customer(s, case_id, worker(), utc_now()),
        _("The clocks are paused until the customer answers."),
    )


@blueprint.post("/cases/<int:case_id>/resume")
@requires(Act.WORK_CASE)
def go_on(case_id: int) -> ResponseReturnValue:
    return _do(case_id, lambda s: resume(s, case_id, worker(), utc_now()), _("The clocks run on."))


@blueprint.post("/cases/<int:case_id>/close")
@requires(Act.CLOSE_CASE)
def close_case(case_id: int) -> ResponseReturnValue:
    closing = Closing(_number("cause"), request.form.get("action", ""), request.form.get("outcome", ""))
    return _do(
        case_id,
        lambda s: close(s, case_id, closing, worker(), utc_now()),
        _("The case is closed. It can be opened again."),
    )


@blueprint.post("/cases/<int:case_id>/reopen")
@requires(Act.CLOSE_CASE)
def open_again(case_id: int) -> ResponseReturnValue:
    return _do(case_id, lambda s: reopen(s, case_id, worker(), utc_now()), _("The case is open again."))


def _do(case_id: int, act: Callable[[Session], Any], done: str = "") -> ResponseReturnValue:
    """Run an act in one transaction; a refusal shows the page with what was typed."""
    try:
        with transaction() as session:
            said = act(session)
    except NotFound:
        raise
    except DomainError as error:
        db.session.expire_all()
        status = 409 if isinstance(error, Conflict) else 403 if isinstance(error, Forbidden) else 422
        return case_page(case_id, request.form.to_dict(), field_words(error), problem_words(error)), status
    flash(said if isinstance(said, str) else done)
    back = request.form.get("back")
    return redirect(back if back and is_own_page(back) else url_for("cases.show", case_id=case_id), 303)


def _number(field: str) -> int | None:
    text = request.form.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
