"""Checks a draw from its public file alone: python3 check_draw.py proof.json

Needs Python 3.9 or newer and nothing else. Says which codes win, in order, and exits with 1 where anything differs.
"""

import hashlib
import hmac
import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import Any


def picked(codes: list[str], secret: str, list_hash: str) -> Iterator[str]:
    """Codes in the order in which the lot draws them."""
    left, number_of = sorted(codes), 0
    while left:
        message = f"{list_hash}:{number_of}".encode()
        number = int.from_bytes(hmac.new(secret.encode(), message, "sha256").digest()[:8], "big")
        if number < (2**64 - 1) // len(left) * len(left):
            yield left.pop(number % len(left))
        number_of += 1


def order(proof: dict[str, Any], count: int) -> list[str]:
    """The first codes in the order in which they win: by lot, or in a contest by mean mark and then by lot."""
    drawn = picked(proof["codes"], proof["secret"], proof["list_hash"])
    if proof["mode"] != "contest":
        return list(islice(drawn, count))
    lot = list(drawn)
    marks = {code: Fraction(*mark) for code, mark in proof["marks"].items()}
    return sorted(lot, key=lambda code: -marks.get(code, 0))[:count]


def faults(proof: dict[str, Any]) -> list[str]:
    """What does not agree; nothing where all does."""
    found = []
    listed = "".join(f"{code}\n" for code in proof["codes"])
    if proof["codes"] != sorted(set(proof["codes"])):
        found.append("the list is not sorted, or a code stands in it twice")
    if hashlib.sha256(listed.encode()).hexdigest() != proof["list_hash"]:
        found.append("the list is not the one that was frozen")
    if hashlib.sha256(proof["secret"].encode()).hexdigest() != proof["secret_hash"]:
        found.append("the secret is not the one that was bound at the opening")
    if found:
        return found
    right = order(proof, len(proof["winners"]))
    for place, winner in enumerate(proof["winners"]):
        if winner not in right or right.index(winner) != place:
            found.append(f"place {place + 1}: {winner}, but {right[place] if place < len(right) else 'nobody'} won")
    return found


def main() -> None:
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            proof = json.load(file)
        wrong = faults(proof)
    except (OSError, IndexError, ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
        sys.exit(f"this is not the public file of a draw: {error!r}")
    for fault in wrong:
        print("WRONG:", fault)
    if not wrong:
        print("In order:", " ".join(order(proof, len(proof["winners"]) + 2)) or "nobody")
        print("All agrees.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
