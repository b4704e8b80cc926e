"""A real SMTP server that remembers what it took, and is slow enough to be interrupted."""

import asyncio
import re
from collections import Counter
from email import message_from_bytes
from email.policy import default
from threading import Lock

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LINK = re.compile(r"/s/([A-Za-z0-9_-]{20,})")


class Postbox:
    """Letters by Message-ID and by recipient, and the links in them that nobody took yet."""

    def __init__(self, port: int, slowness: float) -> None:
        self.url = f"smtp://127.0.0.1:{port}"
        self.slowness = slowness
        self.taking = 0  # letters that are being handed over just now
        self.copies: Counter[str] = Counter()
        self.recipients: Counter[str] = Counter()
        self._links: list[str] = []
        self._lock = Lock()
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    def open(self) -> None:
        self._controller.start()

    def close(self) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.taking += 1
        await asyncio.sleep(self.slowness)
        self.taking -= 1
        letter = message_from_bytes(envelope.original_content or b"", policy=default)
        body = letter.get_body(("plain",))
        found = LINK.search(body.get_content() if body else "")
        with self._lock:
            self.copies[str(letter["Message-ID"])] += 1
            self.recipients.update(envelope.rcpt_tos)
            if found:
                self._links.append(found.group(1))
        return "250 OK"

    def take_link(self) -> str | None:
        """A link out of a letter, for one customer to open; None while there is none."""
        with self._lock:
            return self._links.pop(0) if self._links else None
