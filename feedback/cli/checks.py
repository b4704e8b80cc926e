"""What `feedback doctor` looks at. Each check yields problems in plain words, with what to do, and changes nothing."""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from feedback.config import Settings
from feedback.conversations.model import chosen_analyser, need_model
from feedback.conversations.models import AnalysisState, ConversationAnalysis
from feedback.db import db
from feedback.db.housekeeping import BACKGROUND, JobRun
from feedback.db.schema import is_schema_current
from feedback.errors import ConfigurationError
from feedback.messages.channels import Unavailable
from feedback.messages.models import Message, MessageState
from feedback.messages.sending import channels_for
from feedback.staff.models import Role, User
from feedback.staff.roles import RoleName
from surveys.responses.models import AnswerAnalysis

Check = Callable[[Settings, datetime], Iterator[str]]

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "0.0.0.0")
LEAST_FREE = 500 * 1024 * 1024
BACKGROUND_SILENCE = timedelta(minutes=5)
QUEUE_SILENCE = timedelta(hours=1)


def find_problems(settings: Settings, now: datetime) -> Iterator[str]:
    """Everything that is wrong; checks of rows are left out while the database cannot be read."""
    of_settings: tuple[Check, ...] = (check_address, check_mail, check_secret, check_disk, check_model)
    of_rows: tuple[Check, ...] = (check_people, check_messages, check_analyses, check_jobs)
    for check in of_settings:
        yield from check(settings, now)
    lacking = list(check_database(settings, now))
    yield from lacking
    for check in () if lacking else of_rows:
        yield from check(settings, now)


def check_address(settings: Settings, _now: datetime) -> Iterator[str]:
    parts = urlsplit(settings.base_url)
    if parts.hostname in LOCAL_HOSTS:
        yield (
            f"FEEDBACK_BASE_URL is {settings.base_url}: links in messages open on this machine only. "
            "Set it to the address customers see, such as https://feedback.example.com."
        )
    elif parts.scheme != "https":
        yield f"FEEDBACK_BASE_URL is {settings.base_url}: without https answers and logins can be read on the way."


def check_mail(settings: Settings, _now: datetime) -> Iterator[str]:
    if settings.smtp_url is None:
        yield (
            f"FEEDBACK_SMTP_URL is not set: messages are not sent, but written as files to {settings.outbox}. "
            "Set it to smtp://user:password@host:port."
        )
        return
    if settings.mail_from.rstrip(">").endswith("@localhost"):
        yield f"FEEDBACK_MAIL_FROM is {settings.mail_from}: mail servers refuse mail from localhost."
    for channel in channels_for(settings).values():
        try:
            channel.open()
        except Unavailable as trouble:
            yield f"FEEDBACK_SMTP_URL: {trouble.reason}."
        finally:
            channel.close()


def check_secret(settings: Settings, _now: datetime) -> Iterator[str]:
    if sys.platform == "win32":
        return
    files = [settings.instance / "secret_key"]
    if settings.is_sqlite:
        files.append(Path(make_url(settings.database_url).database or ""))
    for path in files:
        if path.is_file() and _is_open(path) and path.parent.stat().st_mode & stat.S_IXOTH:
            yield f"{path} can be read by every user of this machine: chmod 600 {path}"


def check_disk(settings: Settings, _now: datetime) -> Iterator[str]:
    for folder in (settings.instance, settings.outbox, settings.uploads):
        if folder.exists() and not _is_writable(folder):
            yield f"{folder} cannot be written to by this user (uid {getattr(os, 'getuid', lambda: '-')()})."
    free = shutil.disk_usage(settings.instance).free
    if free < LEAST_FREE:
        yield f"The disk of {settings.instance} has only {free // 1024**2} MB left."


def check_model(settings: Settings, _now: datetime) -> Iterator[str]:
    try:
        need_model(chosen_analyser(settings))
    except ConfigurationError as error:
        yield f"{error.message}. Until then texts wait; none is lost."


def check_database(_settings: Settings, _now: datetime) -> Iterator[str]:
    try:
        if not is_schema_current():
            yield "The database's schema is out of date: feedback db upgrade"
    except SQLAlchemyError as error:
        kind = type(getattr(error, "orig", error)).__name__
        yield f"The database cannot be used ({kind}): check FEEDBACK_DATABASE_URL."


def check_people(_settings: Settings, _now: datetime) -> Iterator[str]:
    admins = select(User.id).join(User.roles).where(Role.name == RoleName.ADMIN, User.active)
    if db.session.scalar(admins.limit(1)) is None:
        yield "Nobody can log in as admin: feedback users add --email you@example.com --role admin"


def check_messages(_settings: Settings, now: datetime) -> Iterator[str]:
    uncertain = _count(Message, Message.state == MessageState.UNCERTAIN)
    if uncertain:
        yield (
            f"{uncertain} messages are uncertain: a process ended while handing them over, so they may or may not have "
            "arrived. They are never sent again by themselves."
        )
    late = _count(Message, (Message.state == MessageState.QUEUED) & (Message.send_at < now - QUEUE_SILENCE))
    if late:
        yield f"{late} messages are more than an hour late: is `feedback serve` or `feedback worker` running?"


def check_analyses(_settings: Settings, now: datetime) -> Iterator[str]:
    for table, things in ((AnswerAnalysis, "answers"), (ConversationAnalysis, "chats")):
        failed = _count(table, table.state == AnalysisState.FAILED)
        if failed:
            yield f"{failed} {things} could not be analysed: feedback retry-analyses lets them be tried again."
        is_late = (table.state == AnalysisState.WAITING) & (table.created_at < now - QUEUE_SILENCE)
        if late := _count(table, is_late):
            yield f"{late} {things} wait for more than an hour to be analysed: is the background work running?"


def check_jobs(_settings: Settings, now: datetime) -> Iterator[str]:
    for row in db.session.scalars(select(JobRun).order_by(JobRun.name)):
        if row.error is not None:
            yield f"The job {row.name} failed at {row.started_at:%Y-%m-%d %H:%M} UTC: {row.error.splitlines()[0]}"
    beat = db.session.scalar(select(JobRun.finished_at).where(JobRun.name == BACKGROUND))
    if beat is None or beat < now - BACKGROUND_SILENCE:
        yield "No background work is running: start `feedback serve` or `feedback worker`."


def _count(table: type[Message | AnswerAnalysis | ConversationAnalysis], condition: object) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(condition)) or 0  # type: ignore[arg-type]


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))


def _is_writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
