"""The form of a questionnaire: made once per version, bound to what was typed, turned into answers and problems."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form

from surveys.questionnaires.answers import GivenAnswer
from surveys.questionnaires.bands import LIMITS, Band, band_of
from surveys.questionnaires.kinds import KINDS, Typed
from surveys.questionnaires.reading import Question, Questionnaire


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer: which question, which control to go to, and the words for both places."""

    question: str
    control: str
    message: str


class AnswerForm:
    """What was typed into a questionnaire."""

    def __init__(self, questionnaire: Questionnaire, given: MultiDict[str, str]) -> None:
        self.questionnaire = questionnaire
        self.typed: Typed = {name: given.getlist(name) for name in field_names(questionnaire) if name in given}
        self._form = _form_class(questionnaire)(given)
        self._answers = {q.key: KINDS[q.kind].read(q, self._form) for q in questionnaire.questions}
        self._asked = [q for q in questionnaire.questions if not q.bands or self.band in q.bands]

    @property
    def answers(self) -> tuple[GivenAnswer, ...]:
        """The answers to the questions that were asked, in order."""
        return tuple(answer for q in self._asked for answer in self._answers[q.key])

    @property
    def band(self) -> Band | None:
        """The band of the leading score; None while it has no answer."""
        leading = leading_question(self.questionnaire)
        answers = self._answers[leading.key] if leading else ()
        return band_of(answers[0].kind, answers[0].number) if answers and answers[0].number is not None else None

    @property
    def consents(self) -> dict[str, bool]:
        """Which purposes were consented to, of those asked for."""
        return {q.purpose: bool(self._answers[q.key]) for q in self._asked if q.kind == "consent"}

    def problems(self, *, is_complete: bool, can_be_reached: bool) -> list[Problem]:
        """What must be put right. Required answers are asked for only when the whole is sent."""
        found: list[Problem] = []
        for question in self._asked:
            wrong = list(self._misread(question))
            if is_complete and not wrong:
                wrong = list(self._missing(question, can_be_reached))
            found += wrong
        return found

    def _misread(self, question: Question) -> Iterable[Problem]:
        kind = KINDS[question.kind]
        for name in _fields_of(question):
            for message in self._form[name].process_errors:
                control = kind.first_control(question) if name == question.key else _control(name)
                yield Problem(question.key, control, str(message))

    def _missing(self, question: Question, can_be_reached: bool) -> Iterable[Problem]:
        kind, answers = KINDS[question.kind], self._answers[question.key]
        if question.is_required and not answers and question.kind != "photo":
            yield Problem(question.key, kind.first_control(question), kind.missing(question))
        if question.kind == "contact" and answers and not answers[0].text and not can_be_reached:
            yield Problem(
                question.key, f"{question.key}_at", _("Write a phone number or an e-mail address for our reply")
            )


def leading_question(questionnaire: Questionnaire) -> Question | None:
    """The first question with a score: wordings and branching follow it."""
    return next((q for q in questionnaire.questions if q.kind in LIMITS), None)


def answered_count(questionnaire: Questionnaire, typed: Typed, photos: int) -> int:
    """How many of the numbered questions have something in them."""
    return sum(
        1
        for q in questionnaire.questions
        if KINDS[q.kind].is_counted
        and (bool(photos) if q.kind == "photo" else any(any(typed.get(name, ())) for name in _fields_of(q)))
    )


def refilled(questionnaire: Questionnaire, answers: Iterable[GivenAnswer]) -> Typed:
    """What to put into the form for stored answers."""
    by_question: dict[str, list[GivenAnswer]] = {}
    for answer in answers:
        by_question.setdefault(answer.question, []).append(answer)
    typed: Typed = {}
    for question in questionnaire.questions:
        if question.key in by_question:
            typed |= KINDS[question.kind].refill(question, by_question[question.key])
    return typed


@lru_cache(maxsize=256)
def field_names(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The names of all fields of the form."""
    return tuple(name for question in questionnaire.questions for name in _fields_of(question))


@lru_cache(maxsize=1024)
def _fields_of(question: Question) -> tuple[str, ...]:
    return tuple(KINDS[question.kind].fields(question))


@lru_cache(maxsize=256)
def _form_class(questionnaire: Questionnaire) -> Any:
    fields = {name: f for q in questionnaire.questions for name, f in KINDS[q.kind].fields(q).items()}
    return type("QuestionnaireForm", (Form,), fields)


def _control(name: str) -> str:
    return name if name.endswith(("_at", "_when")) else f"{name}-1"
