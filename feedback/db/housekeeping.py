"""Tables of the machinery itself: counters of rate limits shared by all processes, and when each job last ran."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base, word

BACKGROUND = "background"  # the JobRun of the scheduler itself: its heartbeat


class RateCounter(Base):
    """How often something was tried in one window; rows whose window is over are swept."""

    __tablename__ = "rate_counters"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class JobRun(Base):
    """The last run of a job, for the readiness page and `feedback doctor`."""

    __tablename__ = "job_runs"
    name: Mapped[word] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
