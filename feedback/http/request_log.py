"""One log line an answer: the endpoint's name, not the path, which may hold a token; an id that the answer repeats."""

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request
from flask.logging import default_handler

from feedback.logs import log

HEADER = "X-Request-ID"
ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
QUIET = frozenset({"static", "health.alive", "health.ready", "health.metrics"})


def install(app: Flask) -> None:
    """Name each request and log its answer."""
    app.logger.removeHandler(default_handler)  # everything goes through the one formatter of `feedback.logs`
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if ACCEPTED_ID.fullmatch(given) else secrets.token_hex(8)
    g.request_start = time.perf_counter()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    if "request_start" in g:
        response.headers.setdefault(HEADER, g.request_id)
        took = round((time.perf_counter() - g.request_start) * 1000, 1)
        level = "debug" if request.endpoint in QUIET and response.status_code < 500 else "info"
        getattr(log("feedback.http"), level)(
            "answered", endpoint=request.endpoint, method=request.method, status=response.status_code, milliseconds=took
        )
    return response


def _forget(_error: BaseException | None) -> None:
    structlog.contextvars.unbind_contextvars("request")
