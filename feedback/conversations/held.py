"""What is held to be true of texts: a human's judgement where there is one, else the analysis; for pages and API."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.vocabulary import ASPECTS
from feedback.conversations.judging import Kind, Labels, Verdict
from feedback.conversations.models import AnalysisState
from feedback.staff.models import User
from feedback.themes.models import Theme


@dataclass(frozen=True)
class Judgement:
    """Who judged an analysis, when and how, and the model's labels at that moment."""

    verdict: Verdict
    at: datetime
    user_id: int
    user: str
    model: Labels


@dataclass(frozen=True)
class Held:
    """The labels that hold of an analysed text. `certainty` and `is_unsure` speak of the model, not of a human."""

    text_id: int
    language: str | None
    sentiment: str
    certainty: float | None
    is_unsure: bool
    aspects: Mapping[str, str]
    flags: Sequence[str]
    themes: Sequence[Theme]
    judgement: Judgement | None = None

    @property
    def is_corrected(self) -> bool:
        """Whether a human's labels stand in place of the model's."""
        return self.judgement is not None and self.judgement.verdict == Verdict.CORRECTED

    @property
    def theme_ids(self) -> frozenset[int]:
        """Ids of the themes."""
        return frozenset(theme.id for theme in self.themes)


def held_of(session: Session, kind: Kind, text_ids: Collection[int]) -> dict[int, Held]:
    """What holds of each of these texts that is analysed; three queries whatever their number."""
    if not text_ids:
        return {}
    own = getattr(kind.analyses, kind.key)
    query = (
        select(kind.analyses, kind.judgements, User.name, User.email)
        .outerjoin(kind.judgements, kind.judged())
        .outerjoin(User, User.id == kind.judgements.user_id)
        .where(own.in_(text_ids), kind.analyses.state == AnalysisState.DONE)
    )
    rows = session.execute(query).all()
    by_rules = _by_rules(session, kind, text_ids)
    named = {theme for ids in by_rules.values() for theme in ids}
    named |= {theme for row in rows if row[1] is not None for theme in row[1].themes}
    themes = _themes(session, named)
    found: dict[int, Held] = {}
    for analysis, judgement, name, email in rows:
        text_id = getattr(analysis, kind.key)
        ids = by_rules.get(text_id, ()) if judgement is None else judgement.themes
        shown = [theme for theme in themes if theme.id in ids]
        found[text_id] = _held(text_id, analysis, judgement, name or email or "", shown)
    return found


def _held(text_id: int, analysis: Any, judgement: Any, user: str, themes: Sequence[Theme]) -> Held:
    if judgement is None:
        certainty = getattr(analysis, analysis.sentiment) if analysis.sentiment else None
        return Held(
            text_id, analysis.language, analysis.sentiment, certainty, analysis.is_unsure, _ordered(analysis.aspects),
            analysis.flags, themes,
        )  # fmt: skip
    model = Labels(judgement.model_sentiment, _ordered(judgement.model_aspects), tuple(judgement.model_themes))
    told = Judgement(Verdict(judgement.verdict), judgement.at, judgement.user_id, user, model)
    aspects = _ordered(judgement.aspects)
    return Held(text_id, analysis.language, judgement.sentiment, None, False, aspects, analysis.flags, themes, told)


def _ordered(aspects: Mapping[str, str]) -> dict[str, str]:
    """In the order of the vocabulary, which a database need not keep."""
    return {aspect: aspects[aspect] for aspect in ASPECTS if aspect in aspects}


def _by_rules(session: Session, kind: Kind, text_ids: Collection[int]) -> dict[int, list[int]]:
    key = getattr(kind.themes, kind.key)
    found: dict[int, list[int]] = {}
    for text_id, theme_id in session.execute(select(key, kind.themes.theme_id).where(key.in_(text_ids))):
        found.setdefault(text_id, []).append(theme_id)
    return found


def _themes(session: Session, ids: Collection[int]) -> Sequence[Theme]:
    if not ids:
        return []
    query = select(Theme).where(Theme.id.in_(ids), Theme.deleted_at.is_(None))
    return session.scalars(query.order_by(Theme.position, Theme.id)).all()
