"""Addresses: their normal form, their hash for the suppression list, and the form a mail server wants."""

import hashlib
import re
import unicodedata

FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f<>()\[\],;:\\\"@]")
LONGEST = 254


class BadAddress(ValueError):
    """This cannot be an address of the channel."""


def normal_address(channel: str, address: str) -> str:
    """The form under which one address is one: e-mail in lower case, a phone as its digits. Never raises."""
    text = unicodedata.normalize("NFC", address.strip())
    if channel == "email":
        return text.casefold()
    digits = re.sub(r"\D", "", text)
    return digits or text


def hash_address(channel: str, address: str) -> str:
    """What the suppression list keeps of an address: SHA-256 of its normal form."""
    return hashlib.sha256(normal_address(channel, address).encode()).hexdigest()


def email_address(address: str) -> str:
    """The address as a mail server wants it (domain in ASCII). Raises BadAddress for what is not one address."""
    local, at, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    if not at or not local or not domain or FORBIDDEN.search(local) or FORBIDDEN.search(domain):
        raise BadAddress("not an e-mail address")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise BadAddress("not an e-mail address")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddress("not an e-mail address") from None
    if len(local) + len(ascii_domain) + 1 > LONGEST:
        raise BadAddress("the e-mail address is too long")
    return f"{local}@{ascii_domain}"


def needs_smtputf8(address: str) -> bool:
    """Whether the local part has letters beyond ASCII, which needs a server that knows SMTPUTF8."""
    return not address.rpartition("@")[0].isascii()
