"""No page of the staff is open by mistake: a view names the act it needs, or stands in the short list of open ones."""

import re

import pytest
from flask import Flask

from feedback.http.csrf import OPEN_PATHS, SAFE_METHODS
from feedback.staff.permissions import Act

OPEN_BLUEPRINTS = {"login"}  # before anybody is known; leaving needs a login all the same
OPEN_PREFIXES = (
    "/static/", "/healthz", "/readyz", "/metrics", "/favicon.ico", "/robots.txt", "/how-we-collect-reviews", "/privacy",
    "/draws/results", "/draws/check_draw.py", "/draws/<slug>", "/prize/", "/api/", "/s/", "/m/", "/u/", "/q/",
    "/hooks/",
)  # fmt: skip


def test_every_route_names_an_act_or_is_open_on_purpose(app: Flask) -> None:
    bare = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "required_act")
        and rule.endpoint.partition(".")[0] not in OPEN_BLUEPRINTS
        and not rule.rule.startswith(OPEN_PREFIXES)
    ]
    assert not bare


def test_no_act_of_the_staff_lies_under_an_open_path(app: Flask) -> None:
    hidden = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if hasattr(app.view_functions[rule.endpoint], "required_act") and rule.rule.startswith(OPEN_PATHS)
    ]
    assert not hidden


def test_every_named_act_stands_in_the_table(app: Flask) -> None:
    named = {getattr(view, "required_act", None) for view in app.view_functions.values()} - {None, "any staff"}
    assert named <= set(Act)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_changes_something_needs_a_forms_token(app: Flask, method: str) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or set()) - SAFE_METHODS or rule.rule.startswith(OPEN_PATHS):
            continue
        assert client.open(_filled(rule.rule), method=method).status_code in (303, 403, 404), rule.rule


def test_strangers_are_sent_to_the_login_from_every_page(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if not hasattr(view, "required_act") or "GET" not in (rule.methods or set()):
            continue
        response = client.get(_filled(rule.rule))
        assert (response.status_code, (response.location or "").split("?")[0]) == (303, "/login"), rule.rule


def _filled(rule: str) -> str:
    """The address with 1 in the place of every argument."""
    return re.sub(r"<[^>]+>", "1", rule)
