import numpy as np
import pytest

from analysis.sentiment.baseline.labels import LABELS
from analysis.sentiment.encoder.blocks import Block, prepare
from analysis.sentiment.encoder.ngrams import SecondOpinion
from analysis.sentiment.protocol import TextInput
from analysis.vocabulary import SENTIMENTS


def blocks_of(*texts: str) -> list[tuple[Block, str]]:
    return [(block, text.language) for text in map(prepare, map(TextInput, texts)) for block in text.blocks]


def test_an_opinion_is_the_logarithm_of_chances() -> None:
    (opinion,) = SecondOpinion().of(blocks_of("Спасибо, всё отлично"))
    assert np.exp(opinion.moods).sum() == pytest.approx(1, abs=0.01)
    assert SENTIMENTS[int(opinion.moods.argmax())] == "positive"


def test_each_block_has_its_own_whatever_stands_beside_it() -> None:
    texts = ("Ужасно, деньги не вернули", "Great service, thank you", "Много съм доволна")
    together = SecondOpinion().of(blocks_of(*texts))
    assert [SENTIMENTS[int(opinion.moods.argmax())] for opinion in together] == ["negative", "positive", "positive"]
    for text, opinion in zip(texts, together, strict=True):
        alone = SecondOpinion().of(blocks_of(text))[0]
        np.testing.assert_allclose(alone.moods, opinion.moods, rtol=1e-5)
        np.testing.assert_allclose(alone.labels, opinion.labels, rtol=1e-5)


def test_labels_are_told_apart() -> None:
    threat, plain = SecondOpinion().of(blocks_of("Подаю на вас в суд", "Где мой заказ?"))
    at = LABELS.index("legal_threat")
    assert threat.labels[at] > 0 > plain.labels[at]


def test_no_block_no_opinion() -> None:
    assert SecondOpinion().of([]) == []
