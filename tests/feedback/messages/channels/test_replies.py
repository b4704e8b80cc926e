"""What a mail server's refusal is about."""

import pytest

from feedback.messages.channels import Refused, Retry, Trouble, Unavailable
from feedback.messages.channels.replies import trouble_of


@pytest.mark.parametrize(
    ("phase", "code", "text", "kind", "is_dead"),
    [
        ("RCPT", 550, "5.1.1 <…>: Recipient address rejected: User unknown", Refused, True),
        ("RCPT", 550, "No such user here", Refused, True),
        ("RCPT", 554, "delivery error: dd This user doesn't have an account", Refused, True),
        ("RCPT", 550, "5.2.1 The account is disabled", Refused, True),
        ("DATA", 550, "5.1.10 Recipient not found", Refused, True),
        ("RCPT", 552, "5.2.2 Mailbox full", Refused, False),
        ("RCPT", 550, "5.7.1 Client host blocked using Spamhaus", Refused, False),
        ("RCPT", 554, "Rejected for policy reasons", Refused, False),
        ("RCPT", 550, "5.1.8 Sender address has null MX", Refused, False),
        ("DATA", 554, "5.6.0 Message content rejected", Refused, False),
        ("DATA", 554, "Transaction failed", Refused, False),
        ("RCPT", 550, "relay not permitted", Retry, False),
        ("RCPT", 454, "4.7.1 Relay access denied", Retry, False),
        ("RCPT", 421, "Too many connections", Retry, False),
        ("DATA", 451, "4.7.1 Greylisted", Retry, False),
        ("DATA", 299, "what is this", Retry, False),
        ("RCPT", 530, "5.7.0 Authentication required", Unavailable, False),
        ("MAIL", 550, "5.7.1 Sender address rejected", Unavailable, False),
    ],
)
def test_replies(phase: str, code: int, text: str, kind: type[Trouble], is_dead: bool) -> None:
    trouble = trouble_of(phase, code, text)
    assert type(trouble) is kind
    assert getattr(trouble, "is_address_dead", False) is is_dead
