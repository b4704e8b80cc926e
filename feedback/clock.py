"""The present moment. Rules never call it: they are handed `now` by the edge (view, command, job)."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def parse_moment(text: str) -> datetime:
    """An ISO 8601 moment as aware UTC; a moment without a zone is read as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
