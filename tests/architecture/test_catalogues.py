"""Every text of a screen exists in Russian and Bulgarian, with the same placeholders; nothing is fuzzy or left over."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask_security import core, forms

from feedback.http.languages import DOMAINS

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "feedback" / "translations"
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
}


@cache
def source_texts() -> dict[tuple[str, str | None], str]:
    """Every extracted message (singular, context) and where it stands."""
    found: dict[tuple[str, str | None], str] = {}
    for folder in ("feedback", "surveys", "templates"):
        extracted = extract_from_dir(
            ROOT / folder,
            METHODS,
            keywords=KEYWORDS,
            options_map={"**.html": {"silent": "false"}, "**.txt": {"silent": "false"}},
        )
        for name, line, message, _comments, context in extracted:
            key = message[0] if isinstance(message, tuple) else message
            found[key, context] = f"{folder}/{name}:{line}"
    return found


def translations(language: str) -> dict[tuple[str, str | None], Message]:
    """Every message of the language's catalogues."""
    merged: dict[tuple[str, str | None], Message] = {}
    for domain in DOMAINS:
        for message in catalogue(language, domain):
            if message.id:
                merged[message.id[0] if isinstance(message.id, tuple) else message.id, message.context] = message
    return merged


def catalogue(language: str, domain: str) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.mark.parametrize("language", ["ru", "bg"])
def test_every_text_is_translated(language: str) -> None:
    known = translations(language)
    missing = {f"{place}: {key[0]}" for key, place in source_texts().items() if not _is_complete(known.get(key))}
    assert not missing


@pytest.mark.parametrize("language", ["ru", "bg"])
def test_placeholders_are_the_same(language: str) -> None:
    wrong = []
    for message in translations(language).values():
        wanted = set(PLACEHOLDER.findall(message.id if isinstance(message.id, str) else message.id[-1]))
        for text in message.string if isinstance(message.string, tuple) else (message.string,):
            if set(PLACEHOLDER.findall(text)) - {"num"} != wanted - {"num"}:
                wrong.append((message.id, text))
    assert not wrong


@pytest.mark.parametrize("language", ["ru", "bg"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_no_text_is_left_over(language: str, domain: str) -> None:
    used = source_texts()
    left = [
        m.id
        for m in catalogue(language, domain)
        if m.id and (m.id[0] if isinstance(m.id, tuple) else m.id, m.context) not in used
    ]
    security = [m for m in left if m in _texts_of_flask_security()]
    assert sorted(map(str, left)) == sorted(map(str, security))


def _is_complete(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def _texts_of_flask_security() -> set[str]:
    """Texts that the login library shows; we translate them in our own catalogue."""
    labels = {str(label) for label in forms._default_field_labels.values()}
    return labels | {str(text) for text, _level in core._default_messages.values()}
