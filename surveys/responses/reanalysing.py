"""Answers and chats are read again by a new model, when nothing new waits to be read."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from analysis.sentiment.protocol import Analyser
from feedback.conversations.analysing import analyse_chats
from feedback.conversations.batches import BATCH, FRESH, has_due
from feedback.conversations.comparing import Comparison, compare
from feedback.conversations.models import ConversationAnalysis, Reanalysis
from feedback.conversations.reanalyses import begin, finish_if_done, is_by, open_reanalysis, work_of
from feedback.db import db, transaction
from surveys.responses.analysing import analyse_answers
from surveys.responses.models import AnswerAnalysis

TABLES: Mapping[str, type[AnswerAnalysis | ConversationAnalysis]] = MappingProxyType(
    {"answers": AnswerAnalysis, "chats": ConversationAnalysis}
)


def begin_reanalysis(
    session: Session, analyser: Analyser, now: datetime, *, may_route: bool = False, is_all: bool = False
) -> Reanalysis | None:
    """Let what another model read (or everything) be read again; None where there is nothing to do."""
    return begin(session, list(TABLES.values()), analyser, now, may_route=may_route, is_all=is_all)


def reanalyse_due(now: datetime, analyser: Analyser, limit: int = BATCH) -> int:
    """Read one batch of answers, else of chats, again; returns how many were claimed. The last one closes it."""
    if any(has_due(db.session(), table, now, FRESH) for table in TABLES.values()):
        return 0  # new texts go first
    reanalysis = open_reanalysis(db.session())
    if reanalysis is None or not is_by(reanalysis, analyser):
        return 0
    work = work_of(reanalysis)
    count = analyse_answers(now, analyser, limit, work) or analyse_chats(now, analyser, limit, work)
    if not count:
        with transaction() as session:
            finish_if_done(session, list(TABLES.values()), reanalysis.id, now)
    return count


def report_on(session: Session, reanalysis: Reanalysis) -> dict[str, Comparison]:
    """What it changed so far, of answers and of chats."""
    return {name: compare(session, table, reanalysis.id) for name, table in TABLES.items()}
