"""A real SMTP server for tests that keeps what it takes and answers as it is told."""

import asyncio
import ssl
import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

OK = "250 OK"
DROP = "drop"  # break the connection without an answer; the letter is not taken
TAKE_AND_DROP = "take and drop"  # take the letter, then break the connection without an answer


@dataclass
class SmtpSink:
    """Answers wait in `mail`, `rcpt` and `data`; when they run out everything is accepted."""

    mail: deque[str] = field(default_factory=deque)
    rcpt: deque[str] = field(default_factory=deque)
    data: deque[str] = field(default_factory=deque)
    slowness: float = 0.0
    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    connections: int = 0
    is_tls: bool = False
    port: int = 0
    steps: int = 0
    _stepped: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def copies(self) -> Counter[str]:
        """How many copies of each Message-ID came."""
        return Counter(str(mail["Message-ID"]) for mail in self.received)

    def wait_for(self, steps: int) -> None:
        """Wait until so many commands of envelopes and letters have come in all."""
        with self._stepped:
            assert self._stepped.wait_for(lambda: self.steps >= steps, timeout=180)

    def _step(self) -> None:
        with self._stepped:
            self.steps += 1
            self._stepped.notify_all()

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += session.ssl is None
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._step()
        answer = self.mail.popleft() if self.mail else OK
        if answer == OK:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._step()
        answer = self.rcpt.popleft() if self.rcpt else OK
        if answer == DROP:
            return self._break(server)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.data.popleft() if self.data else OK
        if answer == DROP:
            return self._break(server)
        if answer in (OK, TAKE_AND_DROP):
            self.is_tls = session.ssl is not None
            self.received.append(message_from_bytes(envelope.content or b"", policy=default))  # type: ignore[arg-type]
            self.envelopes.append(envelope)
        self._step()
        if self.slowness:
            await asyncio.sleep(self.slowness)  # a server that thinks before it answers
        return self._break(server) if answer == TAKE_AND_DROP else answer

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    def _break(self, server: SMTP) -> str:
        assert server.transport is not None
        server.transport.abort()
        return "421 gone"


class SinkController(Controller):
    """Runs a sink on a free port."""

    def __init__(self, sink: SmtpSink, tls: ssl.SSLContext | None = None, **options: Any) -> None:
        super().__init__(
            sink, hostname="127.0.0.1", port=0, enable_SMTPUTF8=True, tls_context=tls, ready_timeout=60, **options
        )

    def _trigger_server(self) -> None:
        """The port is chosen by the system, so read it before the parent connects to it."""
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
