"""The project's own labelled comments and chats: what aspects, flags and chats are learnt from, and who is in dev.

``texts.LANGUAGE.N.tsv``: sentiment, aspects, flags, group, text. ``chats.LANGUAGE.jsonl``: one chat a line. Texts that
share a situation share a group; a group is learnt from or measured on, never both. Groups that begin with ``x-`` say
the same in all three languages.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from analysis.vocabulary import ASPECTS, FLAGS, LANGUAGES, SENTIMENTS

DEV_SHARE = 0.2
IN_THREE_LANGUAGES = "x-"


@dataclass(frozen=True)
class CorpusText:
    """A comment with everything that is known of it."""

    text: str
    language: str
    group: str
    sentiment: str
    aspects: Mapping[str, str]
    flags: frozenset[str]
    is_dev: bool


@dataclass(frozen=True)
class CorpusChat:
    """A conversation; ``messages`` are (author, text), moods those of the customer's messages."""

    messages: tuple[tuple[str, str], ...]
    language: str
    group: str
    ended_badly: bool
    moods: tuple[str, str, str]
    aspects: Mapping[str, str]
    flags: frozenset[str]
    is_dev: bool


class BadCorpus(ValueError):
    """A line that breaks the format, named by file and number."""


def read_texts() -> list[CorpusText]:
    """All comments, file by file."""
    return [text for language in LANGUAGES for file in _files(f"texts.{language}.") for text in _texts(file, language)]


def read_chats() -> list[CorpusChat]:
    """All chats, language by language."""
    return [chat for language in LANGUAGES for file in _files(f"chats.{language}.") for chat in _chats(file, language)]


def is_dev_group(language: str, file: str, group: str) -> bool:
    """Whether the group is kept for measuring: decided by its name alone, so that adding texts moves nothing.

    A group told in three languages has one fate in all of them: what is measured in one is not learnt in another.
    """
    name = group if group.startswith(IN_THREE_LANGUAGES) else f"{language}/{file}/{group}"
    digest = blake2b(name.encode(), digest_size=4).digest()
    return int.from_bytes(digest) < DEV_SHARE * 2**32


def _files(prefix: str) -> list[Traversable]:
    entries = [entry for entry in resources.files(__package__).iterdir() if entry.name.startswith(prefix)]
    return sorted(entries, key=lambda entry: entry.name)


def _lines(file: Traversable) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            yield f"{file.name}:{number}", line


def _texts(file: Traversable, language: str) -> Iterator[CorpusText]:
    for place, line in _lines(file):
        columns = line.split("\t")
        if len(columns) != 5:
            raise BadCorpus(f"{place}: {len(columns)} columns, not 5")
        sentiment, aspects, flags, group, text = (column.strip() for column in columns)
        yield CorpusText(
            text=text.replace("\\n", "\n"),
            language=language,
            group=group,
            sentiment=_known(sentiment, SENTIMENTS, place),
            aspects=_aspects(dict(part.split("=") for part in _parts(aspects)), place),
            flags=_flags(_parts(flags), place),
            is_dev=is_dev_group(language, file.name, group),
        )


def _chats(file: Traversable, language: str) -> Iterator[CorpusChat]:
    for place, line in _lines(file):
        row: dict[str, Any] = json.loads(line)
        start, worst, end = (_known(row[name], SENTIMENTS, place) for name in ("start", "worst", "end"))
        yield CorpusChat(
            messages=tuple((message["author"], message["text"]) for message in row["messages"]),
            language=language,
            group=row["group"],
            ended_badly=row["ended_badly"],
            moods=(start, worst, end),
            aspects=_aspects(row.get("aspects", {}), place),
            flags=_flags(row.get("flags", []), place),
            is_dev=is_dev_group(language, file.name, row["group"]),
        )


def _parts(column: str) -> list[str]:
    return [] if column == "-" else [part.strip() for part in column.split(",") if part.strip()]


def _aspects(aspects: Mapping[str, str], place: str) -> dict[str, str]:
    return {_known(name, ASPECTS, place): _known(mood, SENTIMENTS, place) for name, mood in aspects.items()}


def _flags(flags: list[str], place: str) -> frozenset[str]:
    return frozenset(_known(flag, FLAGS, place) for flag in flags)


def _known(name: str, names: tuple[str, ...], place: str) -> str:
    if name not in names:
        raise BadCorpus(f"{place}: {name!r} is none of {', '.join(names)}")
    return name
