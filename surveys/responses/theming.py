"""Matching themes again, after somebody changed one: the texts and chats of the last 90 days, a batch at a time.

How far it has come stands in `settings`: it goes on after a restart, and begins anew when a theme changes meanwhile.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.conversations.analysing import words_of_chats
from feedback.conversations.judging import CHATS, Kind, store_themes
from feedback.conversations.models import AnalysisState
from feedback.db import db, transaction
from feedback.staff.models import Setting
from feedback.themes.models import Theme
from feedback.themes.rules import matcher_of
from surveys.responses.judging import ANSWERS
from surveys.responses.models import Answer

KEY = "themes_matched"
BATCH = 200
SPAN = timedelta(days=90)


def match_again(now: datetime, limit: int = BATCH) -> int:
    """Match one batch of texts if a theme has changed since all were; returns how many were looked at."""
    session = db.session()
    changed = session.scalar(select(func.max(Theme.changed_at)))
    if changed is None or _progress(session).get("done") == changed.isoformat():
        return 0
    with transaction() as writing:
        state = _progress(writing)
        if state.get("target") != changed.isoformat():
            state = {"done": state.get("done"), "target": changed.isoformat()}
        count = 0
        for kind in (ANSWERS, CHATS):
            if not count:
                count = _match_batch(writing, kind, state, now, limit)
        if not count:
            state["done"] = state["target"]
        _keep(writing, state, now)
    return count


def _match_batch(session: Session, kind: Kind, state: dict[str, Any], now: datetime, limit: int) -> int:
    analyses, key = kind.analyses, getattr(kind.analyses, kind.key)
    query = select(key, analyses.language).where(
        analyses.state == AnalysisState.DONE, analyses.created_at >= now - SPAN
    )
    rows = session.execute(query.where(key > state.get(kind.name, 0)).order_by(key).limit(limit)).all()
    if not rows:
        return 0
    ids = [text_id for text_id, _language in rows]
    matcher, words, known = matcher_of(session), _words(session, kind, ids), _known(session, kind, ids)
    for text_id, language in rows:
        themes = matcher.match(words.get(text_id) or "", language)
        if set(themes) != known.get(text_id, set()):
            store_themes(session, kind, text_id, themes)
    state[kind.name] = ids[-1]
    return len(rows)


def _words(session: Session, kind: Kind, ids: Sequence[int]) -> dict[int, str]:
    if kind is ANSWERS:
        found = session.execute(select(Answer.id, Answer.text).where(Answer.id.in_(ids)))
        return {answer_id: text or "" for answer_id, text in found}
    return words_of_chats(session, ids)


def _known(session: Session, kind: Kind, ids: Sequence[int]) -> dict[int, set[int]]:
    key, known = getattr(kind.themes, kind.key), dict[int, set[int]]()
    for text_id, theme_id in session.execute(select(key, kind.themes.theme_id).where(key.in_(ids))):
        known.setdefault(text_id, set()).add(theme_id)
    return known


def _progress(session: Session) -> dict[str, Any]:
    return dict(session.scalar(select(Setting.value).where(Setting.key == KEY)) or {})


def _keep(session: Session, state: dict[str, Any], now: datetime) -> None:
    row = session.get(Setting, KEY)
    if row is None:
        session.add(Setting(key=KEY, value=state, changed_at=now))
    else:
        row.value, row.changed_at = state, now
    session.flush()
