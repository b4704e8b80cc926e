"""What goes into an analyser and what comes out: the seam a better model is put in at.

``Analyser`` turns whole texts and chats into results. ``Scorer`` is the smaller seam below it: the mood of a passage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from analysis.sentences import Span
from analysis.sentiment.passages import Passage

__all__ = [
    "Analyser", "ChatInput", "ChatMessage", "ChatResult", "ModelUnavailable", "Probabilities", "Scorer", "Span",
    "TextInput", "TextResult",
]  # fmt: skip


class ModelUnavailable(Exception):
    """The model cannot be run at all, so no text is to blame; the message says what to do about it."""


@dataclass(frozen=True)
class TextInput:
    """A free text; ``language_prior`` is the customer's known language."""

    text: str
    language_prior: str | None = None


@dataclass(frozen=True)
class ChatMessage:
    """One message; ``author`` is customer, staff or bot."""

    author: str
    text: str
    sent_at: datetime | None = None


@dataclass(frozen=True)
class ChatInput:
    """A conversation, messages in the order they were sent."""

    messages: Sequence[ChatMessage]
    language_prior: str | None = None


@dataclass(frozen=True)
class Probabilities:
    """Calibrated; they add up to one."""

    negative: float
    neutral: float
    positive: float

    @property
    def label(self) -> str:
        """The likeliest sentiment; of equals the worse."""
        best = max(self.negative, self.neutral, self.positive)
        if self.negative == best:
            return "negative"
        return "neutral" if self.neutral == best else "positive"


@dataclass(frozen=True)
class TextResult:
    """What a text says; ``deciding_sentence`` gave the sentiment most of its weight, ``is_unsure`` asks for a human."""

    language: str
    sentiment: str
    probabilities: Probabilities
    deciding_sentence: Span
    aspects: Mapping[str, str]
    flags: tuple[str, ...]
    is_unsure: bool


@dataclass(frozen=True)
class ChatResult(TextResult):
    """A chat by what the customer wrote: moods at its start, worst moment and end; whether it was left unresolved.

    ``deciding_message`` is an index into the messages given and ``deciding_sentence`` lies in that message; both are
    None and empty where the customer wrote nothing.
    """

    start: str
    worst: str
    end: str
    ended_badly: bool
    deciding_message: int | None


class Analyser(Protocol):
    """Results stand in the order of the inputs; ``name`` and ``version`` are kept with each.

    Every one of these may raise ModelUnavailable.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def analyse_texts(self, batch: Sequence[TextInput]) -> list[TextResult]: ...

    def analyse_chats(self, batch: Sequence[ChatInput]) -> list[ChatResult]: ...


class Scorer(Protocol):
    """The mood of passages, calibrated, in their order."""

    def score(self, passages: Sequence[Passage]) -> list[Probabilities]: ...
