"""Pages of the staff: one file a page group, view and form together."""

from flask import Flask

from feedback.web import (
    account,
    agreement,
    case_acts,
    cases,
    customers,
    dashboard,
    draws,
    draws_jury,
    filters,
    judging,
    login,
    mailbox,
    messages,
    points,
    points_till,
    queue,
    responses,
    settings,
    settings_access,
    settings_themes,
    surveys,
)

GROUPS = (
    login, account, queue, dashboard, cases, judging, customers, responses, surveys, messages, mailbox, points,
    draws, settings,
)  # fmt: skip

__all__ = ["agreement", "case_acts", "draws_jury", "points_till", "register", "settings_access", "settings_themes"]


def register(app: Flask) -> None:
    """Attach every page group."""
    filters.install(app)
    for group in GROUPS:
        app.register_blueprint(group.blueprint)
