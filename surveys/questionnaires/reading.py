"""A questionnaire as typed values, read from the JSON of a survey's version. Texts keep all their languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from feedback.db.caching import cache_of
from feedback.errors import NotFound
from surveys.questionnaires.aspects import ASPECTS
from surveys.questionnaires.models import SurveyVersion

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Option:
    """A choice of a question or a line of a matrix. Without texts of its own it is one of the known aspects."""

    key: str
    texts: Texts | None = None

    def text(self, language: str) -> str:
        """The option's words; an aspect's name comes from the catalogue of the page's language."""
        if self.texts is not None:
            return in_language(self.texts, language)
        return str(ASPECTS.get(self.key, self.key))


@dataclass(frozen=True, eq=False)
class Question:
    """One question. Which of the fields mean something depends on its kind.

    `bands` is the branching: the question is asked only of these bands (`detractor`, `passive`, `promoter`) of the
    questionnaire's leading score; empty means of everybody.
    """

    key: str
    kind: str
    text: Texts
    hint: Texts | None = None
    is_required: bool = False
    low_label: Texts | None = None
    high_label: Texts | None = None
    by_band: Mapping[str, Texts] | None = None
    options: tuple[Option, ...] = ()
    points: int = 5
    max_length: int = 5000
    max_files: int = 5
    purpose: str = "publication"
    bands: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """What one version of a survey asks, in order."""

    version_id: int
    title: Texts
    questions: tuple[Question, ...]

    def question(self, key: str) -> Question | None:
        """The question of this key."""
        return next((q for q in self.questions if q.key == key), None)


def in_language(texts: Texts, language: str) -> str:
    """The text in this language, else in English, else in any."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def read_questionnaire(version_id: int, definition: Mapping[str, Any]) -> Questionnaire:
    """The typed questionnaire of a version's definition."""
    return Questionnaire(version_id, definition["title"], tuple(_question(q) for q in definition["questions"]))


def questionnaire_of(session: Session | Connection, version_id: int) -> Questionnaire:
    """The questionnaire of a published version, kept in memory: published versions never change."""
    kept: dict[int, Questionnaire] = cache_of(session, "questionnaires")
    if version_id in kept:
        return kept[version_id]
    query = select(SurveyVersion.definition, SurveyVersion.published_at).where(SurveyVersion.id == version_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("There is no such survey.")
    read = read_questionnaire(version_id, row.definition)
    if row.published_at is not None:
        kept[version_id] = read
    return read


def _question(given: Mapping[str, Any]) -> Question:
    options = given.get("items") or given.get("options") or ()
    return Question(
        key=given["key"], kind=given["kind"], text=given["text"], hint=given.get("hint"),
        is_required=bool(given.get("required")), low_label=given.get("low_label"), high_label=given.get("high_label"),
        by_band=given.get("by_band"), options=tuple(_option(o) for o in options), points=given.get("points", 5),
        max_length=given.get("max_length", 5000), max_files=given.get("max_files", 5),
        purpose=given.get("purpose", "publication"), bands=frozenset(given.get("bands", ())),
    )  # fmt: skip


def _option(given: str | Mapping[str, Any]) -> Option:
    return Option(given) if isinstance(given, str) else Option(given["key"], given["text"])
