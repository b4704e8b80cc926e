"""Speed and memory of the text analysis: ``python -m benchmarks.sentiment``.

The shipped analyser in batches and one text at a time, its loading, its memory; beside it in the same run the n-gram
baseline and, where the training's work folder is given and torch is installed, torch on the same weights.
Texts are the project's own comments; nothing is asserted, everything is printed.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from analysis.sentiment.corpus import read_texts
from analysis.sentiment.loading import load_analyser, load_baseline
from analysis.sentiment.protocol import Analyser, TextInput
from analysis.sentiment.training.measuring import macro_f1
from analysis.vocabulary import LANGUAGES

ROUNDS = 3
SHORT = TextInput("Заказ привезли вовремя, спасибо")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the text analysis.")
    parser.add_argument("--work", type=Path, help="the training's work folder, to measure torch on the same weights")
    parser.add_argument("--only", choices=list(MEASURES), help="one measure, in this process")
    arguments = parser.parse_args()
    if arguments.only:
        MEASURES[arguments.only](arguments.work)
        return
    for name in MEASURES:
        if name != "torch" or (arguments.work and find_spec("torch")):
            command = [sys.executable, "-m", "benchmarks.sentiment", "--only", name]
            subprocess.run(command + (["--work", str(arguments.work)] if arguments.work else []), check=True)


def measure_loading(_: Path | None) -> None:
    started = time.monotonic()
    analyser = load_analyser(1)
    analyser.analyse_texts([SHORT])
    print(f"first result, imports and loading included: {time.monotonic() - started:.2f} s, {_memory()}")
    times = []
    for _ in range(200):
        started = time.perf_counter()
        analyser.analyse_texts([SHORT])
        times.append(time.perf_counter() - started)
    times.sort()
    print(f"one short text on one thread: median {times[100] * 1000:.1f} ms, 95 % {times[190] * 1000:.1f} ms")


def measure_one_thread(_: Path | None) -> None:
    _measure("encoder, 1 thread", load_analyser(1))


def measure_two_threads(_: Path | None) -> None:
    _measure("encoder, 2 threads", load_analyser(2))


def measure_baseline(_: Path | None) -> None:
    _measure("n-gram baseline", load_baseline())


def measure_torch(work: Path | None) -> None:
    import torch

    from analysis.sentiment.training.encoder import load_network, load_tokenizer
    from analysis.sentiment.training.exporting import as_tensors

    assert work is not None
    network, tokenizer = load_network(work, "final.pt").eval(), load_tokenizer(work)
    texts = sorted((text.text for text in read_texts() if text.is_dev), key=len)

    def run() -> None:
        with torch.no_grad():
            for start in range(0, len(texts), 32):
                network(*as_tensors(tokenizer, texts[start : start + 32]))

    for threads in (1, 2):
        torch.set_num_threads(threads)
        seconds = _best(run)
        print(f"torch float32, {threads} thread(s): {len(texts) / seconds:.0f} texts/s, model alone, {_memory()}")


def _measure(name: str, analyser: Analyser) -> None:
    texts = [text for text in read_texts() if text.is_dev]
    inputs = [TextInput(text.text) for text in texts]
    analyser.analyse_texts(inputs[:8])
    seconds = _best(lambda: _in_batches(analyser, inputs))
    results = analyser.analyse_texts(inputs)
    scores = []
    for language in LANGUAGES:
        pairs = [(t.sentiment, r.sentiment) for t, r in zip(texts, results, strict=True) if t.language == language]
        scores.append(f"{language} {macro_f1(pairs):.3f}")
    print(
        f"{name}: {len(texts) / seconds:.0f} texts/s, {_memory()}; macro-F1 on our own dev texts: {', '.join(scores)}"
    )


def _in_batches(analyser: Analyser, inputs: Sequence[TextInput], size: int = 256) -> None:
    for start in range(0, len(inputs), size):
        analyser.analyse_texts(inputs[start : start + size])


def _best(act: Callable[[], None]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return min(times)


def _memory() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB resident at most"


MEASURES: dict[str, Callable[[Path | None], None]] = {
    "loading": measure_loading,
    "one-thread": measure_one_thread,
    "two-threads": measure_two_threads,
    "baseline": measure_baseline,
    "torch": measure_torch,
}

if __name__ == "__main__":
    main()
