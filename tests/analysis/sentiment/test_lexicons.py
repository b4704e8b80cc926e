import pytest

from analysis.sentiment.lexicons import load_lexicon
from analysis.vocabulary import ASPECTS, FLAGS, LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_aspect_and_flag_has_its_words(language: str) -> None:
    labels = load_lexicon(language).comment.labels
    assert {f"aspect:{aspect}" for aspect in ASPECTS} | {f"flag:{flag}" for flag in FLAGS} <= labels


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_known(language: str) -> None:
    names = {label.partition(":")[2] for label in load_lexicon(language).comment.labels}
    assert names <= {*ASPECTS, *FLAGS, "positive", "negative", "negation", "disclaimer", "contrast"}
    assert load_lexicon(language).chat.labels == {
        "thanks",
        "resolved",
        "resignation",
        "waiting",
        "no_solution",
        "solution",
    }
