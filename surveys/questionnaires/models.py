"""Tables of surveys and their versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.db.base import Base, primary_id, refers, word


class Survey(Base):
    """A survey; what it asks stands in its versions."""

    __tablename__ = "surveys"
    __table_args__ = (CheckConstraint("state IN ('draft', 'active', 'paused', 'archived')", name="state"),)
    id: Mapped[primary_id]
    slug: Mapped[word] = mapped_column(unique=True)
    state: Mapped[word] = mapped_column(default="draft")
    kind: Mapped[word]  # after_purchase, relationship, recovery_check, ...
    trigger: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class SurveyVersion(Base):
    """One immutable state of a questionnaire; a response belongs to the version it was answered on."""

    __tablename__ = "survey_versions"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)
    id: Mapped[primary_id]
    survey_id: Mapped[int] = refers("surveys.id")
    number: Mapped[int]
    definition: Mapped[dict[str, Any]]
    published_at: Mapped[datetime | None]
    survey: Mapped[Survey] = relationship(lazy="raise")
