"""The application factory: the only place that knows all parts."""

from pathlib import Path

from apiflask import APIFlask

import feedback.api
import feedback.conversations.models
import feedback.customers.models
import feedback.db.housekeeping
import feedback.draws.messages
import feedback.draws.models
import feedback.http
import feedback.messages.models
import feedback.points.models
import feedback.points.statements
import feedback.recovery.models
import feedback.staff.models
import feedback.themes.models
import feedback.web
import surveys.answering
import surveys.invitations.messages
import surveys.invitations.models
import surveys.questionnaires.models
import surveys.responses.models
from feedback.cli import run
from feedback.config import Settings, load_settings
from feedback.db import db
from feedback.db.engine import engine_options, prepare_engine
from feedback.db.schema import init_migrations
from feedback.secrets import derive_key

PACKAGE = Path(__file__).parent
VERSION = "0.1.0"


def asset_folder(name: str) -> Path:
    """`templates` or `static`: inside the installed package, else at the top of the source tree."""
    packed = PACKAGE / f"_{name}"
    return packed if packed.is_dir() else PACKAGE.parent / name


def create_app(settings: Settings | None = None) -> APIFlask:
    """The whole application for these settings (by default those of the environment)."""
    settings = settings or load_settings()
    app = APIFlask(
        "feedback",
        title="Otklik",
        version=VERSION,
        spec_path=None,
        docs_path=None,
        enable_openapi=True,
        json_errors=False,
        template_folder=str(asset_folder("templates")),
        static_folder=str(asset_folder("static")),
        static_url_path="/static",
        instance_path=str(settings.instance),
    )
    app.config.from_mapping(_flask_config(settings))
    app.extensions["otklik"] = settings
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    init_migrations(app)
    feedback.http.install(app)
    feedback.web.register(app)
    feedback.api.register(app)
    surveys.answering.register(app)
    surveys.invitations.messages.register_invitations(app)
    feedback.draws.messages.register_prizes(app)
    feedback.points.statements.register_statements(app)
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": derive_key(settings.secret_key, "session").hex(),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "SESSION_COOKIE_NAME": "otklik",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.base_url.startswith("https://"),
        "MAX_CONTENT_LENGTH": 60 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 500,
        "TRUSTED_HOSTS": None,
    }


def main() -> None:
    """Entry point of the command `feedback`."""
    run(create_app)
