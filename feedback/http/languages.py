"""The language of a page: what the page set, else the link's, else the browser's, else the company's."""

from flask import Flask, g, request
from flask_babel import Babel, refresh

LANGUAGES = ("ru", "bg", "en")
DOMAINS = ("public", "staff", "overview", "themes", "draws", "points", "emails")


def install(app: Flask) -> None:
    """Attach Flask-Babel with one catalogue per subject."""
    app.config["BABEL_DOMAIN"] = ";".join(DOMAINS)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(["translations"] * len(DOMAINS))
    Babel(
        app,
        default_locale="en",
        default_domain=app.config["BABEL_DOMAIN"],
        locale_selector=current_language,
        timezone_selector=lambda: g.get("timezone"),
    )


def current_language() -> str:
    """The language of this request."""
    chosen = g.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    asked = request.args.get("lang") if request else None
    if asked in LANGUAGES:
        return str(asked)
    return (request.accept_languages.best_match(LANGUAGES) if request else None) or g.get("company_language", "en")


def use_language(language: str | None) -> None:
    """Show the rest of this request in `language` (ignored when it is not one of ours)."""
    if language in LANGUAGES:
        g.language = language
        refresh()
