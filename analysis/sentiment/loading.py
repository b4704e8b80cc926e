"""Which analyser the product runs; the model behind it is read on the first text, not here."""

from collections.abc import Sequence
from threading import Lock

from analysis.sentiment import baseline
from analysis.sentiment.analysing import ComposedAnalyser
from analysis.sentiment.encoder import NAME, VERSION
from analysis.sentiment.huggingface.analyser import HuggingFaceAnalyser
from analysis.sentiment.protocol import Analyser, ChatInput, ChatResult, TextInput, TextResult

DEFAULT_THREADS = 2


def load_analyser(threads: int = DEFAULT_THREADS, *, model: str | None = None, labels: str | None = None) -> Analyser:
    """The shipped analyser, or one that runs ``model``; cheap to call, safe to share between threads.

    ``model`` is a folder or hub name, ``labels`` says what its labels mean (``LABEL_0=negative, ...``; ValueError where
    it says anything else). Whether the model can be run shows when its version or a result is asked for.
    """
    if model:
        return HuggingFaceAnalyser(model, labels, threads)
    return _LateEncoder(threads)


def load_baseline() -> Analyser:
    """The n-grams and lexicon rules alone: small, quick, much less right; what the shipped model is measured beside."""
    # Heavy on purpose: numpy.
    from analysis.sentiment.baseline.scorer import BaselineScorer

    return ComposedAnalyser(baseline.NAME, baseline.VERSION, BaselineScorer())


class _LateEncoder:
    """Puts off importing onnxruntime and reading the model until there is something to analyse."""

    name = NAME
    version = VERSION

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._analyser: Analyser | None = None
        self._lock = Lock()

    def analyse_texts(self, batch: Sequence[TextInput]) -> list[TextResult]:
        return self._load().analyse_texts(batch) if batch else []

    def analyse_chats(self, batch: Sequence[ChatInput]) -> list[ChatResult]:
        return self._load().analyse_chats(batch) if batch else []

    def _load(self) -> Analyser:
        with self._lock:
            if self._analyser is None:
                # Heavy on purpose: commands that never analyse must not pay for it.
                from analysis.sentiment.encoder.analyser import open_shipped

                self._analyser = open_shipped(self._threads)
            return self._analyser
