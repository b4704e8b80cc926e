"""What judges read of an entry: its texts and photos, and nothing of score, stars, sentiment or name."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.draws.models import DrawEntry, DrawMark
from feedback.errors import NotFound
from surveys.responses.models import Answer, Photo, Response


@dataclass(frozen=True)
class JudgedEntry:
    """An entry as its judge sees it; ``number`` of ``count``, and what the judge has said of it so far."""

    id: int
    code: str
    language: str
    is_confirmed: bool
    texts: tuple[str, ...]
    photo_ids: tuple[int, ...]
    number: int
    count: int
    mark: DrawMark | None


def entry_to_judge(session: Session, draw_id: int, entry_id: int, judge_id: int) -> JudgedEntry:
    """The entry. Raises NotFound where it is not in this draw, or excluded."""
    ids = session.scalars(
        select(DrawEntry.id)
        .where(DrawEntry.draw_id == draw_id, DrawEntry.excluded_for.is_(None))
        .order_by(DrawEntry.id)
    ).all()
    if entry_id not in ids:
        raise NotFound("There is no such entry.")
    query = (
        select(DrawEntry.code, Response.id, Response.language, Response.purchase_id)
        .join(Response, Response.id == DrawEntry.response_id)
        .where(DrawEntry.id == entry_id)
    )
    code, response_id, language, purchase_id = session.execute(query).one()
    texts = select(Answer.text).where(Answer.response_id == response_id, Answer.kind == "text").order_by(Answer.id)
    photos = select(Photo.id).where(Photo.response_id == response_id).order_by(Photo.id)
    return JudgedEntry(
        entry_id, code, language, purchase_id is not None, tuple(text for text in session.scalars(texts) if text),
        tuple(session.scalars(photos)), ids.index(entry_id) + 1, len(ids),
        session.get(DrawMark, {"entry_id": entry_id, "user_id": judge_id}),
    )  # fmt: skip


def photo_of_entry(session: Session, draw_id: int, entry_id: int, photo_id: int) -> Photo:
    """A photo of the entry. Raises NotFound."""
    query = (
        select(Photo)
        .join(DrawEntry, DrawEntry.response_id == Photo.response_id)
        .where(DrawEntry.id == entry_id, DrawEntry.draw_id == draw_id, Photo.id == photo_id)
    )
    photo = session.scalar(query)
    if photo is None:
        raise NotFound("There is no such photo.")
    return photo
