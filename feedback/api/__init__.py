"""REST v1: one file a resource, scoped keys, problem details, OpenAPI."""

from flask import Flask

from feedback.api import cases, chats, customers, metrics, openapi, order_events, points, purchases, responses, returns
from feedback.api.access import LIMIT
from feedback.api.blueprint import api

RESOURCES = (purchases, returns, order_events, chats, responses, cases, customers, points, metrics)
CALLS = "1200 per minute"  # of one key


def register(app: Flask) -> None:
    """Attach every resource."""
    app.config.setdefault(LIMIT, CALLS)
    openapi.install(app)
    app.register_blueprint(api)
