"""E-mail over SMTP: one connection for many messages, STARTTLS where offered, exact about what is known to be sent.

The address is FEEDBACK_SMTP_URL: smtp://user:password@host:port, smtps:// for TLS from the first byte.
`?tls=unverified` accepts any certificate (a relay in the own network), `?tls=off` does not even try.
"""

import smtplib
import socket
import ssl
from contextlib import suppress
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from feedback.messages.addresses import BadAddress, email_address, needs_smtputf8
from feedback.messages.channels import Go, NotOurs, Parcel, Refused, Retry, Trouble, Unavailable, Unknown
from feedback.messages.channels.mime import compose, sender_address, to_bytes
from feedback.messages.channels.replies import trouble_of

CONNECT_SECONDS = 15.0
COMMAND_SECONDS = 60.0
LAST_REPLY_SECONDS = 90.0  # after the final dot; shorter than the lease of a hand-over


class SmtpChannel:
    """Hands messages to a mail server."""

    transport = "smtp"
    repeats_safely = False
    batch = 10

    def __init__(self, url: str, mail_from: str) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or ""
        self.is_tls = parts.scheme == "smtps"
        self.user = unquote(parts.username) if parts.username else None
        self.password = unquote(parts.password or "")
        self.port = parts.port or (465 if self.is_tls else 587 if self.user else 25)
        self.tls = parse_qs(parts.query).get("tls", [""])[0]
        self.mail_from = mail_from
        self._server: smtplib.SMTP | None = None

    def open(self) -> None:
        if self._server is not None:
            return
        try:
            self._server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"the mail server cannot be used: {_said(error)}") from None

    def close(self) -> None:
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            self._drop()

    def send(self, parcel: Parcel, go: Go) -> str | None:
        try:
            mail, recipient = compose(parcel, self.mail_from), email_address(parcel.message.address)
        except BadAddress as error:
            raise Refused(str(error), is_address_dead=True) from None
        self.open()
        assert self._server is not None
        try:
            self._envelope(self._server, recipient)
            return self._content(self._server, _wire(mail, recipient), recipient, go)
        except Trouble as trouble:
            if not isinstance(trouble, Unknown):
                self._reset()
            raise

    def _connect(self) -> smtplib.SMTP:
        context = self._tls_context()
        if self.is_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=CONNECT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=CONNECT_SECONDS)
        try:
            server.ehlo_or_helo_if_needed()
            if not self.is_tls and self.tls != "off" and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            if self.user is not None:
                if not isinstance(server.sock, ssl.SSLSocket) and not _is_loopback(self.host):
                    raise smtplib.SMTPException("no encryption offered, so the password was not sent")
                server.login(self.user, self.password)
            assert server.sock is not None
            server.sock.settimeout(COMMAND_SECONDS)
            server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the final dot must not wait for an ACK
        except BaseException:
            server.close()
            raise
        return server

    def _tls_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.tls == "unverified" or _is_loopback(self.host):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _envelope(self, server: smtplib.SMTP, recipient: str) -> None:
        """Sender and recipient. Whatever fails here, the message was not taken."""
        options = []
        if needs_smtputf8(recipient):
            if not server.has_extn("smtputf8"):
                raise Refused("the mail server does not take addresses beyond ASCII")
            options = ["SMTPUTF8"]
        try:
            server.command_encoding = "utf-8" if options else "ascii"
            self._expect("MAIL", recipient, *server.mail(sender_address(self.mail_from), options))
            self._expect("RCPT", recipient, *server.rcpt(recipient))
            self._expect("DATA", recipient, *server.docmd("DATA"), wanted=(354,))
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Retry(f"the connection broke before the letter: {_said(error)}") from None

    def _content(self, server: smtplib.SMTP, content: bytes, recipient: str, go: Go) -> str | None:
        """The letter and the final dot: from the dot until the reply nobody knows whether the server took it."""
        try:
            server.send(content)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Retry(f"the connection broke within the letter: {_said(error)}") from None
        if not go():
            self._drop()  # without the final dot the server takes nothing
            raise NotOurs
        try:
            assert server.sock is not None
            server.sock.settimeout(LAST_REPLY_SECONDS)
            server.send(b".\r\n")
            code, text = server.getreply()
            server.sock.settimeout(COMMAND_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Unknown(f"no answer to the letter: {_said(error)}") from None
        self._expect("DATA", recipient, code, text)
        return _without(recipient, text)[:200] or None

    def _expect(self, phase: str, recipient: str, code: int, text: bytes, wanted: tuple[int, ...] = (250, 251)) -> None:
        if code not in wanted:
            raise trouble_of(phase, code, _without(recipient, text))

    def _reset(self) -> None:
        """Make the connection fit for the next message, or give it up."""
        if self._server is None:
            return
        try:
            code, _ = self._server.rset()
        except (OSError, smtplib.SMTPException):
            code = -1
        if code != 250:
            self._drop()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def _wire(mail: EmailMessage, recipient: str) -> bytes:
    """The letter as it goes over the line: CRLF, dots doubled, without the final dot."""
    content = to_bytes(mail, recipient)
    if not content.endswith(b"\r\n"):
        content += b"\r\n"
    return content.replace(b"\r\n.", b"\r\n..")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _without(recipient: str, text: bytes) -> str:
    """A server's words without the recipient's address."""
    return text.decode("utf-8", "replace").replace(recipient, "…").replace("\n", " ")


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    if isinstance(error, socket.timeout):
        return "timed out"
    return str(error) or type(error).__name__
