"""The draw's arithmetic, against an implementation of its own and against published numbers."""

import hashlib
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from feedback.draws import picking
from feedback.draws.picking import hash_of_list, hash_of_secret, largest_multiple, list_text, new_secret, pick

SECRET = "98d7278b5b4d4045ea6498ac02943cc454ea0eb8b1d5613c9cf5bb79707c2dde"
CODES = [
    "2PA-89R", "934-D59", "9MT-4SA", "A4K-7YW", "A8V-NQM", "BSD-H8G", "DN5-FNH", "EK4-KJY", "ESS-UNU", "F69-XQT",
    "GNK-HK3", "JGE-PDK", "JPQ-89K", "MUG-G32", "N5T-WSM", "PW5-K84", "XSS-K4V", "YVV-R9N",
]  # fmt: skip
codes = st.sets(st.text("23456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=12), max_size=40)


def by_hand(entered: set[str], secret: str, places: int) -> list[str]:
    """The same by the words of the rules, with HMAC written out (RFC 2104) and no line shared with the code."""
    left = list(entered)
    left.sort()
    text = b""
    for code in left:
        text += code.encode() + b"\x0a"
    fingerprint = hashlib.sha256(text).hexdigest()
    key = (
        secret.encode().ljust(64, b"\0") if len(secret) <= 64 else hashlib.sha256(secret.encode()).digest() + bytes(32)
    )
    inner, outer = bytes(b ^ 0x36 for b in key), bytes(b ^ 0x5C for b in key)
    winners: list[str] = []
    r = 0
    while left and len(winners) < places:
        message = (fingerprint + ":" + str(r)).encode()
        mac = hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).digest()
        x = sum(byte << (56 - 8 * place) for place, byte in enumerate(mac[:8]))
        highest = max(k for k in range(2**64 - len(left), 2**64) if k % len(left) == 0)
        if x < highest:
            winners.append(left[x % len(left)])
            del left[x % len(left)]
        r += 1
    return winners


def test_it_works() -> None:
    """The numbers were computed with the tools of a shell: sha256sum, openssl, bc."""
    assert hash_of_secret(SECRET) == "800eb6b11988a889ce6c4dbb584477a628156f879e82306967f83e54cfb0cc39"
    assert hash_of_list(CODES) == "628f9ce366f324874c18a1c867cbfd0e8fc9cc2b1de197138b0e3573c253b56e"
    assert pick(CODES, SECRET, 5) == ["GNK-HK3", "ESS-UNU", "JPQ-89K", "JGE-PDK", "EK4-KJY"]


def test_the_list_is_sorted_and_every_line_ends() -> None:
    assert list_text(["B2", "A9", "A10"]) == "A10\nA9\nB2\n"
    assert list_text([]) == ""


def test_a_code_may_stand_in_the_list_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        pick(["A", "B", "A"], SECRET, 1)


@given(codes, st.binary(min_size=32, max_size=32).map(bytes.hex), st.integers(0, 45))
def test_it_is_the_algorithm_of_the_rules(entered: set[str], secret: str, places: int) -> None:
    assert pick(entered, secret, places) == by_hand(entered, secret, places)


@given(codes, st.randoms(use_true_random=False))
def test_the_order_of_entering_is_irrelevant_and_nobody_wins_twice(entered: set[str], chance: random.Random) -> None:
    mixed = list(entered)
    chance.shuffle(mixed)
    everyone = pick(mixed, SECRET, len(mixed))
    assert everyone == pick(sorted(entered), SECRET, len(entered))
    assert sorted(everyone) == sorted(entered)


@given(codes, st.integers(0, 40), st.integers(0, 40))
def test_runner_ups_are_what_more_places_would_give(entered: set[str], few: int, many: int) -> None:
    few, many = sorted((few, many))
    assert pick(entered, SECRET, many)[:few] == pick(entered, SECRET, few)


@given(st.integers(1, 2**32))
def test_the_largest_multiple_leaves_equal_chances(length: int) -> None:
    limit = largest_multiple(length)
    assert limit % length == 0
    assert limit < 2**64 <= limit + length


def test_numbers_above_the_largest_multiple_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter([2**64 - 1, 2**64 - 4, 5, 2**64 - 1, 0, 2**64 - 1, 3])
    monkeypatch.setattr(picking, "_number", lambda *_given: next(numbers))
    # 2^64 - 4 and 2^64 - 1 are multiples of 4 and of 3 (or above one); 2^64 - 1 is the limit of a list of one
    assert pick(["A", "B", "C", "D"], SECRET, 2) == ["B", "A"]
    assert pick(["Z"], SECRET, 1) == ["Z"]


def test_every_code_has_the_same_chance_at_every_place() -> None:
    entered = [f"C{n}" for n in range(7)]
    drawn = [pick(entered, hashlib.sha256(str(n).encode()).hexdigest(), 3) for n in range(7000)]
    for place in range(3):
        wins = Counter(winners[place] for winners in drawn)
        assert chisquare([wins[code] for code in entered]).pvalue > 0.001


def test_secrets_are_long_and_new() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert {len(bytes.fromhex(secret)) for secret in made} == {32}
