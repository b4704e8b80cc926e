import pytest

from analysis.sentiment.huggingface.labels import map_labels, parse_labels
from analysis.sentiment.protocol import ModelUnavailable

N, O, P = "negative", "neutral", "positive"  # noqa: E741


@pytest.mark.parametrize(("labels", "sentiments"), [
    (["NEGATIVE", "NEUTRAL", "POSITIVE"], [N, O, P]),
    (["neutral", "positive", "negative"], [O, P, N]),
    (["NEG", "NEU", "POS"], [N, O, P]),
    (["LABEL_0", "LABEL_1", "LABEL_2"], [N, O, P]),
    (["LABEL_2", "LABEL_1", "LABEL_0"], [P, O, N]),
    (["LABEL_0", "LABEL_1"], [N, P]),
    (["NEGATIVE", "POSITIVE"], [N, P]),
    (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], [N, N, O, P, P]),
    (["1", "2", "3", "4", "5"], [N, N, O, P, P]),
    (["-1", "0", "1"], [N, O, P]),
    (["Very Negative", "Negative", "Neutral", "Positive", "Very_Positive"], [N, N, O, P, P]),
    (["отрицательный", "нейтральный", "положительный"], [N, O, P]),
    (["негативен", "неутрален", "позитивен"], [N, O, P]),
])  # fmt: skip
def test_labels_that_are_understood(labels: list[str], sentiments: list[str]) -> None:
    assert map_labels(labels, {}) == dict(zip(labels, sentiments, strict=True))


@pytest.mark.parametrize("labels", [
    ["joy", "anger"], ["LABEL_0"], ["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3"], ["NEGATIVE", "POSITIVE", "skip"],
    ["1", "2", "three"], ["LABEL_0", "positive"],
])  # fmt: skip
def test_labels_that_nobody_knows_are_named(labels: list[str]) -> None:
    with pytest.raises(ModelUnavailable, match="FEEDBACK_SENTIMENT_LABELS") as error:
        map_labels(labels, {})
    assert ", ".join(labels) in str(error.value)


def test_what_the_company_says_wins() -> None:
    assert map_labels(["LABEL_0", "LABEL_1"], {"LABEL_0": P, "LABEL_1": N}) == {"LABEL_0": P, "LABEL_1": N}
    assert map_labels(["NEGATIVE", "POSITIVE", "skip"], {"skip": O}) == {"NEGATIVE": N, "POSITIVE": P, "skip": O}


def test_a_label_that_the_model_lacks_is_a_slip() -> None:
    with pytest.raises(ModelUnavailable, match="no label LABEL_7; its labels are LABEL_0, LABEL_1"):
        map_labels(["LABEL_0", "LABEL_1"], {"LABEL_7": P})


@pytest.mark.parametrize("labels", [["neutral"], ["positive", "neutral"]])
def test_a_model_that_cannot_tell_is_refused(labels: list[str]) -> None:
    with pytest.raises(ModelUnavailable, match="do not tell negative from positive"):
        map_labels(labels, {})


def test_written_labels() -> None:
    assert parse_labels("LABEL_0=negative, a=b = positive,5 stars =neutral") == {
        "LABEL_0": N, "a=b": P, "5 stars": O,
    }  # fmt: skip


@pytest.mark.parametrize("written", ["", "LABEL_0", "LABEL_0=bad", "=negative", "LABEL_0=negative,,", "a:positive"])
def test_written_labels_that_say_something_else(written: str) -> None:
    with pytest.raises(ValueError, match="must be pairs such as LABEL_0=negative"):
        parse_labels(written)
