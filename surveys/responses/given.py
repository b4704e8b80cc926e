"""What a customer gave, as plain values: made by the form, stored by `submit`."""

from dataclasses import dataclass, field

from feedback.recovery.routing import Scores
from surveys.questionnaires.answers import GivenAnswer

__all__ = ["GivenAnswer", "Submission"]


@dataclass(frozen=True)
class Submission:
    """All answers of one visit. `is_complete` is False when the customer saves for later or stops half-way."""

    answers: tuple[GivenAnswer, ...]
    language: str
    is_complete: bool
    channel: str = "email"
    suspected_bot: bool = False
    photo_ids: tuple[int, ...] = field(default=())

    @property
    def scores(self) -> Scores:
        """The typed scores; scales are never mixed."""
        return Scores(nps=self._number("nps"), csat=self._number("csat"), ces=self._number("ces"))

    @property
    def asks_contact(self) -> bool:
        """Whether the customer asked to be contacted."""
        return any(a.kind == "contact" for a in self.answers)

    @property
    def free_text(self) -> str | None:
        """The first free text, for people who must know at once what it is about."""
        return next((a.text for a in self.answers if a.kind == "text" and a.text), None)

    def _number(self, kind: str) -> int | None:
        return next((a.number for a in self.answers if a.kind == kind and a.number is not None), None)
