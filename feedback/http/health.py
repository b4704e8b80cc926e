"""`/healthz` (the process is alive), `/readyz` (it can work), `/metrics` (figures for Prometheus)."""

import hmac
from datetime import timedelta

from flask import Blueprint, Flask, Response, current_app, request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from feedback.clock import utc_now
from feedback.config import current_settings
from feedback.db import db
from feedback.db.housekeeping import BACKGROUND, JobRun
from feedback.db.schema import is_schema_current
from feedback.http.metrics import CONTENT_TYPE, render_metrics
from feedback.logs import log

HEARTBEAT_LIMIT = timedelta(seconds=90)
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")

health = Blueprint("health", __name__)


def install(app: Flask) -> None:
    """Attach the three addresses."""
    app.register_blueprint(health)


def expect_background(app: Flask) -> None:
    """Let `/readyz` ask for the background's heartbeat too: this process is part of `feedback serve`."""
    app.extensions["otklik_background"] = True


@health.get("/healthz")
def alive() -> Response:
    return _plain("ok", 200)


@health.get("/readyz")
def ready() -> Response:
    lacking = _lacking()
    return _plain(lacking or "ok", 503 if lacking else 200)


@health.get("/metrics")
def metrics() -> Response:
    if not _may_read_metrics():
        return _plain("forbidden", 403)
    return Response(render_metrics(utc_now()), content_type=CONTENT_TYPE)


def _lacking() -> str | None:
    try:
        if not is_schema_current():
            return "the database needs `feedback db upgrade`"
        if current_app.extensions.get("otklik_background") and not _background_is_alive():
            return "the background work is not running"
    except SQLAlchemyError as error:
        log().error("database unreachable", exc_info=error)
        return "the database cannot be reached"
    return None


def _background_is_alive() -> bool:
    beat = db.session.scalar(select(JobRun.finished_at).where(JobRun.name == BACKGROUND))
    return beat is not None and beat > utc_now() - HEARTBEAT_LIMIT


def _may_read_metrics() -> bool:
    token = current_settings().metrics_token
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    # A proxy on this machine also comes from the loopback: what it forwards is not local.
    is_forwarded = any(header in request.headers for header in FORWARDED)
    return request.remote_addr in ("127.0.0.1", "::1") and not is_forwarded


def _plain(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")
