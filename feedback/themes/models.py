"""The table of themes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base, primary_id, word


class Theme(Base):
    """A theme: its name by language, the aspect above it (or ``other``), and the phrases that tell it.

    A deleted one is kept, for people's judgements may name it.
    """

    __tablename__ = "themes"
    __table_args__ = (Index(None, "position", "id"),)
    id: Mapped[primary_id]
    names: Mapped[dict[str, Any]]
    aspect: Mapped[word]
    includes: Mapped[list[str]]
    excludes: Mapped[list[str]]
    is_active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    def name(self, language: str) -> str:
        """Its name in this language, else in any."""
        return str(self.names.get(language) or next(iter(self.names.values()), ""))
