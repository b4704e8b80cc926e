"""Pages of the staff: one file a page group, view and form together."""

from flask import Flask

from feedback.web import (
    account,
    agreement,
    case_acts,
    cases,
    customers,
    dashboard,
    filters,
    judging,
    login,
    mailbox,
    messages,
    queue,
    responses,
    settings,
    settings_access,
    settings_themes,
    surveys,
)

GROUPS = (
    login, account, queue, dashboard, cases, judging, customers, responses, surveys, messages, mailbox, settings,
)  # fmt: skip

__all__ = ["agreement", "case_acts", "register", "settings_access", "settings_themes"]


def register(app: Flask) -> None:
    """Attach every page group."""
    filters.install(app)
    for group in GROUPS:
        app.register_blueprint(group.blueprint)
