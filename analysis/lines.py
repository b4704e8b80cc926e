"""The stream behind ``feedback analyse``: raw lines in, one JSON-able object a line out, in order.

A line is a text, or a JSON object with ``text`` (and ``lang``) or ``messages`` (and ``lang``). A line that cannot be
analysed gives ``{"error": ...}`` and never stops the others.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import IO, Any, TypeVar

from analysis.sentiment.protocol import (
    Analyser,
    ChatInput,
    ChatMessage,
    ChatResult,
    ModelUnavailable,
    TextInput,
    TextResult,
)

BATCH_LINES = 64
BATCH_BYTES = 256 * 1024
LONGEST_LINE_BYTES = 8 * 1024 * 1024
AUTHORS = ("customer", "staff", "bot")
PROBABILITY_DIGITS = 4

# Half a character, which JSON can spell ("\ud800") and no encoding can carry.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")

# What JSON can carry; only what comes out of ``json.loads`` and goes into ``json.dumps``.
Json = dict[str, Any]
Given = TypeVar("Given")
Result = TypeVar("Result", bound=TextResult)


class BadLine(Exception):
    """A line that cannot be analysed; the message says why, for whoever prepared the file."""


def read_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines of a stream; of one that is longer than can be analysed only the beginning, so that memory stays small."""
    while line := stream.readline(LONGEST_LINE_BYTES + 1):
        yield line
        rest = line
        while len(rest) > LONGEST_LINE_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE_BYTES + 1)


def analyse_lines(lines: Iterable[bytes], analyser: Analyser) -> Iterator[Json]:
    """One result or error for each line, lazily, so that a pipe sees answers while it still writes.

    Raises ModelUnavailable, for then no line can be analysed.
    """
    source = iter(lines)
    while batch := _next_batch(source):
        yield from _analyse_batch([_parse_or_error(line) for line in batch], analyser)


def _next_batch(source: Iterator[bytes]) -> list[bytes]:
    batch: list[bytes] = []
    size = 0
    for line in islice(source, BATCH_LINES):
        batch.append(line)
        size += len(line)
        if size >= BATCH_BYTES:
            break
    return batch


def _analyse_batch(entries: Sequence[TextInput | ChatInput | BadLine], analyser: Analyser) -> Iterator[Json]:
    texts = iter(_read_all(analyser.analyse_texts, [entry for entry in entries if isinstance(entry, TextInput)]))
    chats = iter(_read_all(analyser.analyse_chats, [entry for entry in entries if isinstance(entry, ChatInput)]))
    for entry in entries:
        outcome = entry if isinstance(entry, BadLine) else next(texts if isinstance(entry, TextInput) else chats)
        if isinstance(outcome, BadLine):
            yield {"error": str(outcome)}
        else:
            yield _chat_json(outcome) if isinstance(outcome, ChatResult) else _text_json(outcome)


def _read_all(read: Callable[[Sequence[Given]], list[Result]], inputs: Sequence[Given]) -> list[Result | BadLine]:
    """One call of the model for all; where it fails, one for each, so that a bad text harms only itself."""
    try:
        return [*read(inputs)]
    except ModelUnavailable:
        raise
    except Exception as error:  # whatever a text did to the model, the others must be read
        if len(inputs) == 1:
            return [BadLine(f"cannot be analysed ({type(error).__name__})")]
    return [outcome for one in inputs for outcome in _read_all(read, [one])]


def _parse_or_error(line: bytes) -> TextInput | ChatInput | BadLine:
    try:
        return _parse(line)
    except BadLine as error:
        return error


def _parse(line: bytes) -> TextInput | ChatInput:
    if len(line) > LONGEST_LINE_BYTES:
        raise BadLine(f"line is longer than {LONGEST_LINE_BYTES} bytes")
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise BadLine(f"not UTF-8: byte {error.start + 1} of the line") from None
    if not text:
        raise BadLine("empty line")
    entry = _as_object(text)
    if entry is None:
        return TextInput(text)
    language = _language(entry)
    if "messages" in entry:
        return ChatInput(_messages(entry["messages"]), language)
    if not isinstance(entry.get("text"), str):
        raise BadLine("a JSON line needs text (a string) or messages (a list)")
    if not entry["text"].strip():
        raise BadLine("text is empty")
    return TextInput(_whole_characters(entry["text"]), language)


def _as_object(text: str) -> Json | None:
    """The object a line holds; None for anything else, which is then a plain text."""
    if not text.startswith("{"):
        return None
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _language(entry: Json) -> str | None:
    language = entry.get("lang")
    if language is not None and not isinstance(language, str):
        raise BadLine("lang must be a string")
    return language


def _whole_characters(text: str) -> str:
    """The text as any encoding can carry it, of the same length."""
    return LONE_SURROGATE.sub("\ufffd", text)


def _messages(entries: Any) -> list[ChatMessage]:
    if not isinstance(entries, list) or not entries:
        raise BadLine("messages must be a list of at least one message")
    return [_message(number, entry) for number, entry in enumerate(entries, start=1)]


def _message(number: int, entry: Any) -> ChatMessage:
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise BadLine(f"message {number} needs author and text")
    if entry.get("author") not in AUTHORS:
        raise BadLine(f"message {number}: author must be one of {', '.join(AUTHORS)}")
    sent_at, text = entry.get("sent_at"), _whole_characters(entry["text"])
    try:
        return ChatMessage(entry["author"], text, None if sent_at is None else datetime.fromisoformat(sent_at))
    except (TypeError, ValueError):
        raise BadLine(f"message {number}: sent_at must be an ISO 8601 time") from None


def _text_json(result: TextResult) -> Json:
    chances = result.probabilities
    return {
        "language": result.language,
        "sentiment": result.sentiment,
        "probabilities": {
            "negative": round(chances.negative, PROBABILITY_DIGITS),
            "neutral": round(chances.neutral, PROBABILITY_DIGITS),
            "positive": round(chances.positive, PROBABILITY_DIGITS),
        },
        "aspects": dict(result.aspects),
        "flags": list(result.flags),
    }


def _chat_json(result: ChatResult) -> Json:
    return _text_json(result) | {
        "start": result.start,
        "worst": result.worst,
        "end": result.end,
        "ended_badly": result.ended_badly,
    }
