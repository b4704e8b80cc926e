"""The one place where errors become answers: pages for people, problem details (RFC 9457) under /api/."""

from http import HTTPStatus

from flask import Flask, Response, current_app, jsonify, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, InternalServerError

from feedback.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from feedback.http.languages import current_language

STATUS: dict[type[DomainError], int] = {NotFound: 404, Forbidden: 403, Conflict: 409, Invalid: 422}


def install(app: Flask) -> None:
    """Attach the handlers."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)


def _domain_error(error: DomainError) -> ResponseReturnValue:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    if _is_api():
        extra = dict(error.details)
        if isinstance(error, Invalid) and error.errors:
            extra["errors"] = error.errors
        return problem(status, error.message, code=error.code, **extra)
    return error_page(status, str(_(error.message)))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.get_response()
    status = error.code or 500
    if isinstance(error, InternalServerError):
        current_app.logger.error("unhandled error", exc_info=error.original_exception)
    headers = [(k, v) for k, v in error.get_headers() if k in ("Allow", "Retry-After", "WWW-Authenticate")]
    if _is_api():
        answer = problem(status, error.description or error.name, code=error.name.lower().replace(" ", "_"))
        answer.headers.extend(headers)
        return answer
    return *error_page(status), headers


def error_page(status: int, message: str | None = None) -> tuple[str, int]:
    """A page that needs nothing of the database; `message` replaces the general advice for this status."""
    title, advice = _words(status)
    page = render_template(
        "errors/error.html", status=status, title=title, advice=advice, message=message, language=current_language(),
        is_staff="_user_id" in session,
    )  # fmt: skip
    return page, status


def _words(status: int) -> tuple[str, str]:
    words = {
        400: (_("The request cannot be understood"), _("Please go back and try once more.")),
        401: (_("Please log in"), _("This page is for staff.")),
        403: (_("This is not for you"), _("Your role does not allow it. An administrator can change that.")),
        404: (_("There is no such page"), _("Check the address, or go back to where you came from.")),
        405: (_("This cannot be done here"), _("Please go back and use the buttons of the page.")),
        409: (_("It has changed meanwhile"), _("Reload the page to see how it stands now.")),
        413: (_("That is too much at once"), _("Files may have 10 MB each. Please go back and choose smaller ones.")),
        422: (_("Something is not right with the values"), _("Please go back and correct them.")),
        429: (_("Too many tries"), _("Please wait a minute and try once more.")),
        503: (_("We are busy just now"), _("Please try once more in a minute. Nothing was lost.")),
    }
    broken = (_("Something broke on our side"), _("We have noted it. Please try once more in a few minutes."))
    return words.get(status) or (words[400] if status < 500 else broken)


def problem(status: int, detail: str, **extra: object) -> Response:
    """A problem detail; `extra` members stand beside the standard ones."""
    response = jsonify({"type": "about:blank", "status": status, "title": _title(status), "detail": detail, **extra})
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def _title(status: int) -> str:

    return HTTPStatus(status).phrase


def _is_api() -> bool:
    return request.path.startswith("/api/")
