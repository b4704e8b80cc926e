"""The model that this installation has chosen, and what is said when it cannot be run."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from analysis.sentiment.loading import load_analyser
from analysis.sentiment.protocol import Analyser, ModelUnavailable
from feedback.config import Settings
from feedback.errors import ConfigurationError

_load_once = cache(load_analyser)


def chosen_analyser(settings: Settings) -> Analyser:
    """The one analyser of the process; it reads its model when it sees the first text."""
    return _load_once(settings.sentiment_threads, model=settings.sentiment_model, labels=settings.sentiment_labels)


@contextmanager
def model_needed() -> Iterator[None]:
    """Tells a model that cannot be run as the wrong setting that it is."""
    try:
        yield
    except ModelUnavailable as error:
        raise ConfigurationError(f"FEEDBACK_SENTIMENT_MODEL: {error}") from error


def need_model(analyser: Analyser) -> None:
    """Raises ConfigurationError where the model cannot be run, before anything is claimed for it."""
    with model_needed():
        _ = analyser.version
