"""The recipe of the shipped baseline: ``python -m analysis.sentiment.training.baseline --data DIR``.

Reads ``train.jsonl.gz`` in DIR and the project's own sentences and comments, learns, finds the temperatures on a tenth
kept back, learns again on everything and writes ``baseline/model.npz``. The same data give the same file.
"""

import argparse
from collections.abc import Sequence
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array, hstack, vstack

from analysis.sentences import Span
from analysis.sentiment import baseline
from analysis.sentiment.baseline.cues import count_cues
from analysis.sentiment.baseline.features import BUCKET_BITS, hash_texts
from analysis.sentiment.baseline.scorer import MODEL_FILE, Weights, logits
from analysis.sentiment.corpus import read_texts
from analysis.sentiment.passages import whole
from analysis.sentiment.reading import read_sentence
from analysis.sentiment.training.regression import Fitted, Floats, fit, fit_temperature
from analysis.sentiment.training.sources import (
    OWN,
    SOURCE_WEIGHTS,
    WITHOUT_NEUTRAL,
    Example,
    own_examples,
    read_examples,
)
from analysis.vocabulary import LANGUAGES, SENTIMENTS

SEED = 20
KEPT_BACK = 0.1
TEXTS_AT_ONCE = 2000
# Our own comments are many by now: of 3 and 10 the one that costs the public texts less.
OWN_WEIGHT = 3.0


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the shipped sentiment baseline.")
    parser.add_argument("--data", type=Path, required=True, help="folder with train.jsonl.gz")
    parser.add_argument(
        "--without", action="append", default=[], metavar="SOURCE", help="leave a source out (repeatable)"
    )
    parser.add_argument("--output", type=Path, default=shipped_file())
    arguments = parser.parse_args()
    learn(arguments.data, arguments.without, arguments.output)


def learn(data: Path, without: Sequence[str], output: Path) -> None:
    """Learns from ``train.jsonl.gz`` in ``data`` and our own texts, and writes ``output``."""
    public = read_examples(data / "train.jsonl.gz")
    examples = [example for example in public if example.source not in without]
    examples += [*own_examples(), *_comments()]
    np.savez_compressed(output, **vars(train(examples)))
    print(f"{len(examples)} texts -> {output.name} ({output.stat().st_size} bytes)")


def shipped_file() -> Path:
    """Where the shipped weights lie."""
    return Path(baseline.__file__).parent / MODEL_FILE


def _comments() -> list[Example]:
    """The project's own comments that are learnt from."""
    return [Example(text.text, text.sentiment, text.language, OWN) for text in read_texts() if not text.is_dev]


def train(examples: Sequence[Example]) -> Weights:
    """Weights for the run time, calibrated language by language."""
    ngrams, cues = count_features(examples)
    is_kept_back = np.random.default_rng(SEED).random(len(examples)) < KEPT_BACK
    rest = np.flatnonzero(~is_kept_back)
    trial = _learn(list(compress(examples, ~is_kept_back)), ngrams[rest], cues[rest])
    kept_back = list(compress(examples, is_kept_back))
    temperatures = [_temperature(trial, kept_back, language) for language in LANGUAGES]
    final = _learn(examples, ngrams, cues)
    return Weights(final.buckets, final.scale, final.cues, final.bias, np.array(temperatures, dtype=np.float32))


def count_features(examples: Sequence[Example]) -> tuple[csr_matrix, Floats]:
    """N-gram counts and cue counts, a row a text."""
    tables = []
    for start in range(0, len(examples), TEXTS_AT_ONCE):
        some = examples[start : start + TEXTS_AT_ONCE]
        hashed = hash_texts([example.text for example in some], [example.language for example in some])
        ones = np.ones(len(hashed.buckets), dtype=np.float32)
        table = csr_matrix((ones, hashed.buckets, hashed.starts), shape=(len(some), 2**BUCKET_BITS))
        table.sum_duplicates()
        tables.append(table)
    return vstack(tables).tocsr(), np.array([_cues(example) for example in examples], dtype=np.float32)


def _cues(example: Example) -> tuple[float, ...]:
    return count_cues(whole(read_sentence(example.text, Span(0, len(example.text)), example.language, False)))


def _learn(examples: Sequence[Example], ngrams: csr_matrix, cues: Floats) -> Weights:
    """Rare n-grams count for more (inverse document frequency), which the shipped weights have multiplied in."""
    rarity = (np.log((1 + len(examples)) / (1 + np.bincount(ngrams.indices, minlength=ngrams.shape[1]))) + 1).astype(
        np.float32
    )
    norms = 1 / np.sqrt(np.asarray(ngrams.sum(axis=1)).ravel())
    scaled = diags_array(norms.astype(np.float32)) @ ngrams @ diags_array(rarity)
    labels = np.array([SENTIMENTS.index(example.label) for example in examples])
    has_neutral = np.array([example.source not in WITHOUT_NEUTRAL for example in examples])
    fitted = fit(hstack([scaled, csr_matrix(cues)]).tocsr(), labels, has_neutral, _balanced_weights(examples, labels))
    return _quantise(fitted, rarity)


def _balanced_weights(examples: Sequence[Example], labels: NDArray[np.int64]) -> Floats:
    """Source weights, evened out so that in each language the three moods count the same, and so in our own texts."""
    source_weights = SOURCE_WEIGHTS | {OWN: OWN_WEIGHT}
    weights = np.array([source_weights[example.source] for example in examples])
    for is_own in (True, False):
        for language in LANGUAGES:
            is_in = np.array(
                [example.language == language and (example.source == OWN) is is_own for example in examples]
            )
            total = weights[is_in].sum()
            for label in range(len(SENTIMENTS)):
                chosen = is_in & (labels == label)
                if chosen.any():
                    weights[chosen] *= total / len(SENTIMENTS) / weights[chosen].sum()
    return weights.astype(np.float32)


def _quantise(fitted: Fitted, rarity: Floats) -> Weights:
    """N-gram weights as one byte each: the largest of a mood becomes 127."""
    table = fitted.coefficients[: len(rarity)] * rarity[:, None]
    scale = np.abs(table).max(axis=0) / 127
    return Weights(
        buckets=np.round(table / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        cues=fitted.coefficients[len(rarity) :],
        bias=fitted.bias,
        temperatures=np.ones(len(LANGUAGES), dtype=np.float32),
    )


def _temperature(trial: Weights, kept_back: Sequence[Example], language: str) -> float:
    some = [example for example in kept_back if example.language == language and example.source not in WITHOUT_NEUTRAL]
    if not some:
        return 1.0
    hashed = hash_texts([example.text for example in some], [language] * len(some))
    scores = logits(trial, hashed, np.array([_cues(example) for example in some], dtype=np.float32))
    return fit_temperature(scores, np.array([SENTIMENTS.index(example.label) for example in some]))


if __name__ == "__main__":
    main()
