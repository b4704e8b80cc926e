"""The outbox folder as a mailbox: what an installation without a mail server would have sent. Reads only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from feedback.errors import NotFound

FILE_NAME = re.compile(r"[0-9A-Za-z.\-]{1,100}\.eml")
LINK = re.compile(r"https?://[^\s<>\"]+")
LONGEST_HEAD = 16 * 1024


class _Text(UnstructuredHeader, BaseHeader):
    """An address as plain text: the standard library puts a space into a name that stands in two encoded words."""


_registry = HeaderRegistry()
_registry.map_to_type("from", _Text)
_registry.map_to_type("to", _Text)
READING = default.clone(header_factory=_registry)


@dataclass(frozen=True)
class MailHead:
    """A line of the mailbox."""

    name: str
    subject: str
    to_name: str
    to_address: str
    language: str | None
    at: datetime | None


@dataclass(frozen=True)
class Mail:
    """One letter as it would arrive."""

    head: MailHead
    text: str
    html: str | None
    links: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]


def count_mail(folder: Path) -> int:
    """How many letters there are."""
    return sum(1 for _ in _names(folder))


def list_mail(folder: Path, *, limit: int = 50, offset: int = 0) -> list[MailHead]:
    """The newest letters first."""
    names = sorted(_names(folder), reverse=True)[offset : offset + limit]
    return [_head(name, BytesHeaderParser(policy=READING).parsebytes(_start(folder / name))) for name in names]


def read_mail(folder: Path, name: str) -> Mail:
    """One letter with its bodies and the links in it. Raises NotFound."""
    path = folder / name
    if not FILE_NAME.fullmatch(name) or not path.is_file():
        raise NotFound("There is no such letter.")
    mail = message_from_bytes(path.read_bytes(), policy=READING)
    text, html = _body(mail, "plain") or "", _body(mail, "html")
    links = tuple(dict.fromkeys(LINK.findall(text)))
    return Mail(_head(name, mail), text, html, links, tuple((key, str(value)) for key, value in mail.items()))


def _names(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        yield from (path.name for path in folder.iterdir() if FILE_NAME.fullmatch(path.name))


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LONGEST_HEAD).partition(b"\r\n\r\n")[0]


def _head(name: str, mail: EmailMessage) -> MailHead:
    to_name, _, to_address = str(mail["To"] or "").rpartition("<")
    at = parsedate_to_datetime(str(mail["Date"])) if mail["Date"] else None
    subject, language = str(mail["Subject"] or ""), mail["Content-Language"]
    return MailHead(name, subject, to_name.strip(' "'), to_address.rstrip(">"), language, at)


def _body(mail: EmailMessage, subtype: str) -> str | None:
    part = mail.get_body((subtype,))
    return str(part.get_content()) if part is not None else None
