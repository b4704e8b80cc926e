"""gunicorn, run from code: thread workers, no access log (paths hold tokens), a graceful stop on Ctrl+C too.

One web process needs no master beside it: gunicorn's thread worker then runs in this very process, in half the memory.
"""

import os
import signal
import socket
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.sock import create_sockets
from gunicorn.workers.gthread import ThreadWorker

from feedback.cli.serving import background_of
from feedback.config import Settings
from feedback.db import db
from feedback.jobs.background import Background

GRACE = 25  # seconds for requests that have begun


def serve_by_gunicorn(app: Flask, settings: Settings, listener: socket.socket, workers: int) -> None:
    """Serve until told to stop."""
    with app.app_context():
        db.engine.dispose()  # no connection may cross the fork
    server = _Server(app, settings, listener, workers)
    if workers > 1:
        _Arbiter(server).run()
    else:
        _Alone(server).serve()


class _Alone(ThreadWorker):  # type: ignore[misc]
    """The thread worker without a master: whoever started this process starts it again."""

    def __init__(self, server: "_Server") -> None:
        log = _Logger(server.cfg)
        sockets = create_sockets(server.cfg, log)
        super().__init__(1, os.getppid(), sockets, server, server.cfg.timeout, server.cfg, log)

    def serve(self) -> None:
        self.init_process()
        if not self.app.end_background(GRACE):
            os._exit(1)  # a provider that does not answer must not keep the process: what it holds becomes uncertain

    def is_parent_alive(self) -> bool:
        return True  # the shell that started it may go

    def init_signals(self) -> None:
        super().init_signals()
        signal.signal(signal.SIGINT, self._interrupt)

    def _interrupt(self, number: int, frame: Any) -> None:
        if not self.alive:
            os._exit(130)
        self.handle_exit(number, frame)


class _Arbiter(Arbiter):  # type: ignore[misc]
    """The first Ctrl+C lets requests finish, as SIGTERM does; the second one does not wait."""

    def handle_int(self) -> None:
        self.handle_term()


class _Logger(Logger):  # type: ignore[misc]
    """Hands gunicorn's own lines to the one formatter of the product."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, app: Flask, settings: Settings, listener: socket.socket, workers: int) -> None:
        self._app, self._settings, self._listener, self._workers = app, settings, listener, workers
        self._background: Background | None = None
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"fd://{self._listener.detach()}",
            "workers": self._workers,
            "worker_class": "gthread",
            "threads": self._settings.web_threads,
            "graceful_timeout": GRACE,
            "keepalive": 5,
            "accesslog": None,
            "loglevel": "warning",
            "logger_class": _Logger,
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "post_worker_init": self._begin,
            "worker_exit": self._end,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app

    def end_background(self, patience: float | None = None) -> bool:
        return self._background is None or self._background.stop(patience)

    def _begin(self, worker: Any) -> None:
        if not isinstance(worker, _Alone):
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all processes; the master tells the others
        self._background = background_of(self._app, self._settings)

    def _end(self, _server: Any, _worker: Any) -> None:
        self.end_background()
