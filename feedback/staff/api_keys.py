"""Keys of other systems: made, checked, revoked. Only a key's SHA-256 is kept; the key itself is shown once."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.errors import Invalid, NotFound
from feedback.secrets import hash_token
from feedback.staff.models import ApiKey

PREFIX = "otk_"
KEY_BYTES = 32  # 256 bits
SHOWN = len(PREFIX) + 6
USE_NOTED_EVERY = timedelta(minutes=1)
LONGEST_NAME = 200


class Scope(StrEnum):
    """What a key may do; `all` means every one."""

    ALL = "all"
    PURCHASES_WRITE = "purchases:write"
    CHATS_WRITE = "chats:write"
    RESPONSES_READ = "responses:read"
    CASES_READ = "cases:read"
    CUSTOMERS_READ = "customers:read"
    POINTS_READ = "points:read"
    POINTS_WRITE = "points:write"
    METRICS_READ = "metrics:read"


@dataclass(frozen=True)
class KnownKey:
    """A key that was recognised."""

    id: int
    scopes: frozenset[str]
    last_used_at: datetime | None

    def may(self, scope: Scope) -> bool:
        """Whether the key's scopes hold this one."""
        return Scope.ALL in self.scopes or scope in self.scopes


def create_key(session: Session, name: str, scopes: Iterable[str], now: datetime) -> tuple[ApiKey, str]:
    """A new key's row and the key itself, which is nowhere kept. Raises Invalid."""
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in list(Scope)]
    if unknown or not wanted:
        raise Invalid(f"Unknown scope: {', '.join(unknown) or 'none given'}. Scopes: {', '.join(Scope)}.")
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Invalid(f"A key needs a name of up to {LONGEST_NAME} characters.")
    key = PREFIX + secrets.token_urlsafe(KEY_BYTES)
    row = ApiKey(name=name.strip(), prefix=key[:SHOWN], key_hash=hash_token(key), scopes=wanted, created_at=now)
    session.add(row)
    session.flush()
    return row, key


def find_key(session: Session, key: str) -> KnownKey | None:
    """The key that was presented, unless it is unknown or revoked."""
    is_valid = ApiKey.key_hash == hash_token(key), ApiKey.revoked_at.is_(None)
    query = select(ApiKey.id, ApiKey.scopes, ApiKey.last_used_at).where(*is_valid)
    row = session.execute(query).one_or_none()
    return KnownKey(row.id, frozenset(row.scopes), row.last_used_at) if row else None


def is_use_stale(key: KnownKey, now: datetime) -> bool:
    """Whether the use of the key should be noted: once a minute, so that busy keys do not write with every call."""
    return key.last_used_at is None or key.last_used_at < now - USE_NOTED_EVERY


def note_use(session: Session, key_id: int, now: datetime) -> None:
    """Remember when a key was last used."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=now))


def revoke_key(session: Session, prefix: str, now: datetime) -> ApiKey:
    """Make a key void at once; it is named by its prefix as `list` shows it. Raises NotFound."""
    row = session.scalars(select(ApiKey).where(ApiKey.prefix == prefix, ApiKey.revoked_at.is_(None))).one_or_none()
    if row is None:
        raise NotFound("There is no such key, or it is revoked already.")
    row.revoked_at = now
    session.flush()
    return row


def all_keys(session: Session) -> list[ApiKey]:
    """Every key, newest first."""
    return list(session.scalars(select(ApiKey).order_by(ApiKey.created_at.desc(), ApiKey.id.desc())))
