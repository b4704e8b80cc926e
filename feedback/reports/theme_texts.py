"""Analysed texts and chats of the last days, as themes are found in them, tried on them and counted over them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from analysis.themes.finding import AspectThemes, ThemeText, find_themes
from analysis.themes.matching import ThemeMatcher, ThemeRule
from feedback.conversations.analysing import words_of_chats
from feedback.conversations.judging import CHATS, Kind
from feedback.conversations.models import (
    AnalysisState,
    Conversation,
    ConversationAnalysis,
    ConversationJudgement,
)
from feedback.customers.models import Customer
from surveys.responses.judging import ANSWERS, held_aspects
from surveys.responses.models import Answer, AnswerAnalysis, AnswerJudgement, Response

SPAN = timedelta(days=90)
MOST_TRIED, MOST_READ = 20_000, 5_000  # texts that a rule is tried on, and that themes are looked for in
EXAMPLES = 5
REAL_ANSWERS = (~Response.is_test, ~Response.is_staff, ~Response.suspected_bot)
REAL_CHATS = (~Customer.is_test, ~Customer.is_staff)
AT_ONCE = 500  # chats whose lines are read in one question


@dataclass(frozen=True)
class RecentText:
    """An analysed text with its language and the aspects held of it; `response_id` where it is an answer's."""

    kind: str
    text_id: int
    text: str
    language: str
    aspects: tuple[str, ...]
    at: datetime
    response_id: int | None = None


@dataclass(frozen=True)
class Trial:
    """What a rule would find: of how many texts, how many, some of them, and whether older ones were left out."""

    texts: int
    matched: int
    examples: tuple[RecentText, ...]
    is_cut: bool


@dataclass(frozen=True)
class Findings:
    """Themes found in the texts, which their `examples` count."""

    texts: Sequence[RecentText]
    aspects: Sequence[AspectThemes]


def recent_texts(session: Session, now: datetime, limit: int) -> list[RecentText]:
    """Analysed answers and chats of the last 90 days, the newest first; nothing of tests, staff and robots."""
    texts = [*_answers(session, now - SPAN, limit), *_chats(session, now - SPAN, limit)]
    return sorted(texts, key=lambda text: (text.at, text.kind, text.text_id), reverse=True)[:limit]


def try_rule(session: Session, rule: ThemeRule, now: datetime, limit: int = MOST_TRIED) -> Trial:
    """Which of the recent texts a rule would find; nothing is stored."""
    texts = recent_texts(session, now, limit + 1)
    tried, matcher = texts[:limit], ThemeMatcher([rule])
    found = [text for text in tried if matcher.match(text.text, text.language)]
    return Trial(len(tried), len(found), tuple(found[:EXAMPLES]), len(texts) > limit)


def found_themes(session: Session, now: datetime, limit: int = MOST_READ) -> Findings:
    """What the recent texts keep coming back to."""
    texts = recent_texts(session, now, limit)
    return Findings(texts, find_themes([ThemeText(text.text, text.language, text.aspects) for text in texts]))


def texts_by_theme(session: Session, now: datetime) -> Counter[int]:
    """How many of the texts that `recent_texts` gives have each theme: by a human's word, else by the rules."""
    counts: Counter[int] = Counter()
    for kind in (ANSWERS, CHATS):
        for theme, count in session.execute(_by_rules(kind, now - SPAN)):
            counts[theme] += count
        counts.update(theme for themes in session.scalars(_by_people(kind, now - SPAN)) for theme in themes)
    return counts


def _by_rules(kind: Kind, since: datetime) -> Select[Any]:
    return (
        select(kind.themes.theme_id, func.count())
        .join(kind.analyses, getattr(kind.analyses, kind.key) == getattr(kind.themes, kind.key))
        .outerjoin(kind.judgements, kind.judged())
        .where(*_is_counted(kind, since), kind.judgements.id.is_(None))
        .group_by(kind.themes.theme_id)
    )


def _by_people(kind: Kind, since: datetime) -> Select[Any]:
    query = select(kind.judgements.themes).select_from(kind.analyses).join(kind.judgements, kind.judged())
    return query.where(*_is_counted(kind, since))


def _is_counted(kind: Kind, since: datetime) -> tuple[ColumnElement[bool], ...]:
    analyses = kind.analyses
    if kind is ANSWERS:
        real = select(Response.id).where(Response.id == AnswerAnalysis.response_id, *REAL_ANSWERS).exists()
    else:
        of_chat = select(Conversation.id).join(Customer, Customer.id == Conversation.customer_id)
        real = of_chat.where(Conversation.id == ConversationAnalysis.conversation_id, *REAL_CHATS).exists()
    return analyses.state == AnalysisState.DONE, analyses.created_at >= since, real


def _answers(session: Session, since: datetime, limit: int) -> Iterable[RecentText]:
    query = (
        select(
            Answer.id, Answer.text, AnswerAnalysis.language, held_aspects, AnswerAnalysis.created_at, Answer.response_id
        )
        .select_from(AnswerAnalysis)
        .join(Answer, Answer.id == AnswerAnalysis.answer_id)
        .join(Response, Response.id == AnswerAnalysis.response_id)
        .outerjoin(AnswerJudgement, ANSWERS.judged())
        .where(AnswerAnalysis.state == AnalysisState.DONE, AnswerAnalysis.created_at >= since)
        .where(*REAL_ANSWERS, Answer.text.is_not(None))
        .order_by(AnswerAnalysis.id.desc())
        .limit(limit)
    )
    for answer_id, text, language, aspects, at, response_id in session.execute(query):
        yield RecentText(ANSWERS.name, answer_id, text, language, tuple(aspects), at, response_id)


def _chats(session: Session, since: datetime, limit: int) -> Iterable[RecentText]:
    aspects = func.coalesce(ConversationJudgement.aspects, ConversationAnalysis.aspects)
    analysis = ConversationAnalysis
    query = (
        select(analysis.conversation_id, analysis.language, aspects, analysis.created_at)
        .join(Conversation, Conversation.id == analysis.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .outerjoin(ConversationJudgement, CHATS.judged())
        .where(analysis.state == AnalysisState.DONE, analysis.created_at >= since)
        .where(*REAL_CHATS)
        .order_by(analysis.id.desc())
        .limit(limit)
    )
    rows = session.execute(query).all()
    words: dict[int, str] = {}
    for start in range(0, len(rows), AT_ONCE):
        words |= words_of_chats(session, [row[0] for row in rows[start : start + AT_ONCE]])
    for chat_id, language, judged, at in rows:
        if words.get(chat_id):
            yield RecentText(CHATS.name, chat_id, words[chat_id], language, tuple(judged), at)
