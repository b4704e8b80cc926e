"""Where sentences begin and end in customers' texts (ru, bg, en); time is linear in the length of the text.

Customers seldom start a sentence with a capital letter, so a full stop and a space end one unless the word before
is a known abbreviation. Emoji and smileys stay with the sentence they follow.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A stretch without any end of sentence is cut here, at a space where there is one.
LONGEST_SENTENCE = 600

_ABBREVIATIONS_WRITTEN = """
    т.е т.д т.п т.к т.н т.о т е д п к г гг гр ул кв бул бл ап ет вх руб коп тыс млн млрд лв ст стр см им р др пр тел моб
    напр проф инж д-р г-н г-жа г-ца чл нпр мин сек ч кг мм обл обр сокр рис
    mr mrs ms dr prof st vs e.g i.e approx no inc ltd co dept jr sr fig tel ext min max a.m p.m
"""
_ABBREVIATIONS = frozenset(_ABBREVIATIONS_WRITTEN.split())
_EMOJI = "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d"
_CLOSING = "\"'»”’)\\]" + _EMOJI
_BREAK = re.compile(
    rf"""
      (?P<line>[\r\n\u2028\u2029]+)                       # the customer's own line
    | (?P<open>\()
    | (?P<sign>[!?…]+[.!?…]*[{_CLOSING}]*|\.{{2,}}[{_CLOSING}]*) # surely an end
    | (?P<stop>\.[{_CLOSING}]*)(?=\s|$)                   # an end, or an abbreviation
    | (?P<smile>[:;]-?[)(]+|\)+|[{_EMOJI}]+)(?=\s|$)      # a smiley closes what it comments on
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"[^\s(\"«]+$")


@dataclass(frozen=True)
class Span:
    """Characters ``start`` (included) to ``end`` (excluded) of a text."""

    start: int
    end: int


def split_sentences(text: str) -> list[Span]:
    """Sentences of ``text`` in order, without the white space around them; none where there is only white space."""
    spans = []
    for rough in _rough_sentences(text):
        for piece in _cut(text, rough):
            stripped = _strip(text, piece)
            if stripped.start < stripped.end:
                spans.append(stripped)
    return spans


def _rough_sentences(text: str) -> Iterator[Span]:
    start = 0
    has_open_bracket = False
    for match in _BREAK.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            has_open_bracket = True
            continue
        if kind == "stop" and _is_abbreviation(text, match.start()):
            continue
        if kind == "sign" and not _ends_word(text, match.end()):
            continue
        if kind == "smile" and match.group()[0] == ")" and has_open_bracket:
            has_open_bracket = False
            continue
        yield Span(start, match.end())
        start = match.end()
        has_open_bracket = False
    yield Span(start, len(text))


def _is_abbreviation(text: str, stop: int) -> bool:
    word = _LAST_WORD.search(text[max(0, stop - 12) : stop])
    if word is None:
        return False
    letters = word.group().lower()
    is_initial = len(letters) == 1 and word.group().isupper()
    is_list_number = letters.isdigit() and (stop - len(letters) == 0 or text[stop - len(letters) - 1] in "\r\n")
    return is_initial or is_list_number or letters in _ABBREVIATIONS


def _ends_word(text: str, end: int) -> bool:
    """Signs inside a word ("what?!ever", "wow...really") end a sentence only before a capital letter or a space."""
    return end >= len(text) or text[end].isspace() or text[end].isupper()


def _cut(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    while span.end - start > LONGEST_SENTENCE:
        space = text.rfind(" ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
        end = space + 1 if space >= 0 else start + LONGEST_SENTENCE
        yield Span(start, end)
        start = end
    yield Span(start, span.end)


def _strip(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
