"""A smaller vocabulary: pieces that the training texts, frequent words and single signs need; the rest is dropped.

Of 250 037 pieces about a fifth stays: from 118 to 39 million numbers, and ru, bg, en are read as before.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from analysis.vocabulary import LANGUAGES

FREQUENT_WORDS = 40_000
SPECIAL_PIECES = 4  # <s>, <pad>, </s>, <unk>
LONGEST = 512
_SIGNS = [(0x20, 0x250), (0x400, 0x460), (0x2010, 0x2050), (0x20A0, 0x20C0), (0x2600, 0x27C0), (0x1F300, 0x1FB00)]


def kept_pieces(full: Tokenizer, texts: Iterable[str]) -> NDArray[np.int64]:
    """Ids to keep, in their old order, special ones first."""
    is_kept = np.zeros(full.get_vocab_size(), dtype=np.bool_)
    is_kept[:SPECIAL_PIECES] = True
    for batch in _batches([*texts, *_frequent_words(), *_single_signs()]):
        for encoding in full.encode_batch_fast(batch, add_special_tokens=False):
            is_kept[encoding.ids] = True
    is_kept[full.token_to_id("<mask>")] = False
    return np.flatnonzero(is_kept)


def trimmed_tokenizer(path: Path, kept: NDArray[np.int64]) -> Tokenizer:
    """The tokenizer at ``path`` (a Unigram ``tokenizer.json``) with the kept pieces alone, renumbered from 0."""
    description: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    pieces = description["model"]["vocab"]
    description["model"]["vocab"] = [pieces[number] for number in kept]
    description["added_tokens"] = [token for token in description["added_tokens"] if token["id"] < SPECIAL_PIECES]
    description["truncation"] = description["padding"] = None
    return Tokenizer.from_str(json.dumps(description))


def _frequent_words() -> Iterator[str]:
    # Needed to train only; brings large lists of its own.
    from wordfreq import top_n_list

    for language in LANGUAGES:
        for word in top_n_list(language, FREQUENT_WORDS):
            yield word
            yield word.capitalize()


def _single_signs() -> list[str]:
    return [chr(code) for first, last in _SIGNS for code in range(first, last)]


def _batches(texts: Sequence[str], size: int = 2000) -> Iterator[list[str]]:
    for start in range(0, len(texts), size):
        yield list(texts[start : start + size])
