"""Which analyser the product runs; the model behind it is read on the first text, not here."""

from collections.abc import Sequence

from analysis.sentiment.analysing import ComposedAnalyser
from analysis.sentiment.baseline import NAME, VERSION
from analysis.sentiment.passages import Passage
from analysis.sentiment.protocol import Analyser, Probabilities, Scorer


def load_analyser() -> Analyser:
    """The shipped analyser; cheap to call, safe to share between threads that only analyse."""
    return ComposedAnalyser(NAME, VERSION, _LateBaseline())


class _LateBaseline:
    """Puts off importing numpy and reading the model until there is something to score."""

    def __init__(self) -> None:
        self._scorer: Scorer | None = None

    def score(self, passages: Sequence[Passage]) -> list[Probabilities]:
        if self._scorer is None:
            # Heavy on purpose: commands that never analyse must not pay for numpy.
            from analysis.sentiment.baseline.scorer import BaselineScorer

            self._scorer = BaselineScorer()
        return self._scorer.score(passages)
