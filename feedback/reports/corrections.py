"""People's judgements of the analysis as training data: the text, the labels that hold, and what the model had said.

Nothing of a person goes along but the text itself. A text that was erased is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.conversations.judging import CHATS, Kind
from feedback.conversations.models import ConversationMessage
from feedback.themes.models import Theme
from surveys.responses.judging import ANSWERS
from surveys.responses.models import Answer

AT_ONCE = 500


@dataclass(frozen=True)
class Correction:
    """One judgement that holds; `text` of an answer, `messages` (author, text) of a chat."""

    kind: str
    text: str | None
    messages: tuple[tuple[str, str], ...]
    language: str | None
    judgement: Any
    themes: tuple[Theme, ...]
    model_themes: tuple[Theme, ...]

    @property
    def corrected_at(self) -> datetime:
        """When a human said so."""
        return self.judgement.at  # type: ignore[no-any-return]


def corrections(session: Session) -> Iterator[Correction]:
    """All judgements that hold: those of answers, then those of chats, the oldest first."""
    themes = {theme.id: theme for theme in session.scalars(select(Theme))}
    for kind in (ANSWERS, CHATS):
        last = 0
        while rows := _judged(session, kind, last):
            last = rows[-1][0].id
            words = _words(session, kind, [getattr(row[0], kind.key) for row in rows])
            for judgement, language in rows:
                said = words.get(getattr(judgement, kind.key))
                if said:
                    yield _correction(kind, said, language, judgement, themes)


def as_json(found: Correction) -> dict[str, Any]:
    """One line of the export."""
    judgement = found.judgement
    said: dict[str, Any] = {"text": found.text}
    if found.text is None:
        said = {"messages": [{"author": author, "text": text} for author, text in found.messages]}
    return {
        "kind": found.kind, **said, "lang": found.language, "sentiment": judgement.sentiment,
        "aspects": judgement.aspects, "flags": judgement.model_flags, "themes": _theme_names(found.themes),
        "verdict": judgement.verdict,
        "model": {
            "name": judgement.model_name, "version": judgement.model_version, "sentiment": judgement.model_sentiment,
            "aspects": judgement.model_aspects, "themes": _theme_names(found.model_themes),
        },
        "corrected_at": found.corrected_at.isoformat(),
    }  # fmt: skip


def _judged(session: Session, kind: Kind, after: int) -> Sequence[Any]:
    own = kind.judgements
    same_text = getattr(kind.analyses, kind.key) == getattr(own, kind.key)
    query = select(own, kind.analyses.language).outerjoin(kind.analyses, same_text)
    return session.execute(query.where(own.undone_at.is_(None), own.id > after).order_by(own.id).limit(AT_ONCE)).all()


def _words(session: Session, kind: Kind, ids: Sequence[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """What stands in each text: author and words of its messages; an answer is one message of the customer."""
    found: dict[int, list[tuple[str, str]]] = {}
    if kind is ANSWERS:
        texts = session.execute(select(Answer.id, Answer.text).where(Answer.id.in_(ids), Answer.text.is_not(None)))
        return {answer_id: (("customer", text or ""),) for answer_id, text in texts}
    line = ConversationMessage
    query = select(line.conversation_id, line.author, line.text).where(line.conversation_id.in_(ids))
    for chat_id, author, text in session.execute(query.order_by(line.conversation_id, line.position)):
        found.setdefault(chat_id, []).append((author, text))
    return {chat_id: tuple(messages) for chat_id, messages in found.items()}


def _correction(
    kind: Kind, said: tuple[tuple[str, str], ...], language: str | None, judgement: Any, themes: Mapping[int, Theme]
) -> Correction:
    is_answer = kind is ANSWERS
    named, of_model = (
        tuple(themes[theme_id] for theme_id in ids if theme_id in themes)
        for ids in (judgement.themes, judgement.model_themes)
    )
    return Correction(
        kind.name, said[0][1] if is_answer else None, () if is_answer else said, language, judgement, named, of_model
    )


def _theme_names(themes: Sequence[Theme]) -> list[dict[str, Any]]:
    return [{"aspect": theme.aspect, "names": theme.names} for theme in themes]
