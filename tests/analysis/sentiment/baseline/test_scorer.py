from importlib import resources

import pytest

from analysis.sentences import Span
from analysis.sentiment import baseline
from analysis.sentiment.baseline.scorer import CHARACTERS_AT_ONCE, MODEL_FILE, BaselineScorer
from analysis.sentiment.passages import Passage, whole
from analysis.sentiment.reading import read_sentence


def passage(text: str, language: str = "en") -> Passage:
    return whole(read_sentence(text, Span(0, len(text)), language, False))


def test_it_works() -> None:
    bad, good = BaselineScorer().score([passage("Terrible, broken"), passage("Чудесно, благодаря", "bg")])
    assert (bad.label, good.label) == ("negative", "positive")


def test_chunks_do_not_change_the_answer() -> None:
    some = [passage(f"good number {number} " + "x " * 300) for number in range(2 * CHARACTERS_AT_ONCE // 600)]
    scorer = BaselineScorer()
    assert scorer.score(some)[-1].negative == pytest.approx(scorer.score(some[-1:])[0].negative)


def test_nothing_to_score() -> None:
    assert BaselineScorer().score([]) == []


def test_the_model_is_small() -> None:
    assert resources.files(baseline).joinpath(MODEL_FILE).stat().st_size < 4 * 1024 * 1024  # type: ignore[attr-defined]
