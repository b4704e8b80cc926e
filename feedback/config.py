"""Settings of the installation: environment variables over `config.toml` in the instance folder.

Settings of the company (names, rules, numbers) are rows in the database, not here. Every field is documented in
docs/settings.md; a test compares the two.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from analysis.sentiment.huggingface.labels import parse_labels
from feedback.errors import ConfigurationError
from feedback.secrets import read_or_make_secret

ENV_PREFIX = "FEEDBACK_"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MOST_MODEL_THREADS = 4  # without being asked for more


def instance_folder() -> Path:
    """Where database, uploads and secrets live: FEEDBACK_INSTANCE, else `instance` in the working folder."""
    return Path(os.environ.get("FEEDBACK_INSTANCE") or "instance").expanduser().resolve()


def model_threads() -> int:
    """As many threads as this process has cores, within reason."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_MODEL_THREADS)


class Settings(BaseSettings):
    """One installation's settings; a field `x` is read from FEEDBACK_X, then from `x` in config.toml."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    instance: Path = Field(default_factory=instance_folder)
    database_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = None
    mail_from: str = "Otklik <otklik@localhost>"
    secret_key: str = ""
    proxies: int = Field(default=0, ge=0, le=5)
    log_level: str = "INFO"
    metrics_token: str | None = None
    web_threads: int = Field(default=8, ge=1, le=64)
    sentiment_model: str | None = None
    sentiment_labels: str | None = None
    sentiment_threads: int = Field(default_factory=model_threads, ge=1, le=64)
    demo: bool = False

    @field_validator("instance")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("base_url")
    @classmethod
    def _http_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an http(s) address such as https://feedback.example.com")
        return value.rstrip("/")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in LOG_LEVELS:
            raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
        return value.upper()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return value

    @field_validator("sentiment_labels")
    @classmethod
    def _known_sentiments(cls, value: str | None) -> str | None:
        if value is not None:
            parse_labels(value)
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp_address(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in ("smtp", "smtps") or not urlsplit(value).hostname):
            raise ValueError("must look like smtp://user:password@host:port (smtps:// for TLS from the first byte)")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, toml_file=instance_folder() / "config.toml")
        return init_settings, env_settings, toml

    @property
    def outbox(self) -> Path:
        """Folder of messages written as files when no SMTP server is set."""
        return self.instance / "outbox"

    @property
    def uploads(self) -> Path:
        """Folder of re-encoded photos."""
        return self.instance / "uploads"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def read_settings(**overrides: Any) -> Settings:
    """The settings as they are given; makes nothing. Raises ConfigurationError in plain words."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = [f"{ENV_PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        raise ConfigurationError("; ".join(lines)) from None


def load_settings(**overrides: Any) -> Settings:
    """Read settings, make the instance folder and its secret if missing. Raises ConfigurationError in plain words."""
    settings = read_settings(**overrides)
    try:
        settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"FEEDBACK_INSTANCE: cannot use the folder {settings.instance} ({error.strerror})"
        ) from None
    filled: dict[str, Any] = {}
    if not settings.database_url:
        filled["database_url"] = f"sqlite:///{settings.instance / 'feedback.db'}"
    if not settings.secret_key:
        filled["secret_key"] = read_or_make_secret(settings.instance / "secret_key")
    elif len(settings.secret_key) < 32:
        raise ConfigurationError("FEEDBACK_SECRET_KEY: needs at least 32 characters; leave it out to have one made")
    return settings.model_copy(update=filled)


def current_settings() -> Settings:
    """The settings of the running application; for the edges (views, commands, jobs), never for rules."""
    settings: Settings = current_app.extensions["otklik"]
    return settings
