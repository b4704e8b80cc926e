"""The draw itself: which codes of a frozen list win under a secret. Pure; anybody can do the same with a few lines.

The list is the codes sorted, one a line, each ended by a line feed; its SHA-256 is published when it is frozen. Round r
gives the first 8 bytes, big-endian, of HMAC-SHA256 (key: the secret as ASCII hex; message: `<list hash>:<r>`). A number
at or above the largest multiple of the list's length below 2^64 is skipped, so that chances are exactly equal; else the
code at number mod length wins and leaves the list. Runner-ups follow the same way.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from itertools import count, islice

SECRET_BYTES = 32
NUMBERS = 2**64  # how many numbers a round can give


def new_secret() -> str:
    """A fresh secret of 32 random bytes, as hex."""
    return secrets.token_hex(SECRET_BYTES)


def hash_of_secret(secret: str) -> str:
    """What is published at opening: SHA-256 of the secret's ASCII hex."""
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def list_text(codes: Iterable[str]) -> str:
    """The list as it is hashed. Raises ValueError when a code stands in it twice."""
    ordered = sorted(codes)
    if len(set(ordered)) != len(ordered):
        raise ValueError("a code stands in the list twice")
    return "".join(f"{code}\n" for code in ordered)


def hash_of_list(codes: Iterable[str]) -> str:
    """What is published at closing: SHA-256 of the list."""
    return hashlib.sha256(list_text(codes).encode("ascii")).hexdigest()


def pick(codes: Iterable[str], secret: str, places: int) -> list[str]:
    """The first `places` codes in the order in which they win; all of them when there are fewer."""
    return list(islice(picked(codes, secret), places))


def picked(codes: Iterable[str], secret: str) -> Iterator[str]:
    """Every code, in the order in which they win."""
    left = sorted(codes)
    list_hash = hash_of_list(left)
    for round_number in count():
        if not left:
            return
        number = _number(secret, list_hash, round_number)
        if number < largest_multiple(len(left)):
            yield left.pop(number % len(left))


def largest_multiple(length: int) -> int:
    """The largest multiple of `length` below 2^64: numbers from it on would make some codes likelier than others."""
    return (NUMBERS - 1) // length * length


def _number(secret: str, list_hash: str, round_number: int) -> int:
    digest = hmac.digest(secret.encode("ascii"), f"{list_hash}:{round_number}".encode("ascii"), "sha256")
    return int.from_bytes(digest[:8], "big")
