"""Trust in proxies: the number of them stands in the settings; none by default."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def install(app: Flask) -> None:
    """Read the client's address and scheme from the headers of as many proxies as the settings name."""
    count = app.extensions["otklik"].proxies
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
