"""Addresses of static files that change with their content, so that browsers may keep them for ever."""

import hashlib
from pathlib import Path

from flask import Flask, Response, current_app, request

FOREVER = "public, max-age=31536000, immutable"


def install(app: Flask) -> None:
    """Give templates `asset_url` and let versioned static files be cached for ever."""
    app.jinja_env.globals["asset_url"] = asset_url
    app.after_request(_cache_static)


def asset_url(name: str) -> str:
    """The address of a static file with a version made of its content."""
    versions: dict[str, tuple[int, str]] = current_app.extensions.setdefault("otklik_assets", {})
    path = Path(str(current_app.static_folder)) / name
    changed = path.stat().st_mtime_ns
    known = versions.get(name)
    if known is None or known[0] != changed:
        known = versions[name] = (changed, hashlib.sha256(path.read_bytes()).hexdigest()[:10])
    return f"{current_app.static_url_path}/{name}?v={known[1]}"


def _cache_static(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        is_versioned = "v" in request.args or request.path.startswith("/static/vendor/")
        response.headers["Cache-Control"] = FOREVER if is_versioned else "no-cache"
    return response
