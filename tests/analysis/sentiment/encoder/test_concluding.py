import numpy as np
import pytest

from analysis.sentences import Span
from analysis.sentiment.encoder.blocks import Block, Prepared, prepare
from analysis.sentiment.encoder.concluding import conclude, probabilities_of
from analysis.sentiment.encoder.model import Calibration, Heads
from analysis.sentiment.encoder.ngrams import Opinion
from analysis.sentiment.protocol import TextInput
from analysis.vocabulary import ASPECTS, FLAGS, LANGUAGES

NO, YES = -5.0, 5.0
NO_LABELS = np.zeros(len(ASPECTS) + len(FLAGS), dtype=np.float32)
NONE = Opinion(np.zeros(3, dtype=np.float32), NO_LABELS)  # the n-grams have no opinion


def calibration(**changes: object) -> Calibration:
    names = [*ASPECTS, *FLAGS, "ended_badly"]
    values: dict[str, object] = {
        "name": "test", "version": "1", "temperatures": dict.fromkeys(LANGUAGES, 1.0),
        "biases": dict.fromkeys(LANGUAGES, (0.0, 0.0, 0.0)), "ngram_weights": dict.fromkeys(LANGUAGES, 0.5),
        "thresholds": dict.fromkeys(names, 0.5), "hint_weight": 2.0, "label_ngram_weight": 1.0, "unsure_below": 0.55,
    }  # fmt: skip
    return Calibration(**(values | changes))  # type: ignore[arg-type]


def heads(
    moods: tuple[float, float, float],
    *labels: str,
    aspect_mood: int = 0,
    token_moods: list[tuple[float, float, float]] | None = None,
    offsets: list[tuple[int, int]] | None = None,
) -> Heads:
    names = [*ASPECTS, *FLAGS, "ended_badly"]
    aspects = np.zeros((len(ASPECTS), 3), dtype=np.float32)
    aspects[:, aspect_mood] = 1
    return Heads(
        np.array(moods, dtype=np.float32),
        np.array([YES if name in labels else NO for name in names], dtype=np.float32),
        aspects,
        np.array(token_moods or [(0, 0, 0)], dtype=np.float32),
        np.array(offsets or [(0, 0)]),
    )


def test_sentiment_aspects_and_flags() -> None:
    text = prepare(TextInput("The courier threatened me with his lawyer"))
    result = conclude(text, [heads((3, 0, 0), "delivery", "legal_threat")], [NONE], calibration())
    assert (result.language, result.sentiment) == ("en", "negative")
    assert result.aspects == {"delivery": "negative"}
    assert result.flags == ("legal_threat",)
    assert not result.is_unsure


def test_the_sentence_whose_words_bring_the_label_decided() -> None:
    text = "The shop is nice. The phone broke. Bye."
    tokens = [(0.0, 0.0, 0.0), (0.1, 0.0, 2.0), (3.0, 0.0, 0.0), (0.0, 1.0, 0.0)]
    offsets = [(0, 0), (0, 17), (18, 34), (35, 39)]
    read = heads((2, 0, 1), token_moods=tokens, offsets=offsets)
    span = conclude(prepare(TextInput(text)), [read], [NONE], calibration()).deciding_sentence
    assert text[span.start : span.end] == "The phone broke."


def test_blocks_join_worst_aspect_first_and_every_flag() -> None:
    spans = [Span(0, 5), Span(6, 11)]
    blocks = [Block("aaaaa", [spans[0]], [Span(0, 5)]), Block("bbbbb", [spans[1]], [Span(0, 5)])]
    read = [heads((0, 0, 4), "price", aspect_mood=2), heads((4, 0, 0), "price", "quality", "refund")]
    result = conclude(Prepared("en", blocks), read, [NONE, NONE], calibration())
    assert result.aspects == {"quality": "negative", "price": "negative"}
    assert result.flags == ("refund",)
    assert result.sentiment == "negative"
    assert result.deciding_sentence == spans[1]


def test_nothing_said_is_neutral_and_no_question_for_a_human() -> None:
    result = conclude(Prepared("ru", []), [], [], calibration())
    assert (result.sentiment, result.aspects, result.flags, result.is_unsure) == ("neutral", {}, (), False)


def test_a_near_tie_asks_for_a_human() -> None:
    assert conclude(prepare(TextInput("Hm")), [heads((0.1, 0, 0))], [NONE], calibration()).is_unsure


def test_calibration_is_of_the_language() -> None:
    logits = np.array([2, 0, 0], dtype=np.float32)
    cold = probabilities_of(logits, NONE.moods, "ru", calibration())
    warm = probabilities_of(logits, NONE.moods, "ru", calibration(temperatures={"ru": 4.0, "bg": 1.0, "en": 1.0}))
    moved = probabilities_of(
        logits, NONE.moods, "bg", calibration(biases={"ru": (0, 0, 0), "bg": (-9, 0, 0), "en": (0, 0, 0)})
    )
    assert cold.negative == pytest.approx(0.787, abs=0.001)
    assert warm.negative < cold.negative
    assert moved.label == "neutral"


def test_the_n_grams_opinion_counts_by_its_share() -> None:
    text = prepare(TextInput("Hm, fine"))
    unsure = heads((0.4, 0, 0))
    opinion = Opinion(np.log(np.array([0.1, 0.1, 0.8], dtype=np.float32)), NO_LABELS)
    assert conclude(text, [unsure], [opinion], calibration()).sentiment == "positive"
    deaf = calibration(ngram_weights=dict.fromkeys(LANGUAGES, 0.0))
    assert conclude(text, [unsure], [opinion], deaf).sentiment == "negative"


def test_the_n_grams_tip_a_label_as_well() -> None:
    block = Block("Call me", [Span(0, 7)], [Span(0, 7)])
    read, sure = heads((0, 1, 0)), NO_LABELS.copy()
    at = len(ASPECTS) + FLAGS.index("contact_request")
    read.labels[at], sure[at] = -1.5, 2.0
    said = conclude(Prepared("en", [block]), [read], [Opinion(NONE.moods, sure)], calibration())
    assert said.flags == ("contact_request",)
    deaf = calibration(label_ngram_weight=0.0)
    assert conclude(Prepared("en", [block]), [read], [Opinion(NONE.moods, sure)], deaf).flags == ()


def test_a_word_of_the_lexicons_tips_the_scale_but_does_not_decide_alone() -> None:
    block = Block("Call me", [Span(0, 7)], [Span(0, 7)], frozenset({"contact_request", "refund"}))
    read = heads((0, 1, 0))
    read.labels[len(ASPECTS) + FLAGS.index("contact_request")] = -1.5
    assert conclude(Prepared("en", [block]), [read], [NONE], calibration()).flags == ("contact_request",)
