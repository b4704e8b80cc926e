"""Security headers of every answer: a strict content policy without inline script or style."""

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


FIXED = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
SECURE = (("Strict-Transport-Security", "max-age=31536000"),)
PERSONAL = (("Cache-Control", "no-store"),)


def install(app: Flask) -> None:
    """Add the headers to every response."""
    app.after_request(_secure)


def _secure(response: Response) -> Response:
    """What a view has set itself stays."""
    wanted = FIXED + (SECURE if request.is_secure else ()) + (PERSONAL if request.endpoint != "static" else ())
    has = {name.lower() for name, _ in response.headers}
    for name, value in wanted:
        if name.lower() not in has:
            response.headers.add(name, value)
    return response
