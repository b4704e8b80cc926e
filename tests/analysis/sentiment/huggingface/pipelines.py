"""A stand-in for the pipeline that transformers makes, of the exact shape of its answers."""

from collections.abc import Sequence
from typing import Any


class FakePipeline:
    """Says NEGATIVE of what holds "bad", POSITIVE of the rest; best label first. `calls` has the texts of each call."""

    mapping = {"NEGATIVE": "negative", "NEUTRAL": "neutral", "POSITIVE": "positive"}

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> list[list[dict[str, Any]]]:
        self.calls.append(list(texts))
        return [self._answer("bad" in text) for text in texts]

    def _answer(self, is_bad: bool) -> list[dict[str, Any]]:
        first, last = ("NEGATIVE", "POSITIVE") if is_bad else ("POSITIVE", "NEGATIVE")
        return [{"label": first, "score": 0.9}, {"label": "NEUTRAL", "score": 0.06}, {"label": last, "score": 0.04}]
