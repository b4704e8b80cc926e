"""The processes that are killed: one server with its web processes, and on PostgreSQL workers beside it."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

COMMAND = [sys.executable, "-c", "from feedback.app import main; main()"]
PATIENCE = 120.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Victims:
    """`feedback serve` and `feedback worker`s in sessions of their own, killed and started again."""

    def __init__(self, environment: dict[str, str], port: int, log: Path, *, is_sqlite: bool) -> None:
        self.environment, self.port, self.is_sqlite = environment, port, is_sqlite
        self._log = log.open("ab")
        web_processes = "1" if is_sqlite else "2"
        self._commands = {"server": ["serve", "--port", str(port), "--workers", web_processes]}
        if not is_sqlite:
            self._commands |= {"worker 1": ["worker"], "worker 2": ["worker"]}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start what does not run, and wait until the server is ready."""
        for name, words in self._commands.items():
            if name not in self._running or self._running[name].poll() is not None:
                self._running[name] = self._spawn(words)
        deadline = time.monotonic() + PATIENCE
        while not self._is_ready():
            if time.monotonic() > deadline:
                raise TimeoutError("the server did not become ready")
            time.sleep(0.05)

    def kill_one(self, chance: random.Random) -> str:
        """SIGKILL a web process, or a worker, or the server with all its processes; returns which."""
        kinds = ["web process"] * 6 + ["server"] + ([] if self.is_sqlite else ["worker 1", "worker 2"] * 3)
        kind = chance.choice(kinds)
        if kind == "web process":
            children = psutil.Process(self._running["server"].pid).children()
            if children:
                os.kill(chance.choice(children).pid, signal.SIGKILL)
                return kind
            kind = "server"
        os.killpg(self._running[kind].pid, signal.SIGKILL)
        self._running[kind].wait()
        return kind

    def stop(self) -> list[int]:
        """Ask all to end; their exit codes."""
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        return [process.wait(PATIENCE) for process in self._running.values()]

    def __enter__(self) -> "Victims":
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing running, whatever happened."""
        for process in self._running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._log.close()

    def run_once(self, *words: str) -> None:
        """Run a command to its end."""
        subprocess.run([*COMMAND, *words], env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def _spawn(self, words: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*COMMAND, *words], env=self.environment, stdout=self._log, stderr=self._log, start_new_session=True
        )

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.HTTPError):
            return False
