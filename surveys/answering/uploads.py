"""Photos that came with a form: cleaned and kept at once, so that they survive a failed submit."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.datastructures import FileStorage

from feedback.config import current_settings
from feedback.db import transaction
from surveys.answering.form import Problem
from surveys.answering.links import Visit
from surveys.answering.wording import number
from surveys.questionnaires.reading import Question
from surveys.responses.photos import (
    MOST_BYTES,
    CleanPhoto,
    KeptPhoto,
    PhotoRefused,
    clean_photo,
    drop_photo,
    keep_photo,
    kept_photos,
)

MEGABYTE = 1024 * 1024


def keep_uploads(
    visit: Visit, question: Question, files: list[FileStorage], language: str, now: datetime
) -> list[Problem]:
    """Keep what can be kept of the files; says what was wrong with the others."""
    clean: list[CleanPhoto] = []
    messages: list[str] = []
    room = question.max_files - visit.photos
    left = list(files)
    while left and len(clean) <= room and len(messages) < question.max_files:  # decoding is dear
        file = left.pop(0)
        content = file.stream.read(MOST_BYTES + 1)
        try:
            clean.append(clean_photo(content))
        except PhotoRefused as refused:
            messages.append(_why(refused.reason, file, language))
    too_many = _keep(visit, clean, question.max_files, now)
    if too_many or left:
        messages.append(_("There is room for %(most)s photos; the last ones were not kept", most=question.max_files))
    return [Problem(question.key, question.key, message) for message in messages]


def drop_upload(visit: Visit, photo_id: str) -> None:
    """Remove a kept photo of this visit."""
    if photo_id.isascii() and photo_id.isdigit():
        with transaction() as session:
            drop_photo(session, current_settings().uploads, visit.invitation_id, int(photo_id[:18]))


def photos_of(connection: Connection, visit: Visit) -> tuple[KeptPhoto, ...]:
    """The photos kept so far."""
    return tuple(kept_photos(connection, visit.invitation_id))


def _keep(visit: Visit, clean: list[CleanPhoto], most: int, now: datetime) -> bool:
    if not clean:
        return False
    with transaction() as session:
        room = most - len(kept_photos(session, visit.invitation_id))
        for photo in clean[: max(room, 0)]:
            keep_photo(session, current_settings().uploads, visit.invitation_id, photo, now)
    return len(clean) > room


def _why(reason: str, file: FileStorage, language: str) -> str:
    name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1][:60]
    if reason == "too_large":
        size = file.stream.seek(0, 2)
        megabytes = number(-(-size // MEGABYTE), language)
        return str(_("The photo %(name)s is %(size)s MB, and we can take up to 10 MB", name=name, size=megabytes))
    if reason == "too_many_pixels":
        return str(_("The photo %(name)s is too large: send it in a smaller size", name=name))
    return str(_("The file %(name)s is not a photo we can read: send JPEG, PNG, WebP or HEIC", name=name))
