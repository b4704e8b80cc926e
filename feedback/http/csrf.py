"""Forms of the staff carry a token against cross-site requests.

Everything is protected unless its path stands in OPEN_PATHS: pages opened by a link's own token and calls with a Bearer
key do not act on a cookie, so a foreign site gains nothing by posting to them.
"""

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from feedback.errors import Forbidden
from feedback.http.auth import staff_or_none

OPEN_PATHS = ("/api/", "/s/", "/m/", "/u/", "/q/", "/hooks/", "/prize/")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

csrf = CSRFProtect()


def install(app: Flask) -> None:
    """Attach the protection; must stand before the logins."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session: a page may stay open all day
    app.config["WTF_CSRF_SSL_STRICT"] = False  # over TLS it wants a Referer, which our pages forbid browsers to send
    csrf.init_app(app)
    app.before_request(_protect)


def _protect() -> None:
    if request.method in SAFE_METHODS or request.path.startswith(OPEN_PATHS) or request.endpoint is None:
        return
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return
    try:
        csrf.protect()
    except CSRFError as error:
        staff_or_none()  # the refusal speaks their language
        raise Forbidden("This form is out of date. Go back, reload the page and send it again.") from error
