"""Tables of chats and the columns every analysis result has."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.db.base import Base, belongs_to, long_text, name_text, primary_id, refers, word
from feedback.db.claiming import Claimable


class AnalysisState(StrEnum):
    """A text waits, is done, or could not be read (kept, shown, never retried for ever)."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Reanalysis(Base):
    """What was read is read again by another model, in the background; the last one is open until all is read."""

    __tablename__ = "reanalyses"
    id: Mapped[primary_id]
    model_name: Mapped[str] = mapped_column(String(100))
    model_version: Mapped[word]
    may_route: Mapped[bool]
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Analysed(Claimable):
    """Columns of a stored analysis result; the row is made with the text and is itself the work to do.

    A result that `is_stale` is work again and stays readable until `reanalysis_id` replaces it; `previous` is what it
    replaced.
    """

    state: Mapped[word] = mapped_column(default=AnalysisState.WAITING)
    created_at: Mapped[datetime]
    analysed_at: Mapped[datetime | None]
    model_name: Mapped[str | None] = mapped_column(String(100))
    model_version: Mapped[word | None]
    language: Mapped[word | None]
    sentiment: Mapped[word | None]
    negative: Mapped[float | None]
    neutral: Mapped[float | None]
    positive: Mapped[float | None]
    is_unsure: Mapped[bool] = mapped_column(default=False)
    deciding_start: Mapped[int | None]
    deciding_end: Mapped[int | None]
    aspects: Mapped[dict[str, Any]] = mapped_column(default=dict)
    flags: Mapped[list[str]] = mapped_column(default=list)
    is_stale: Mapped[bool] = mapped_column(default=False, server_default=false())
    previous: Mapped[dict[str, Any] | None]
    reanalysis_id: Mapped[int | None] = refers("reanalyses.id", index=True)


class Judged:
    """Columns of a human's judgement: the labels that hold from then on, and beside them what the model had said.

    `agrees` is about the model's own labels: sentiment and aspects. An undone judgement stays, and holds no more.
    """

    at: Mapped[datetime]
    user_id: Mapped[int] = refers("users.id")
    verdict: Mapped[word]
    sentiment: Mapped[word]
    aspects: Mapped[dict[str, Any]]
    themes: Mapped[list[Any]]
    agrees: Mapped[bool]
    model_name: Mapped[str | None] = mapped_column(String(100))
    model_version: Mapped[word | None]
    model_sentiment: Mapped[word | None]
    model_aspects: Mapped[dict[str, Any]]
    model_flags: Mapped[list[str]]
    model_themes: Mapped[list[Any]]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = refers("users.id")


class Conversation(Base):
    """One chat, from first to last message."""

    __tablename__ = "conversations"
    __table_args__ = (Index(None, "customer_id", "started_at"),)
    id: Mapped[primary_id]
    external_id: Mapped[name_text] = mapped_column(unique=True)
    customer_id: Mapped[int] = refers("customers.id")
    purchase_id: Mapped[int | None] = refers("purchases.id", index=True)
    channel: Mapped[word]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    created_at: Mapped[datetime]
    messages: Mapped[list["ConversationMessage"]] = relationship(lazy="raise", order_by="ConversationMessage.position")


class ConversationMessage(Base):
    """One line of a chat."""

    __tablename__ = "conversation_messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "position"),
        CheckConstraint("author IN ('customer', 'staff', 'bot')", name="author"),
    )
    id: Mapped[primary_id]
    conversation_id: Mapped[int] = refers("conversations.id")
    position: Mapped[int]
    author: Mapped[word]
    sent_at: Mapped[datetime]
    text: Mapped[long_text]


class ConversationAnalysis(Base, Analysed):
    """What the analysis found in a chat: mood at the start, at its worst, at the end."""

    __tablename__ = "conversation_analyses"
    __table_args__ = (
        Index(
            "ix_conversation_analyses_waiting",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_conversation_analyses_stale", "id", sqlite_where=text("is_stale = 1"), postgresql_where=text("is_stale")
        ),
    )
    id: Mapped[primary_id]
    conversation_id: Mapped[int] = refers("conversations.id", unique=True)
    deciding_position: Mapped[int | None]
    mood_start: Mapped[word | None]
    mood_worst: Mapped[word | None]
    mood_end: Mapped[word | None]
    ended_badly: Mapped[bool | None]


class ConversationTheme(Base):
    """A theme that the rules found in a chat."""

    __tablename__ = "conversation_themes"
    conversation_id: Mapped[int] = belongs_to("conversations.id", primary_key=True)
    theme_id: Mapped[int] = refers("themes.id", index=True, primary_key=True)


class ConversationJudgement(Base, Judged):
    """What a human said of the analysis of a chat; one holds at a time."""

    __tablename__ = "conversation_judgements"
    __table_args__ = (
        Index(
            "uq_conversation_judgements_held",
            "conversation_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index(None, "at"),
    )
    id: Mapped[primary_id]
    conversation_id: Mapped[int] = belongs_to("conversations.id", index=True)
