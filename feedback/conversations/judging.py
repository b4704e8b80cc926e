"""What people say of an analysis: it is right, or it is corrected. Their word holds from then on, and can be undone.

A judgement belongs to the text, not to the analysis, so that another model's result does not touch it. Beside the
labels that hold stands what the model had said. Free texts and chats are judged alike: `Kind` names their tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from analysis.vocabulary import ASPECTS, SENTIMENTS
from feedback.conversations.models import (
    AnalysisState,
    ConversationAnalysis,
    ConversationJudgement,
    ConversationTheme,
)
from feedback.db.serialising import one_at_a_time
from feedback.errors import Conflict, Invalid, NotFound
from feedback.themes.models import Theme


class Verdict(StrEnum):
    """The model is right, or it is not."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Kind:
    """A kind of analysed text and its tables; `key` is the column that says which text a row is about."""

    name: str
    key: str
    analyses: type[Any]
    judgements: type[Any]
    themes: type[Any]

    def judged(self) -> ColumnElement[bool]:
        """How the judgement that holds is joined to an analysis."""
        same_text = getattr(self.judgements, self.key) == getattr(self.analyses, self.key)
        return and_(same_text, self.judgements.undone_at.is_(None))

    def is_unjudged(self) -> ColumnElement[bool]:
        """No human's word holds, where `judged()` is joined from outside."""
        unjudged: ColumnElement[bool] = self.judgements.id.is_(None)
        return unjudged


CHATS = Kind("chat", "conversation_id", ConversationAnalysis, ConversationJudgement, ConversationTheme)


@dataclass(frozen=True)
class Labels:
    """What is said of a text: sentiment, aspects with their own, ids of themes."""

    sentiment: str
    aspects: Mapping[str, str] = field(default_factory=dict)
    themes: tuple[int, ...] = ()


def judge(
    session: Session, kind: Kind, text_id: int, labels: Labels | None, user_id: int, now: datetime
) -> tuple[Verdict, Labels]:
    """Keep a human's labels, or None for "the model is right"; returns the verdict and the labels that hold now.

    Labels equal to the model's confirm it. An earlier judgement is kept as undone. Raises NotFound, Conflict, Invalid.
    """
    one_at_a_time(session, f"judge {kind.name} {text_id}")
    analysis = _analysis(session, kind, text_id)
    found = Labels(analysis.sentiment, analysis.aspects, themes_found(session, kind, text_id))
    given = found if labels is None else _checked(session, labels)
    is_same = (given.sentiment, dict(given.aspects)) == (found.sentiment, dict(found.aspects))
    verdict = Verdict.CONFIRMED if is_same and set(given.themes) == set(found.themes) else Verdict.CORRECTED
    undo(session, kind, text_id, user_id, now)
    session.execute(
        insert(kind.judgements).values(
            **{kind.key: text_id}, at=now, user_id=user_id, verdict=verdict, sentiment=given.sentiment,
            aspects=dict(given.aspects), themes=list(given.themes), agrees=is_same, model_name=analysis.model_name,
            model_version=analysis.model_version, model_sentiment=analysis.sentiment, model_aspects=analysis.aspects,
            model_flags=analysis.flags, model_themes=list(found.themes),
        )
    )  # fmt: skip
    return verdict, given


def undo(session: Session, kind: Kind, text_id: int, user_id: int, now: datetime) -> bool:
    """Let the model's result hold again; False where nobody had judged the text."""
    own = getattr(kind.judgements, kind.key) == text_id
    change = update(kind.judgements).where(own, kind.judgements.undone_at.is_(None))
    changed = session.execute(
        change.values(undone_at=now, undone_by_id=user_id).returning(kind.judgements.id),
        execution_options={"synchronize_session": False},
    )
    return changed.first() is not None


def themes_found(session: Session, kind: Kind, text_id: int) -> tuple[int, ...]:
    """Ids of the themes that the rules found in a text."""
    own = getattr(kind.themes, kind.key) == text_id
    return tuple(session.scalars(select(kind.themes.theme_id).where(own).order_by(kind.themes.theme_id)))


def store_themes(session: Session, kind: Kind, text_id: int, theme_ids: tuple[int, ...]) -> None:
    """Let a text have exactly these themes by the rules. A human's judgement holds all the same."""
    session.execute(delete(kind.themes).where(getattr(kind.themes, kind.key) == text_id))
    if theme_ids:
        session.execute(insert(kind.themes), [{kind.key: text_id, "theme_id": theme_id} for theme_id in theme_ids])


def _analysis(session: Session, kind: Kind, text_id: int) -> Any:
    analysis = session.scalar(
        select(kind.analyses)
        .where(getattr(kind.analyses, kind.key) == text_id)
        .execution_options(populate_existing=True)
    )
    if analysis is None:
        raise NotFound("There is no such text.")
    if analysis.state != AnalysisState.DONE:
        raise Conflict("The text is not analysed yet.")
    return analysis


def _checked(session: Session, labels: Labels) -> Labels:
    """The labels in the order of the vocabulary. Raises Invalid."""
    errors = {}
    if labels.sentiment not in SENTIMENTS:
        errors["sentiment"] = "unknown"
    if not set(labels.aspects) <= set(ASPECTS) or not set(labels.aspects.values()) <= set(SENTIMENTS):
        errors["aspects"] = "unknown"
    known = set(session.scalars(select(Theme.id).where(Theme.id.in_(labels.themes), Theme.deleted_at.is_(None))))
    if known != set(labels.themes):
        errors["themes"] = "unknown"
    if errors:
        raise Invalid("The labels cannot be kept so.", errors)
    aspects = {aspect: labels.aspects[aspect] for aspect in ASPECTS if aspect in labels.aspects}
    return Labels(labels.sentiment, aspects, tuple(sorted(known)))
