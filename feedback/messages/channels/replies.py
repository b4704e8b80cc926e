"""What a mail server's refusal is about: the recipient, the letter, or us. Pure.

Servers answer in many ways; the enhanced status code (RFC 3463) says most, then well-known words, then the bare code.
A living address is never put on the list for a quarrel between servers.
"""

import re

from feedback.messages.channels import Refused, Retry, Trouble, Unavailable

ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
OUR_RIGHTS = re.compile(r"relay|authenticat|login|credential", re.IGNORECASE)
OUR_NAME = re.compile(
    r"spam|block|black|listed|reputation|policy|greylist|rate|too many|tls|spf|dkim|dmarc", re.IGNORECASE
)
AUTHENTICATION = frozenset({530, 534, 535, 538})
DEAD_AT_RCPT = frozenset({550, 551, 553, 554, 521, 556})
DEAD_AT_DATA = frozenset({550, 551, 553})


def trouble_of(phase: str, code: int, text: str) -> Trouble:
    """The reply to `phase` (MAIL, RCPT or DATA) as what we shall do about it."""
    reason = f"{phase}: {code} {text}"
    if code in AUTHENTICATION or (phase == "MAIL" and code >= 500):
        return Unavailable(reason)
    if code < 500 or OUR_RIGHTS.search(text):  # somebody may put our rights in order meanwhile
        return Retry(reason)
    return Refused(reason, is_address_dead=_is_about_recipient(phase, code, text))


def _is_about_recipient(phase: str, code: int, text: str) -> bool:
    enhanced = ENHANCED.match(text)
    if enhanced:
        subject, detail = int(enhanced[2]), int(enhanced[3])
        return (subject == 1 and detail not in (7, 8)) or (subject == 2 and detail == 1)
    return code in (DEAD_AT_RCPT if phase == "RCPT" else DEAD_AT_DATA) and not OUR_NAME.search(text)
