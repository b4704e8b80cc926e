"""Figures for Prometheus: requests of this process, and the business gauges, which are counted in the database.

With several web processes each answers for the requests it served itself; the gauges are the same from every one.
"""

import time
from collections.abc import Iterator
from datetime import datetime
from functools import cache

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from feedback.conversations.models import ConversationAnalysis
from feedback.db import db
from feedback.db.housekeeping import JobRun
from feedback.messages.models import Message
from feedback.recovery.models import Case
from surveys.invitations.models import Invitation
from surveys.responses.models import AnswerAnalysis
from surveys.responses.models import Response as SurveyResponse

CONTENT_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))  # others come from strangers
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

registry = CollectorRegistry()
ProcessCollector(registry=registry)
PlatformCollector(registry=registry)
requests_total = Counter(
    "otklik_requests", "Answers given by this process", ["endpoint", "method", "status"], registry=registry
)
request_seconds = Histogram(
    "otklik_request_seconds", "Time to an answer", ["endpoint"], buckets=SECONDS, registry=registry
)


def install(app: Flask) -> None:
    """Count every answer by endpoint; paths, which may hold tokens, are never labels."""
    app.before_request(_begin)
    app.after_request(_count)


def render_metrics(now: datetime) -> bytes:
    """Everything in the text format of Prometheus, as of `now`."""
    gauges = CollectorRegistry()
    gauges.register(_Gauges(now))
    return generate_latest(registry) + generate_latest(gauges)


def _begin() -> None:
    g.metrics_start = time.perf_counter()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"
    _total(endpoint, method, response.status_code).inc()
    start = g.get("metrics_start")
    if start is not None:
        _seconds(endpoint).observe(time.perf_counter() - start)
    return response


@cache
def _total(endpoint: str, method: str, status: int) -> Counter:
    """The counter of these labels; finding it costs more than counting."""
    return requests_total.labels(endpoint, method, str(status))


@cache
def _seconds(endpoint: str) -> Histogram:
    return request_seconds.labels(endpoint)


class _Gauges(Collector):
    """The state of the business, one query a gauge."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        session = db.session()
        yield _gauge("otklik_open_cases", "Open recovery cases by clock", "clock", _cases_by_clock(session, self._now))
        yield _gauge("otklik_messages", "Messages by state", "state", _by(session, Message))
        yield _gauge("otklik_invitations", "Invitations by state", "state", _by(session, Invitation))
        yield _gauge("otklik_responses", "Responses by state", "state", _by(session, SurveyResponse))
        yield _gauge("otklik_answer_analyses", "Free texts by state of analysis", "state", _by(session, AnswerAnalysis))
        yield _gauge("otklik_chat_analyses", "Chats by state of analysis", "state", _by(session, ConversationAnalysis))
        yield from _jobs(session)


def _gauge(name: str, text: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _by(
    session: Session, table: type[Message | Invitation | SurveyResponse | AnswerAnalysis | ConversationAnalysis]
) -> dict[str, float]:
    counted = session.execute(select(table.state, func.count()).group_by(table.state))
    return {state: float(count) for state, count in counted}


def _cases_by_clock(session: Session, now: datetime) -> dict[str, float]:
    clock = case((Case.next_due_at.is_(None), "waiting"), (Case.next_due_at < now, "late"), else_="running")
    counted = session.execute(select(clock, func.count()).where(Case.closed_at.is_(None)).group_by(clock))
    return {"late": 0.0, "running": 0.0, "waiting": 0.0} | {state: float(count) for state, count in counted}


def _jobs(session: Session) -> Iterator[Metric]:
    finished = GaugeMetricFamily("otklik_job_finished_timestamp_seconds", "When each job last ended", labels=["job"])
    failing = GaugeMetricFamily("otklik_job_failing", "1 where the job's last run failed", labels=["job"])
    for row in session.scalars(select(JobRun).order_by(JobRun.name)):
        if row.finished_at is not None:
            finished.add_metric([row.name], row.finished_at.timestamp())
        failing.add_metric([row.name], row.error is not None)
    yield finished
    yield failing
