"""How a text and a chat are written for the encoder; the same when it learns and when it reads."""

from collections.abc import Sequence

from analysis.language import is_transliterated
from analysis.transliteration import to_cyrillic

CUSTOMER_SIGN, STAFF_SIGN = "customer:", "staff:"
# Of a chat its end tells how it ended; of a message its beginning and end.
LAST_MESSAGES = 8
LONGEST_MESSAGE = 240


def as_read(text: str, language: str) -> str:
    """``text`` with Latin-typed Russian and Bulgarian in Cyrillic; characters stay where they are otherwise."""
    return to_cyrillic(text, language) if is_transliterated(text, language) else text


def chat_as_read(messages: Sequence[tuple[str, str]], language: str, is_latin: bool) -> str:
    """The last of (author, text), a line each, signed by who wrote it."""
    said = [(author, text.strip()) for author, text in messages if text.strip()][-LAST_MESSAGES:]
    return "\n".join(
        f"{CUSTOMER_SIGN if author == 'customer' else STAFF_SIGN} {_shortened(text, language, is_latin)}"
        for author, text in said
    )


def _shortened(text: str, language: str, is_latin: bool) -> str:
    if len(text) > LONGEST_MESSAGE:
        half = LONGEST_MESSAGE // 2
        text = f"{text[:half]} … {text[-half:]}"
    return to_cyrillic(text, language) if is_latin and is_transliterated(text, language) else text
