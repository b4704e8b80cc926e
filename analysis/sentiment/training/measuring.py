"""Figures for a model's card: ``python -m analysis.sentiment.training.measuring --data DIR``.

Runs the shipped analyser from end to end (language found by itself, sentences put together) over ``dev.jsonl.gz`` in
DIR, and over ``--comments FILE...`` (JSON lines with ``text``, ``sentiment``, ``aspects``, ``flags``) where given.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from analysis.language import detect_language
from analysis.sentiment.loading import load_analyser
from analysis.sentiment.protocol import TextInput, TextResult
from analysis.sentiment.training.sources import WITHOUT_NEUTRAL, Example, read_examples
from analysis.vocabulary import ASPECTS, FLAGS, LANGUAGES, SENTIMENTS

Judged = tuple[Example, TextResult]
FEWEST_WORDS = 3
BINS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the shipped analyser.")
    parser.add_argument("--data", type=Path, help="folder with dev.jsonl.gz")
    parser.add_argument("--comments", type=Path, nargs="*", default=[], help="labelled comments, JSON lines")
    arguments = parser.parse_args()
    if arguments.data is not None:
        _report_development(read_examples(arguments.data / "dev.jsonl.gz"))
    for path in arguments.comments:
        _report_comments(path)


def macro_f1(pairs: Sequence[tuple[str, str]], labels: Iterable[str] = SENTIMENTS) -> float:
    """Mean of the F1 of each label over (wanted, given) pairs; labels that occur on neither side are left out."""
    scores = [score for label in labels if (score := _f1(pairs, label)) is not None]
    return sum(scores) / len(scores)


def expected_calibration_error(judged: Sequence[Judged]) -> float:
    """Mean distance between how sure the model is and how often it is right, over ten bins of sureness."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for example, result in judged:
        sureness = getattr(result.probabilities, result.sentiment)
        bins[min(int(sureness * BINS), BINS - 1)].append((sureness, result.sentiment == example.label))
    gaps = (abs(sum(sure for sure, _ in some) - sum(right for _, right in some)) for some in bins)
    return sum(gaps) / len(judged)


def _f1(pairs: Sequence[tuple[str, str]], label: str) -> float | None:
    right = sum(wanted == given == label for wanted, given in pairs)
    named = sum(wanted == label for wanted, _ in pairs) + sum(given == label for _, given in pairs)
    return 2 * right / named if named else None


def _report_development(examples: Sequence[Example]) -> None:
    started = time.process_time()
    results = load_analyser().analyse_texts([TextInput(example.text) for example in examples])
    seconds = time.process_time() - started
    print(f"{len(examples)} texts, {len(examples) / seconds:.0f} texts a second of one core, all included")
    _report_languages(examples)
    judged = sorted(zip(examples, results, strict=True), key=lambda pair: (pair[0].language, pair[0].source))
    for language, rows in _grouped(judged, lambda pair: pair[0].language):
        three = [pair for pair in rows if pair[0].source not in WITHOUT_NEUTRAL]
        calibration = expected_calibration_error(three)
        print(f"{language}: macro-F1 {_f1_of(three):.3f}, ECE {calibration:.3f}; {len(three)} texts of three moods")
        for source, some in _grouped(rows, lambda pair: pair[0].source):
            print(f"    {source:13} {len(some):5}  {_figure(source, some)}")


def _figure(source: str, judged: Sequence[Judged]) -> str:
    if source not in WITHOUT_NEUTRAL:
        return f"macro-F1 {_f1_of(judged):.3f}"
    right = sum(
        (result.probabilities.negative > result.probabilities.positive) == (example.label == "negative")
        for example, result in judged
    )
    return f"positive against negative: accuracy {right / len(judged):.3f}"


def _f1_of(judged: Sequence[Judged]) -> float:
    return macro_f1([(example.label, result.sentiment) for example, result in judged])


def _report_languages(examples: Sequence[Example]) -> None:
    long_enough = [example for example in examples if len(example.text.split()) >= FEWEST_WORDS]
    for language in LANGUAGES:
        some = [example for example in long_enough if example.language == language]
        right = sum(detect_language(example.text) == language for example in some)
        print(f"{language}: language right for {right / len(some):.4f} of {len(some)} texts of {FEWEST_WORDS}+ words")


def _report_comments(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    results = load_analyser().analyse_texts([TextInput(row["text"]) for row in rows])
    moods = [(row["sentiment"], result.sentiment) for row, result in zip(rows, results, strict=True)]
    right = sum(wanted == given for wanted, given in moods)
    print(f"{path.name}: {len(rows)} comments, accuracy {right / len(rows):.3f}, macro-F1 {macro_f1(moods):.3f}")
    for kind, names in (("aspects", ASPECTS), ("flags", FLAGS)):
        counts = [_found(rows, results, kind, name) for name in names]
        print(f"    {kind}: " + ", ".join(f"{name} {count}" for name, count in zip(names, counts, strict=True)))


def _found(rows: Sequence[dict[str, list[str]]], results: Sequence[TextResult], kind: str, name: str) -> str:
    """Found of wanted, and those raised without need."""
    pairs = [(name in row[kind], name in getattr(result, kind)) for row, result in zip(rows, results, strict=True)]
    found = sum(wanted and given for wanted, given in pairs)
    return f"{found}/{sum(wanted for wanted, _ in pairs)} (+{sum(given and not wanted for wanted, given in pairs)})"


def _grouped(judged: Iterable[Judged], key: Callable[[Judged], str]) -> Iterator[tuple[str, list[Judged]]]:
    for name, some in groupby(judged, key):
        yield name, list(some)


if __name__ == "__main__":
    main()
