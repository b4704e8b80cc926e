"""Words and emoji of a text with their offsets, in the form the lexicons are written in."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*|[\U0001f000-\U0001faff\u2600-\u27bf]|[:;]-?[()]+|\?+|\)\)+|\(\(+")
_REPEATED_SIGN = re.compile(r"([?()])\1+$")
_LETTERS = str.maketrans({"ё": "е", "Ё": "е", "\u2019": "'"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word (lower case, ё as е) or one emoji, and where it stands."""

    text: str
    start: int
    end: int


def find_words(text: str) -> list[Word]:
    """Words, emoji, smileys and question marks in order."""
    readable = text.translate(_LETTERS)
    return [
        Word(word.lower() if (word := match.group())[-1].isalnum() else _spelling(word), match.start(), match.end())
        for match in _WORD.finditer(readable)
    ]


def _spelling(sign: str) -> str:
    """ ":)))" is ":)", "))))" is "))", "???" is "?"."""
    return _REPEATED_SIGN.sub(r"\1" if sign[0] not in "()" else r"\1\1", sign)
