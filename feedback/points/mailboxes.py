"""Where letters to an address end up: several addresses of one person are one mailbox. Pure."""

import hashlib

DOTS_MEAN_NOTHING = frozenset({"gmail.com", "googlemail.com"})


def mailbox(email: str | None) -> str | None:
    """The address without its `+tag`, and without dots where the provider ignores them; None where there is none."""
    if not email or "@" not in email:
        return None
    name, host = email.strip().lower().rsplit("@", 1)
    name = name.split("+", 1)[0]
    return f"{name.replace('.', '') if host in DOTS_MEAN_NOTHING else name}@{host}"


def mailbox_hash(email: str | None) -> str | None:
    """SHA-256 of the mailbox in hex: enough to find equal ones, without keeping one more address."""
    box = mailbox(email)
    return None if box is None else hashlib.sha256(box.encode()).hexdigest()


def domain(email: str) -> str:
    """The part after the @."""
    return email.rsplit("@", 1)[-1].lower()
