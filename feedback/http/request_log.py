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
    start = g.get("request_start")
    if start is not None:
        response.headers.setdefault(HEADER, g.request_id)
        endpoint, status = request.endpoint, response.status_code
        logger = log("feedback.http")
        tell = logger.debug if endpoint in QUIET and status < 500 else logger.info
        took = round((time.perf_counter() - start) * 1000, 1)
        tell("answered", endpoint=endpoint, method=request.method, status=status, milliseconds=took)
    return response


def _forget(_error: BaseException | None) -> None:
    structlog.contextvars.unbind_contextvars("request")
