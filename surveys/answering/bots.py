"""Who filled the form: a person or a program. The mark is for audit, holds the points and keeps out of figures.

Three facts count. A field that people do not see was filled in. Or the link that people do not see was followed shortly
before the answer (mail scanners open every link when the letter arrives and may then press the button). Or it was
followed at any time, and the form came back faster than anybody reads. Speed alone proves nothing: a score pressed in
the letter and sent at once is a person.
"""

import hmac
from datetime import UTC, datetime, timedelta

TRAP_WINDOW = timedelta(minutes=10)
READING_TIME = timedelta(seconds=3)
SIGNATURE = 12  # characters


def time_stamp(key: bytes, now: datetime) -> str:
    """When a page was made, signed; stands in a hidden field of the form."""
    moment = f"{int(now.timestamp() * 10):x}"
    return f"{moment}.{_sign(key, moment)}"


def page_age(key: bytes, stamp: str, now: datetime) -> timedelta | None:
    """How long ago the page with this stamp was made; None when the stamp is missing or not ours."""
    moment, _, signature = stamp.partition(".")
    if len(moment) > 12 or not hmac.compare_digest(signature.encode(), _sign(key, moment).encode()):
        return None
    return now - datetime.fromtimestamp(int(moment, 16) / 10, UTC)


def is_suspicious(*, is_trap_filled: bool, trapped_at: datetime | None, age: timedelta | None, now: datetime) -> bool:
    """Whether the answer looks like a program's."""
    if is_trap_filled:
        return True
    if trapped_at is None:
        return False
    return now - trapped_at < TRAP_WINDOW or (age is not None and age < READING_TIME)


def _sign(key: bytes, moment: str) -> str:
    return hmac.digest(key, moment.encode(), "sha256").hex()[:SIGNATURE]
