"""The words the rules know, one file a language, read once on first use."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from analysis.sentiment.phrases import PhraseBook, parse_phrases


@dataclass(frozen=True)
class Lexicon:
    """One language: ``comment`` finds cues, aspects, flags and near-misses, ``chat`` the turns of a conversation."""

    comment: PhraseBook
    chat: PhraseBook
    contrast: frozenset[str]


@cache
def load_lexicon(language: str) -> Lexicon:
    """The lexicon of ru, bg or en; labels are ``kind:name``, as ``flag:refund``."""
    notation = resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    sections: dict[str, dict[str, str]] = tomllib.loads(notation)
    words = sections.pop("words")
    chat = sections.pop("chat")
    phrases = {
        f"{kind}:{name}": parse_phrases(entry) for kind, names in sections.items() for name, entry in names.items()
    }
    phrases["word:negation"] = parse_phrases(words["negation"])
    phrases["word:disclaimer"] = parse_phrases(words["disclaimer"])
    contrast = parse_phrases(words["contrast"])
    return Lexicon(
        comment=PhraseBook(phrases | {"word:contrast": contrast}),
        chat=PhraseBook({name: parse_phrases(entry) for name, entry in chat.items()}),
        contrast=frozenset(phrase for phrase in contrast if " " not in phrase),
    )
