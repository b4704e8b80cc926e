"""Structured logs on standard error: JSON lines, or plain ones on a terminal. Never personal data.

Events carry ids and counts. As a second wall, a line that still holds an address, a phone number or a link's token
loses it, and an error is told by its kind and place: its message may quote what a customer wrote.
"""

import logging
import re
import sys
import traceback
from functools import cache
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor

from feedback.errors import DomainError

EMAIL = re.compile(r"[^\s@<>\"'(),:;]+@[^\s@<>\"'(),:;]+")
PHONE = re.compile(r"(?<![\w.:-])\+?(?:\d[ ()-]*){9,14}\d(?![\w.:-])")  # ten digits and more
TOKEN = re.compile(r"(?<=/)([smuq]|prize)/[^\s/?#\"']+")
SUSPICIOUS = re.compile(r"[@/\d]")  # each of them has one of these
SAFE_MESSAGES = (DomainError, ImportError, AttributeError, NameError, NotImplementedError)
LOUD_LIBRARIES = {"apscheduler": logging.ERROR, "alembic": logging.WARNING, "mail.log": logging.WARNING}


@cache
def log(name: str = "feedback") -> Any:
    """A logger. Events are short words; values are ids, counts and durations."""
    processors = [*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter]
    return structlog.wrap_logger(logging.getLogger(name), processors, structlog.stdlib.BoundLogger)


def configure_logs(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send everything logged, by us and by libraries, through one formatter. For the edges that run a process."""
    stream = stream or sys.stderr
    renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if stream.isatty():
        renderer = structlog.dev.ConsoleRenderer(colors=True)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, quietest in LOUD_LIBRARIES.items():
        logging.getLogger(name).setLevel(quietest)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _tell_error_without_message,
        _mask_event,
    ]


def mask(text: str) -> str:
    """`text` without e-mail addresses, phone numbers and tokens of links."""
    if not SUSPICIOUS.search(text):
        return text
    return PHONE.sub("[number]", EMAIL.sub("[address]", TOKEN.sub(r"\1/[token]", text)))


def error_place(error: BaseException) -> str:
    """What happened and where, without what the error says: kinds and lines, from the cause to the last."""
    parts = []
    for one in reversed(_chain(error)):
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(one.__traceback__)]
        kind = f"{type(one).__module__}.{type(one).__qualname__}".removeprefix("builtins.")
        told = f": {mask(str(one))}" if isinstance(one, SAFE_MESSAGES) else ""
        parts.append("\n  ".join([kind + told, *frames]))
    return "\nthen ".join(parts)


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain:
        chain.append(following)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return chain


def _tell_error_without_message(_logger: object, _method: str, event: EventDict) -> EventDict:
    given: Any = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error: BaseException | None = given if isinstance(given, BaseException) else None
    if isinstance(given, tuple):
        triple: tuple[type[BaseException] | None, BaseException | None, TracebackType | None] = given
        error = triple[1]
    if error is not None:
        event["error"] = error_place(error)
    return event


def _mask_event(_logger: object, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if isinstance(value, str) and key not in ("timestamp", "level", "logger"):
            event[key] = mask(value)
    return event
