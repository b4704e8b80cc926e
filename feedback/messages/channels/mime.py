"""A letter as an e-mail: headers and two bodies. What goes into headers cannot add a header."""

import re
from email.header import Header
from email.headerregistry import Address, AddressHeader, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import format_datetime, parseaddr

from feedback.messages.addresses import email_address, needs_smtputf8
from feedback.messages.channels import Parcel

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
LONGEST_NAME = 80


class _Link(UnstructuredHeader, BaseHeader):
    """A header with a link, which the standard library would turn into encoded words when it is long."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(UnstructuredHeader, BaseHeader):
    """The subject; the standard library loses spaces where it joins encoded words, so its older half makes them."""

    def fold(self, *, policy: Policy) -> str:
        if _goes_as_it_is(self, policy):
            return super().fold(policy=policy)
        return _folded(self.name, Header(self, "utf-8", policy.max_line_length, self.name), policy)


class _Person(AddressHeader, BaseHeader):  # type: ignore[misc]
    """One address with a name; for the same reason."""

    def fold(self, *, policy: Policy) -> str:
        (person,) = self.addresses
        if _goes_as_it_is(person.display_name, policy):
            return super().fold(policy=policy)
        header = Header(person.display_name, "utf-8", policy.max_line_length, self.name)
        header.append(f"<{person.addr_spec}>", "us-ascii")
        return _folded(self.name, header, policy)


def _goes_as_it_is(text: str, policy: Policy) -> bool:
    return text.isascii() or (isinstance(policy, EmailPolicy) and policy.utf8)


def _folded(name: str, header: Header, policy: Policy) -> str:
    return f"{name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"


_registry = HeaderRegistry()
_registry.map_to_type("list-unsubscribe", _Link)
_registry.map_to_type("subject", _Subject)
_registry.map_to_type("from", _Person)
_registry.map_to_type("to", _Person)
POLICY = SMTP.clone(header_factory=_registry)


def compose(parcel: Parcel, mail_from: str) -> EmailMessage:
    """The e-mail of a parcel. Raises BadAddress when the recipient's address is not one."""
    message, letter = parcel.message, parcel.letter
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = one_line(letter.subject)
    mail["From"] = _address(one_line(parcel.sender_name), sender_address(mail_from))
    mail["To"] = _address(one_line(message.name or ""), email_address(message.address))
    mail["Date"] = format_datetime(parcel.moment)
    mail["Message-ID"] = message.message_id
    if letter.is_automatic:
        mail["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_url:
        mail["List-Unsubscribe"] = f"<{one_line(letter.unsubscribe_url)}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text, cte="quoted-printable")
    if letter.html is not None:
        mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
        mail.set_boundary(f"=_{message.message_id.strip('<>').partition('@')[0]}")  # the same bytes whenever it is made
    mail["Content-Language"] = message.language
    return mail


def to_bytes(mail: EmailMessage, recipient: str) -> bytes:
    """The e-mail as bytes with CRLF; headers beyond ASCII only where the recipient's address needs them."""
    return mail.as_bytes(policy=POLICY.clone(utf8=needs_smtputf8(recipient)))


def sender_address(mail_from: str) -> str:
    """The bare address in the setting `mail_from`."""
    return email_address(parseaddr(mail_from)[1])


def one_line(text: str) -> str:
    """The text without line breaks and control characters."""
    return " ".join(CONTROL.sub(" ", text).split())


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(display_name=name[:LONGEST_NAME], username=local, domain=domain)
