"""Tables of responses, answers, photos, and the analysis of free text."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.conversations.models import Analysed, Judged
from feedback.db.base import Base, belongs_to, long_text, primary_id, refers, word

COUNTED = "state = 'complete' AND NOT is_test AND NOT is_staff AND NOT suspected_bot"


class ResponseState(StrEnum):
    """Partial answers are kept and pay nothing; a complete one is sent."""

    PARTIAL = "partial"
    COMPLETE = "complete"


class Response(Base):
    """One person's answers on one version. `score` repeats the NPS answer for speed; branch and manager a snapshot."""

    __tablename__ = "responses"
    __table_args__ = (
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 10", name="score"),
        CheckConstraint("(state = 'complete') = (completed_at IS NOT NULL)", name="completed"),
        Index(
            "ix_responses_weighed",
            "survey_id",
            "completed_at",
            "weighs_until",
            "score",
            "branch_id",
            "manager_id",
            "channel",
        ),
        Index(None, "customer_id", "completed_at"),
        Index(None, "completed_at", "id"),
    )
    id: Mapped[primary_id]
    survey_id: Mapped[int] = refers("surveys.id")
    survey_version_id: Mapped[int] = refers("survey_versions.id")
    invitation_id: Mapped[int | None] = refers("invitations.id", unique=True)
    customer_id: Mapped[int | None] = refers("customers.id")
    purchase_id: Mapped[int | None] = refers("purchases.id", index=True)
    branch_id: Mapped[int | None] = refers("branches.id")
    manager_id: Mapped[int | None] = refers("managers.id")
    channel: Mapped[word]
    language: Mapped[word]
    state: Mapped[word]
    score: Mapped[int | None]
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    is_late: Mapped[bool] = mapped_column(default=False)  # typed on a page that expired meanwhile; kept all the same
    is_test: Mapped[bool] = mapped_column(default=False)
    is_staff: Mapped[bool] = mapped_column(default=False)
    suspected_bot: Mapped[bool] = mapped_column(default=False)
    has_incentive: Mapped[bool] = mapped_column(default=True)
    weighs_until: Mapped[datetime | None] = mapped_column(default=None)  # kept by triggers, see feedback.db.weighing
    answers: Mapped[list["Answer"]] = relationship(lazy="raise", order_by="Answer.id")


class Answer(Base):
    """One answer. A matrix gives one row per item. Only the column of its kind is filled."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("response_id", "question", "item"),)
    id: Mapped[primary_id]
    response_id: Mapped[int] = refers("responses.id")
    question: Mapped[word]
    item: Mapped[word] = mapped_column(default="")
    kind: Mapped[word]
    number: Mapped[int | None]
    text: Mapped[long_text | None]
    choices: Mapped[list[Any] | None]


class Photo(Base):
    """A re-encoded photo without metadata, stored under the instance folder by its own content hash."""

    __tablename__ = "photos"
    id: Mapped[primary_id]
    invitation_id: Mapped[int | None] = refers("invitations.id", index=True)
    response_id: Mapped[int | None] = refers("responses.id", index=True)
    path: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]  # bytes
    created_at: Mapped[datetime]


class AnswerAnalysis(Base, Analysed):
    """What the analysis found in one free text."""

    __tablename__ = "answer_analyses"
    __table_args__ = (
        Index(
            "ix_answer_analyses_waiting",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_answer_analyses_stale", "id", sqlite_where=text("is_stale = 1"), postgresql_where=text("is_stale")),
    )
    id: Mapped[primary_id]
    answer_id: Mapped[int] = refers("answers.id", unique=True)
    response_id: Mapped[int] = refers("responses.id", index=True)


class AnswerTheme(Base):
    """A theme that the rules found in a free text."""

    __tablename__ = "answer_themes"
    answer_id: Mapped[int] = belongs_to("answers.id", primary_key=True)
    theme_id: Mapped[int] = refers("themes.id", index=True, primary_key=True)


class AnswerJudgement(Base, Judged):
    """What a human said of the analysis of a free text; one holds at a time."""

    __tablename__ = "answer_judgements"
    __table_args__ = (
        Index(
            "uq_answer_judgements_held",
            "answer_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index(None, "at"),
    )
    id: Mapped[primary_id]
    answer_id: Mapped[int] = belongs_to("answers.id", index=True)
