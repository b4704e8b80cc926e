"""A half-filled form: what was typed or stored, the photos, what is wrong. Pages show it, `saving` stores it."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import request
from sqlalchemy import Connection, select
from werkzeug.datastructures import MultiDict

from feedback.db.reading import reading
from feedback.http.languages import use_language
from surveys.answering.bots import is_suspicious, page_age
from surveys.answering.form import AnswerForm, Problem, leading_question, refilled
from surveys.answering.links import Visit
from surveys.answering.uploads import drop_upload, keep_uploads, photos_of
from surveys.questionnaires.answers import GivenAnswer
from surveys.questionnaires.bands import LIMITS
from surveys.questionnaires.kinds import Typed
from surveys.questionnaires.reading import Questionnaire, questionnaire_of
from surveys.responses.given import Submission
from surveys.responses.models import Answer
from surveys.responses.photos import KeptPhoto

TRAP = "address2"  # a field that people do not see
STAMP = "made"


@dataclass(frozen=True)
class Filling:
    """One visit's form. Each act gives a changed copy."""

    visit: Visit
    questionnaire: Questionnaire
    language: str
    typed: Typed
    photos: tuple[KeptPhoto, ...] = ()
    form: AnswerForm | None = None
    found: tuple[Problem, ...] = ()
    is_stored: bool = True  # False: the database could not take the answer just now

    def problems(self, *, is_complete: bool) -> list[Problem]:
        """Everything that keeps the form from being stored; problems with photos were found while reading it."""
        if self.form is None:
            return []
        typed = self.form.problems(is_complete=is_complete, can_be_reached=self.visit.can_be_reached)
        order = [q.key for q in self.questionnaire.questions]
        return sorted([*typed, *self.found], key=lambda p: order.index(p.question))

    def with_problems(self, problems: list[Problem]) -> "Filling":
        """The same form with these problems shown."""
        return replace(self, found=tuple(problems))

    def not_stored(self) -> "Filling":
        """The same form with the words that it could not be stored yet."""
        return replace(self, is_stored=False)

    def in_language(self, language: str) -> "Filling":
        """The same form in another language."""
        use_language(language)
        return replace(self, language=language)

    def without_photo(self, photo_id: str) -> "Filling":
        """The same form after a kept photo was removed."""
        drop_upload(self.visit, photo_id)
        with reading() as connection:
            return replace(self, photos=photos_of(connection, self.visit))

    def submission(self, *, is_complete: bool, key: bytes, now: datetime) -> Submission:
        """The answers to store."""
        assert self.form is not None
        suspected = is_suspicious(
            is_trap_filled=bool(request.form.get(TRAP)),
            trapped_at=self.visit.trapped_at,
            age=page_age(key, request.form.get(STAMP, ""), now),
            now=now,
        )
        photo_ids = tuple(photo.photo_id for photo in self.photos)
        return Submission(self.form.answers, self.language, is_complete, self.visit.channel, suspected, photo_ids)


def filling_from_store(connection: Connection, visit: Visit, language: str) -> Filling:
    """The form as it was left, with the score of the link preselected."""
    questionnaire = questionnaire_of(connection, visit.version_id)
    typed: Typed = {}
    if visit.response_id is not None:
        typed = refilled(questionnaire, _stored_answers(connection, visit.response_id))
    typed |= _preselected(questionnaire)
    photos = photos_of(connection, visit) if visit.photos else ()
    return Filling(visit, questionnaire, language, typed, photos)


def filling_from_post(connection: Connection, visit: Visit, language: str, now: datetime) -> Filling:
    """The form as it was sent; photos in it are kept at once."""
    questionnaire = questionnaire_of(connection, visit.version_id)
    given: MultiDict[str, str] = request.form
    form = AnswerForm(questionnaire, given)
    found: list[Problem] = []
    has_photos = visit.photos > 0
    for question in (q for q in questionnaire.questions if q.kind == "photo"):
        files = [f for f in request.files.getlist(question.key) if f.filename]
        if files:
            found += keep_uploads(visit, question, files, language, now)
            has_photos = True
    photos = photos_of(connection, visit) if has_photos else ()
    return Filling(visit, questionnaire, language, form.typed, photos, form, tuple(found))


def _preselected(questionnaire: Questionnaire) -> Typed:
    leading, given = leading_question(questionnaire), request.args.get("score", "")
    if leading is None or not given.isascii() or not given.isdigit() or len(given) > 2:
        return {}
    low, high = LIMITS[leading.kind]
    return {leading.key: [str(int(given))]} if low <= int(given) <= high else {}


def _stored_answers(connection: Connection, response_id: int) -> list[GivenAnswer]:
    columns = Answer.question, Answer.kind, Answer.item, Answer.number, Answer.text, Answer.choices
    rows = connection.execute(select(*columns).where(Answer.response_id == response_id).order_by(Answer.id))
    return [GivenAnswer(r.question, r.kind, r.item, r.number, r.text, tuple(r.choices or ()) or None) for r in rows]
