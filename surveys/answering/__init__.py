"""The public pages of a customer: the survey, the thanks, the own page, unsubscribing, and how reviews are collected.

`links` finds what a link opens, `doors` says whether it may be answered, `form` turns what was typed into answers,
`pages` renders. The link's token is the only authority: no cookie is set and no account is read.
"""

from flask import Flask

from surveys.answering import draws, me, notices, survey, thanks, unsubscribing  # noqa: F401 - their views join the blueprint
from surveys.answering.blueprint import public


def register(app: Flask) -> None:
    """Attach the public pages."""
    app.register_blueprint(public)
