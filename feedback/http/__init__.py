"""What every page and call shares: logs, figures, errors, security headers, languages, logins, CSRF, limits."""

from flask import Flask

from feedback.http import (
    assets,
    auth,
    csrf,
    errors,
    form_reading,
    headers,
    health,
    languages,
    limits,
    metrics,
    moments,
    numbers,
    plain_text,
    proxies,
    request_log,
)


def install(app: Flask) -> None:
    """Attach everything shared to the application."""
    numbers.install(app)
    proxies.install(app)
    request_log.install(app)
    metrics.install(app)
    languages.install(app)
    assets.install(app)
    form_reading.install(app)
    headers.install(app)
    errors.install(app)
    csrf.install(app)
    plain_text.install(app)
    auth.install(app)
    limits.install(app)
    moments.install(app)
    health.install(app)
