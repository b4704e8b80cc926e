import pytest

from feedback.config import MOST_MODEL_THREADS, read_settings
from feedback.errors import ConfigurationError


def test_a_model_is_chosen_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().sentiment_model is None
    monkeypatch.setenv("FEEDBACK_SENTIMENT_MODEL", "")
    assert read_settings().sentiment_model is None
    monkeypatch.setenv("FEEDBACK_SENTIMENT_MODEL", "owner/mood")
    assert read_settings().sentiment_model == "owner/mood"


def test_the_model_takes_no_more_threads_than_is_polite(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= read_settings().sentiment_threads <= MOST_MODEL_THREADS
    monkeypatch.setenv("FEEDBACK_SENTIMENT_THREADS", "6")
    assert read_settings().sentiment_threads == 6
    monkeypatch.setenv("FEEDBACK_SENTIMENT_THREADS", "0")
    with pytest.raises(ConfigurationError, match=r"^FEEDBACK_SENTIMENT_THREADS: "):
        read_settings()


def test_labels_are_looked_at_when_they_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDBACK_SENTIMENT_LABELS", "LABEL_0=negative, LABEL_1=positive")
    assert read_settings().sentiment_labels == "LABEL_0=negative, LABEL_1=positive"
    monkeypatch.setenv("FEEDBACK_SENTIMENT_LABELS", "LABEL_0=bad")
    with pytest.raises(ConfigurationError, match=r"^FEEDBACK_SENTIMENT_LABELS: .*must be pairs such as"):
        read_settings()
