"""The kinds of question: one class each, which knows its fields, how they become answers, and its summary.

To add a kind: a class here, a line in KINDS, a macro of the same name in templates/components/questions.html.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask_babel import gettext as _

from surveys.questionnaires.answers import GivenAnswer
from surveys.questionnaires.bands import LIMITS
from surveys.questionnaires.fields import NOT_APPLICABLE, ChoicesField, DayField, ScaleField, TickField, WordsField
from surveys.questionnaires.reading import Question

Fields = dict[str, Any]  # name -> field of WTForms, not yet bound
Form = Mapping[str, Any]  # name -> bound field
Typed = dict[str, list[str]]  # name -> values as a browser sends them


@dataclass(frozen=True)
class Summary:
    """What many answers to one question say: how many, how often each, and the mean where they are numbers."""

    n: int
    counts: Mapping[str, int] = field(default_factory=dict)
    mean: float | None = None
    items: Mapping[str, "Summary"] = field(default_factory=dict)


class Kind(ABC):
    """A kind of question."""

    name: ClassVar[str]
    is_counted: ClassVar[bool] = True  # has a number on the page and a step of its progress

    @abstractmethod
    def fields(self, question: Question) -> Fields:
        """The form fields by name."""

    @abstractmethod
    def read(self, question: Question, form: Form) -> list[GivenAnswer]:
        """The answers in a form that was processed; none where nothing was given."""

    @abstractmethod
    def refill(self, question: Question, answers: Iterable[GivenAnswer]) -> Typed:
        """What to put back into the form for stored answers; the opposite of `read`."""

    def missing(self, question: Question) -> str:
        """What to say when a required question has no answer."""
        return str(_("Answer this question"))

    def first_control(self, question: Question) -> str:
        """The id of the control an error leads to."""
        return question.key

    def summary(self, answers: Iterable[GivenAnswer]) -> Summary:
        """What these answers to one question say together."""
        return Summary(sum(1 for _answer in answers))


class Scale(Kind):
    """One number; scales are typed and never mixed."""

    def __init__(self, name: str) -> None:
        self.name = name  # type: ignore[misc]
        self.low, self.high = LIMITS[name]

    def fields(self, question: Question) -> Fields:
        return {question.key: ScaleField(self.low, self.high)}

    def read(self, question: Question, form: Form) -> list[GivenAnswer]:
        number = form[question.key].data
        return [] if number is None else [GivenAnswer(question.key, self.name, number=number)]

    def refill(self, question: Question, answers: Iterable[GivenAnswer]) -> Typed:
        return {question.key: [str(a.number) for a in answers if a.number is not None]}

    def missing(self, question: Question) -> str:
        return str(_("Choose a score from %(low)s to %(high)s", low=self.low, high=self.high))

    def first_control(self, question: Question) -> str:
        return f"{question.key}-{self.low}"

    def summary(self, answers: Iterable[GivenAnswer]) -> Summary:
        return _of_numbers([a.number for a in answers if a.number is not None])


class Matrix(Kind):
    """Several lines judged on one scale; a line that does not apply is left out."""

    name = "matrix"

    def fields(self, question: Question) -> Fields:
        return {_line(question, o.key): ScaleField(1, question.points, allows_na=True) for o in question.options}

    def read(self, question: Question, form: Form) -> list[GivenAnswer]:
        found = []
        for option in question.options:
            given = form[_line(question, option.key)]
            if given.data is not None or given.is_na:
                choices = (NOT_APPLICABLE,) if given.is_na else None
                found.append(GivenAnswer(question.key, self.name, option.key, number=given.data, choices=choices))
        return found

    def refill(self, question: Question, answers: Iterable[GivenAnswer]) -> Typed:
        return {_line(question, a.item): [NOT_APPLICABLE if a.number is None else str(a.number)] for a in answers}

    def first_control(self, question: Question) -> str:
        return f"{_line(question, question.options[0].key)}-1"

    def summary(self, answers: Iterable[GivenAnswer]) -> Summary:
        items: dict[str, list[int]] = {}
        for answer in answers:
            if answer.number is not None:
                items.setdefault(answer.item, []).append(answer.number)
        lines = {item: _of_numbers(numbers) for item, numbers in items.items()}
        return Summary(sum(line.n for line in lines.values()), items=lines)


class Choice(Kind):
    """One or several out of a list."""

    def __init__(self, name: str, *, is_single: bool) -> None:
        self.name = name  # type: ignore[misc]
        self.is_single = is_single

    def fields(self, question: Question) -> Fields:
        return {question.key: ChoicesField(tuple(o.key for o in question.options), self.is_single)}

    def read(self, question: Question, form: Form) -> list[GivenAnswer]:
        chosen = form[question.key].data
        return [GivenAnswer(question.key, self.name, choices=chosen)] if chosen else []

    def refill(self, question: Question, answers: Iterable[GivenAnswer]) -> Typed:
        return {question.key: [c for a in answers for c in a.choices or ()]}

    def missing(self, question: Question) -> str:
        return str(_("Choose an answer"))

    def first_control(self, question: Question) -> str:
        return f"{question.key}-{question.options[0].key}"

    def summary(self, answers: Iterable[GivenAnswer]) -> Summary:
        given = [a.choices for a in answers if a.choices]
        return Summary(len(given), Counter(c for choices in given for c in choices))


class Text(Kind):
    """Free text; its wording may follow the band of the score."""

    name = "text"

    def fields(self, question: Question) -> Fields:
        return {question.key: WordsField(question.max_length)}

    def read(self, question: Question, form: Form) -> list[GivenAnswer]:
        words = form[question.key].data
        return [GivenAnswer(question.key, self.name, text=words)] if words else []

    def refill(self, question: Question, answers: Iterable[GivenAnswer]) -> Typed:
        return {question.key: [a.text for a in answers if a.text]}

    def missing(self, question: Question) -> str:
        return str(_("Write a few words"))


class Day(Kind):
    """A calendar day."""

    name = "date"

    def fields(self, question: Question) -> Fields:
        return {question.key: DayField()}

    def read(self, question: Question, form: Form) -> list[GivenAnswer]:
        day = form[question.key].data
        return [GivenAnswer(question.key, self.name, text=day.isoformat())] if day else []

    def refill(self, question: Question, answers: Iterable[GivenAnswer]) -> Typed:
        return {question.key: [a.text for a in answers if a.text]}

    def missing(self, question: Question) -> str:
        return str(_("Choose a day"))

    def summary(self, answers: Iterable[GivenAnswer]) -> Summary:
        days = [a.text for a in answers if a.text]
        return Summary(len(days), Counter(days))


class Contact(Kind):
    """A wish to be contacted, with where and when. The place may stay empty where the company knows one."""

    name = "contact"

    def fields(self, question: Question) -> Fields:
        key = question.key
        return {key: TickField(), f"{key}_at": WordsField(200), f"{key}_when": WordsField(200)}

    def read(self, question: Question, form: Form) -> list[GivenAnswer]:
        key = question.key
        if not form[key].data:
            return []
        wish = [GivenAnswer(key, self.name, number=1, text=form[f"{key}_at"].data)]
        when = form[f"{key}_when"].data
        return wish + ([GivenAnswer(key, self.name, "when", text=when)] if when else [])

    def refill(self, question: Question, answers: Iterable[GivenAnswer]) -> Typed:
        key, typed = question.key, Typed()
        for answer in answers:
            if answer.item == "when":
                typed[f"{key}_when"] = [answer.text or ""]
            else:
                typed |= {key: ["yes"], f"{key}_at": [answer.text or ""]}
        return typed

    def summary(self, answers: Iterable[GivenAnswer]) -> Summary:
        return Summary(sum(1 for a in answers if not a.item))


class Consent(Kind):
    """A consent of its own, never a condition of anything; unticked means nothing was said."""

    name = "consent"
    is_counted = False

    def fields(self, question: Question) -> Fields:
        return {question.key: TickField()}

    def read(self, question: Question, form: Form) -> list[GivenAnswer]:
        return [GivenAnswer(question.key, self.name, number=1)] if form[question.key].data else []

    def refill(self, question: Question, answers: Iterable[GivenAnswer]) -> Typed:
        return {question.key: ["yes" for a in answers if a.number]}


class Photos(Kind):
    """Photos: they are stored beside the answers, so the form itself has nothing to read."""

    name = "photo"

    def fields(self, question: Question) -> Fields:
        return {}

    def read(self, question: Question, form: Form) -> list[GivenAnswer]:
        return []

    def refill(self, question: Question, answers: Iterable[GivenAnswer]) -> Typed:
        return {}


ALL: tuple[Kind, ...] = (
    *(Scale(name) for name in LIMITS),
    Matrix(),
    Choice("single", is_single=True),
    Choice("multiple", is_single=False),
    Text(),
    Photos(),
    Day(),
    Contact(),
    Consent(),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ALL}


def _line(question: Question, item: str) -> str:
    return f"{question.key}-{item}"


def _of_numbers(numbers: list[int]) -> Summary:
    counts = Counter(str(n) for n in sorted(numbers))
    return Summary(len(numbers), counts, sum(numbers) / len(numbers) if numbers else None)
