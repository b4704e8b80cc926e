"""Serving pages and doing the background work in one go: gunicorn where there is fork, waitress on Windows.

Each web process waits for the background lock, so exactly one of them does the background work, and another takes over
when it dies. The listening socket is opened here, first, so that a port in use is told in one line.
"""

import errno
import socket
import sys
import time

from flask import Flask

from feedback.config import Settings
from feedback.errors import ConfigurationError
from feedback.jobs.background import Background, background_lock
from feedback.jobs.registry import JOBS

PORT_PATIENCE = 3.0  # seconds: the processes of a killed server need a moment to let go of the port
BACKLOG = 1024


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ConfigurationError in one line when the address cannot be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    deadline = time.monotonic() + PORT_PATIENCE
    while True:
        try:
            listener.bind((host, port))
            listener.listen(BACKLOG)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(0.2)
                continue
            listener.close()
            raise ConfigurationError(_why(error, host, port)) from None
        return listener


def address_of(listener: socket.socket) -> str:
    """The address to open in a browser on this machine."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def background_of(app: Flask, settings: Settings) -> Background:
    """The background work of this web process, waiting for its turn."""
    background = Background(app, settings, JOBS)
    background.start_when_free(background_lock(settings))
    return background


def serve(app: Flask, settings: Settings, listener: socket.socket, workers: int) -> None:
    """Serve until told to stop; requests that have begun are finished."""
    if sys.platform == "win32":
        _serve_by_waitress(app, settings, listener)
    else:
        # Late: gunicorn does not exist on Windows, and other commands need not load it.
        from feedback.cli.gunicorn_server import serve_by_gunicorn

        serve_by_gunicorn(app, settings, listener, workers)


def _serve_by_waitress(app: Flask, settings: Settings, listener: socket.socket) -> None:
    # Late: installed on Windows only.
    import waitress

    background = background_of(app, settings)
    try:
        waitress.serve(app, sockets=[listener], threads=settings.web_threads, ident=None)
    finally:
        background.stop()


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use by another program; choose another one with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has; choose one above 1023 with --port."
    return f"Cannot listen on {host} port {port}: {error.strerror or error}."
