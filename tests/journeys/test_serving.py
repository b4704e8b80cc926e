"""`feedback serve` and `feedback worker` as real processes: ready, working, alone where needed, and ending well."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlencode

import psutil
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.clock import utc_now
from feedback.config import Settings
from feedback.db import transaction
from feedback.secrets import hash_token
from surveys.responses.models import AnswerAnalysis
from tests.builders import invitation

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from feedback.app import main; main()"]
PATIENCE = 180.0  # seconds that a busy machine may take
MOST_MEMORY = 200 * 2**20
MOST_MEMORY_WITH_MODEL = 300 * 2**20  # once the first text has been analysed
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Starts the command in this installation; nothing of it is left running."""
    given = {
        "instance": str(settings.instance),
        "database_url": settings.database_url,
        "secret_key": settings.secret_key,
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FEEDBACK_")}
    environment |= {f"FEEDBACK_{name.upper()}": value for name, value in given.items()}
    running: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        running.append(
            subprocess.Popen(
                [*COMMAND, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                start_new_session=True,
            )
        )  # fmt: skip
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def ask(port: int, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    data = urlencode(form).encode() if form else None
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", data, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()
    except OSError:
        return 0, ""


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_ready(port: int) -> bool:
    return ask(port, "/readyz") == (200, "ok\n")


def resident(web: psutil.Process) -> int:
    """Bytes of the process and its children."""
    return sum(process.memory_info().rss for process in [web, *web.children(recursive=True)])


def test_it_works(start: Start, port: int, session: Session) -> None:
    token, comment = "a-token-nobody-may-read-in-logs", "Ужасно: курьер нахамил, верните деньги"
    with transaction():
        invitation(session, token=token, expires_at=utc_now() + timedelta(days=9))
    server = start("serve", "--port", str(port))
    wait_for(lambda: is_ready(port))
    web = psutil.Process(server.pid)
    assert resident(web) < MOST_MEMORY
    assert ask(port, f"/s/{token}")[0] == 200
    assert ask(port, f"/s/{token}", {"score": "9", "why": comment})[0] == 200  # after the redirect to the thanks
    wait_for(lambda: 'otklik_answer_analyses{state="done"} 1.0' in ask(port, "/metrics")[1])
    assert resident(web) < MOST_MEMORY_WITH_MODEL
    assert web.children() == []
    server.send_signal(signal.SIGTERM)
    told, logged = server.communicate(timeout=PATIENCE)
    assert server.returncode == 0
    assert f"http://127.0.0.1:{port}" in told
    assert "feedback users add --email" in told
    assert '"endpoint": "public.answer"' in logged
    for secret in (token, hash_token(token), comment, "нахамил"):
        assert secret not in told + logged
    session.rollback()
    assert session.scalars(select(AnswerAnalysis.state)).all() == ["done"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_ends_it_well(start: Start, port: int, workers: str) -> None:
    server = start("serve", "--port", str(port), "--workers", workers)
    wait_for(lambda: is_ready(port))
    os.killpg(server.pid, signal.SIGINT)  # as a terminal does: to every process
    assert server.wait(PATIENCE) == 0


def test_a_port_in_use_is_told_in_one_line(start: Start, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        told, logged = start("serve", "--port", str(port)).communicate(timeout=PATIENCE)
    assert told == ""
    assert logged.splitlines() == [
        f"feedback: Port {port} on 127.0.0.1 is in use by another program; choose another one with --port."
    ]


def test_a_killed_web_process_is_replaced_and_the_background_goes_on(start: Start, port: int, session: Session) -> None:
    server = start("serve", "--port", str(port), "--workers", "2")
    wait_for(lambda: is_ready(port))
    for web in psutil.Process(server.pid).children():
        web.kill()
    with transaction():
        invitation(session, token="asked-after-the-kill", expires_at=utc_now() + timedelta(days=9))
    wait_for(lambda: ask(port, "/s/asked-after-the-kill", {"score": "9", "why": "Хорошо"})[0] == 200)
    wait_for(lambda: 'otklik_answer_analyses{state="done"} 1.0' in ask(port, "/metrics")[1])


def test_a_second_worker(start: Start, settings: Settings) -> None:
    first = start("worker")
    assert first.stdout is not None
    assert first.stdout.readline() == "Working. Stop with Ctrl+C.\n"
    second = start("worker")
    if settings.is_sqlite:
        assert second.wait(PATIENCE) == 2
        assert second.stderr is not None
        assert "A SQLite database bears one worker" in second.stderr.read()
    else:
        assert second.stdout is not None
        assert second.stdout.readline() == "Working. Stop with Ctrl+C.\n"
        second.send_signal(signal.SIGTERM)
        assert second.wait(PATIENCE) == 0
    first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE) == 0
