"""Texts to hashed n-grams of characters and words: the same code at training and at run time.

An n-gram is a stretch of the normalised text, so one table of running polynomial hashes gives them all.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BUCKET_BITS = 20
CHARACTER_LENGTHS = (2, 3, 4, 5)
WORD_LENGTHS = (1, 2)

_BASE = 0x9E3779B97F4A7C15
_BASE_INVERSE = pow(_BASE, -1, 2**64)
_MIXER = np.uint64(0xD6E8FEB86659FD93)
_CHARACTER_SALT = 0x5851F42D4C957F2D
_WORD_SALTS = {"ru": 0x14057B7EF767814F, "bg": 0x2545F4914F6CDD1D, "en": 0x369DEA0F31A53F85}

_LINKS = re.compile(r"https?://\S+|www\.\S+|&#?\w+;|<[^<>]{0,80}>")
_MENTIONS = re.compile(r"@\w+")
_NUMBERS = re.compile(r"\d+")
_REPEATS = re.compile(r"(.)\1{2,}")
_SIGN_EDGES = re.compile(r"(?<=[^\w\s'])|(?=[^\w\s'])")


@dataclass(frozen=True)
class HashedTexts:
    """``buckets`` of all texts one after another; text i owns those from ``starts[i]`` to ``starts[i + 1]``."""

    buckets: NDArray[np.int64]
    starts: NDArray[np.int64]


def normalise(text: str) -> str:
    """The text as the model reads it: one case, no links, names or digits, signs apart, single spaces."""
    text = unicodedata.normalize("NFC", text).lower().replace("ё", "е").replace("\u2019", "'")
    text = _LINKS.sub(" ", text)
    text = _NUMBERS.sub("0", _MENTIONS.sub("@", text))
    text = _REPEATS.sub(r"\1\1", text)
    words = _SIGN_EDGES.sub(" ", text).split()
    return f" {' '.join(words)} "


def hash_texts(texts: Sequence[str], languages: Sequence[str]) -> HashedTexts:
    """Buckets of each text; the words (not the letters) of each language have buckets of their own."""
    normalised = [normalise(text) for text in texts]
    lengths = np.array([len(text) for text in normalised], dtype=np.int64)
    codes = np.frombuffer("".join(normalised).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    owner = np.repeat(np.arange(len(texts)), lengths)
    running = _RunningHash(codes)
    salts = np.array([_WORD_SALTS[language] for language in languages], dtype=np.uint64)
    pieces = [_characters(running, owner, length) for length in CHARACTER_LENGTHS]
    spaces = np.flatnonzero(codes == 32)
    pieces += [_words(running, owner, spaces, salts, length) for length in WORD_LENGTHS]
    buckets = np.concatenate([piece[0] for piece in pieces])
    owners = np.concatenate([piece[1] for piece in pieces])
    order = np.argsort(owners, kind="stable")
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.bincount(owners, minlength=len(texts)), out=starts[1:])
    return HashedTexts(buckets=buckets[order], starts=starts)


class _RunningHash:
    """Hash of any stretch of the joined texts in constant time; arithmetic wraps at 2**64 on purpose."""

    def __init__(self, codes: NDArray[np.uint32]) -> None:
        self.size = len(codes)
        powers = _powers(_BASE, self.size)
        self._inverses = _powers(_BASE_INVERSE, self.size)
        self._sums = np.zeros(self.size + 1, dtype=np.uint64)
        np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * powers, out=self._sums[1:])

    def of(self, first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Hashes of the stretches [first, last)."""
        hashes: NDArray[np.uint64] = (self._sums[last] - self._sums[first]) * self._inverses[first]
        return hashes


def _powers(base: int, count: int) -> NDArray[np.uint64]:
    factors = np.full(count, base, dtype=np.uint64)
    if count:
        factors[0] = 1
    return np.cumprod(factors)


def _characters(
    running: _RunningHash, owner: NDArray[np.int64], length: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    first = np.arange(max(0, running.size - length + 1), dtype=np.int64)
    first = first[owner[first] == owner[first + length - 1]]
    return _bucket(running.of(first, first + length), np.uint64(_CHARACTER_SALT + length)), owner[first]


def _words(
    running: _RunningHash,
    owner: NDArray[np.int64],
    spaces: NDArray[np.int64],
    salts: NDArray[np.uint64],
    length: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    first, last = spaces[:-length], spaces[length:]
    # Neighbouring spaces are the end of one text and the start of the next: no word between them.
    inside = (owner[first] == owner[last]) & (last - first > 1)
    first, last = first[inside], last[inside]
    return _bucket(running.of(first, last), salts[owner[first]] + np.uint64(length)), owner[first]


def _bucket(hashes: NDArray[np.uint64], salt: np.uint64 | NDArray[np.uint64]) -> NDArray[np.int64]:
    mixed = hashes ^ salt
    mixed = (mixed ^ (mixed >> np.uint64(32))) * _MIXER
    return ((mixed ^ (mixed >> np.uint64(29))) * _MIXER >> np.uint64(64 - BUCKET_BITS)).astype(np.int64)
