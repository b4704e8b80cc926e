"""Accounts of the staff: add, change roles, disable, new passwords. Who may do it is decided at the edge."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from flask_security import hash_password
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.errors import Conflict, Invalid, NotFound
from feedback.staff.models import Role, User
from feedback.staff.roles import RoleName

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LANGUAGES = ("ru", "bg", "en")


def add_user(
    session: Session,
    email: str,
    roles: Iterable[str],
    password: str,
    now: datetime,
    *,
    name: str = "",
    language: str = "en",
    timezone: str = "UTC",
) -> User:
    """Add an account. Raises Invalid for a bad address, role or password, Conflict when the address is taken."""
    address = normal_email(email)
    check_password(password)
    if find_user(session, address) is not None:
        raise Conflict("There is already an account with this e-mail.")
    user = User(email=address, name=name.strip(), password=hash_password(password), active=True, created_at=now)
    user.language, user.timezone, user.roles = language, timezone, _roles(session, roles)
    end_sessions(user)  # gives the first mark of sessions
    session.add(user)
    session.flush()
    return user


def find_user(session: Session, email: str) -> User | None:
    """The account with this e-mail, whatever its letter case."""
    return session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))


def get_user(session: Session, email: str) -> User:
    """The account with this e-mail. Raises NotFound."""
    user = find_user(session, email)
    if user is None:
        raise NotFound("There is no account with this e-mail.")
    return user


def set_roles(session: Session, user: User, roles: Iterable[str]) -> None:
    """Replace somebody's roles."""
    user.roles = _roles(session, roles)
    session.flush()


def set_active(session: Session, user: User, is_active: bool) -> None:
    """Let somebody in or keep them out; keeping out ends their sessions at once."""
    user.active = is_active
    end_sessions(user)
    session.flush()


def set_password(session: Session, user: User, password: str) -> None:
    """Give a new password and end every session that knew the old one. Raises Invalid."""
    check_password(password)
    user.password = hash_password(password)
    end_sessions(user)
    session.flush()


def end_sessions(user: User) -> None:
    """Make every cookie of this account void."""
    user.fs_uniquifier = secrets.token_hex(32)


def set_preferences(session: Session, user: User, *, name: str, language: str, timezone: str) -> None:
    """A person's own name, language and time zone. Raises Invalid."""
    errors = {}
    if language not in LANGUAGES:
        errors["language"] = "Choose one of the three languages."
    if timezone not in time_zones():
        errors["timezone"] = "There is no such time zone."
    if errors:
        raise Invalid("Please check the form.", errors)
    user.name, user.language, user.timezone = name.strip()[:200], language, timezone
    session.flush()


def turn_on_second_factor(session: Session, user: User, totp_secret: str) -> None:
    """From now on a code of the authenticator is asked at login."""
    user.tf_primary_method, user.tf_totp_secret = "authenticator", totp_secret
    session.flush()


def turn_off_second_factor(session: Session, user: User) -> None:
    """Forget the authenticator and its recovery codes."""
    user.tf_primary_method = user.tf_totp_secret = user.mf_recovery_codes = None
    session.flush()


def new_password() -> str:
    """A random password: 16 characters without look-alikes, about 92 bits."""
    alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(secrets.choice(alphabet) for _ in range(16))


def check_password(password: str) -> None:
    """Length only, as NIST SP 800-63B advises. Raises Invalid."""
    if len(password) < SHORTEST_PASSWORD:
        message = "A password needs at least 10 characters."
        raise Invalid(message, {"password": message})
    if len(password) > LONGEST_PASSWORD:
        message = "A password may have at most 200 characters."
        raise Invalid(message, {"password": message})


def normal_email(email: str) -> str:
    """The address in its stored form. Raises Invalid."""
    try:
        return validate_email(email.strip(), check_deliverability=False, globally_deliverable=False).normalized.lower()
    except EmailNotValidError:
        message = "This is not an e-mail address."
        raise Invalid(message, {"email": message}) from None


@lru_cache(maxsize=1)
def time_zones() -> Sequence[str]:
    """The names of the world's time zones that people choose from."""
    regions = ("Europe/", "Asia/", "America/", "Africa/", "Australia/", "Atlantic/", "Pacific/", "Indian/")
    return [*sorted(zone for zone in available_timezones() if zone.startswith(regions)), "UTC"]


def _roles(session: Session, names: Iterable[str]) -> list[Role]:
    wanted = list(dict.fromkeys(names))
    if not wanted:
        message = "Choose at least one role."
        raise Invalid(message, {"roles": message})
    if any(name not in set(RoleName) for name in wanted):
        message = f"A role is one of: {', '.join(RoleName)}."
        raise Invalid(message, {"roles": message})
    return list(session.scalars(select(Role).where(Role.name.in_(wanted)).order_by(Role.id)))
