"""Counts for the public page on how reviews are collected; counted at most every ten minutes."""

from dataclasses import dataclass
from time import monotonic

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from feedback.db.caching import cache_of
from surveys.invitations.models import Invitation
from surveys.responses.models import Response, ResponseState

FRESH_SECONDS = 600.0


@dataclass(frozen=True)
class Figures:
    """How many were asked, answered in full, answered in part, and are under suspicion; tests and staff left out."""

    asked: int
    complete: int
    partial: int
    suspected: int


def collection_figures(session: Session) -> Figures:
    """The figures as they were at most ten minutes ago."""
    kept = cache_of(session, "public figures")
    if "figures" not in kept or kept["counted_at"] + FRESH_SECONDS < monotonic():
        kept["figures"], kept["counted_at"] = _count(session), monotonic()
    figures: Figures = kept["figures"]
    return figures


def _count(session: Session) -> Figures:
    asked = session.scalar(select(func.count()).select_from(Invitation).where(Invitation.sent_at.is_not(None))) or 0
    is_complete = Response.state == ResponseState.COMPLETE
    counted = select(
        func.sum(case((is_complete & ~Response.suspected_bot, 1), else_=0)),
        func.sum(case((~is_complete & ~Response.suspected_bot, 1), else_=0)),
        func.sum(case((Response.suspected_bot, 1), else_=0)),
    ).where(~Response.is_test, ~Response.is_staff)
    complete, partial, suspected = session.execute(counted).one()
    return Figures(asked, int(complete or 0), int(partial or 0), int(suspected or 0))
