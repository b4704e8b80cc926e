"""A text cut into blocks the encoder can read at once, each knowing where its sentences lie in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.language import detect_language, is_transliterated
from analysis.sentences import Span, split_sentences
from analysis.sentiment.encoder.hints import hints_of
from analysis.sentiment.protocol import TextInput
from analysis.sentiment.reading import Cue, read_sentence

# About as many characters as the tokens the encoder learnt with.
LONGEST_BLOCK = 420
# Of a text longer than so many blocks (some 80 000 characters) its beginning and its end are read.
FIRST_BLOCKS, LAST_BLOCKS = 150, 50


@dataclass(frozen=True)
class Block:
    """``text`` as the encoder reads it; ``sentences`` lie in the customer's text, ``parts`` in ``text``."""

    text: str
    sentences: Sequence[Span]
    parts: Sequence[Span]
    hints: frozenset[str] = frozenset()
    cues: Sequence[Cue] = ()


@dataclass(frozen=True)
class Prepared:
    """A text in blocks, none where nothing is said."""

    language: str
    blocks: Sequence[Block]


def prepare(text_input: TextInput) -> Prepared:
    """Finds the language and cuts the text; what cannot be encoded (lone surrogates) becomes a replacement sign."""
    text = text_input.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    language = detect_language(text, text_input.language_prior)
    is_latin = is_transliterated(text, language)
    groups = list(_groups(split_sentences(text)))
    if len(groups) > FIRST_BLOCKS + LAST_BLOCKS:
        groups = groups[:FIRST_BLOCKS] + groups[-LAST_BLOCKS:]
    return Prepared(language, [_block(text, group, language, is_latin) for group in groups])


def whole_block(text: str, language: str) -> Block:
    """A text in its language's own script as one block, however long: what calibration compares with."""
    return _block(text, split_sentences(text), language, False)


def _groups(spans: Sequence[Span]) -> Iterator[list[Span]]:
    group: list[Span] = []
    for span in spans:
        if group and span.end - group[0].start > LONGEST_BLOCK:
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def _block(text: str, sentences: Sequence[Span], language: str, is_latin: bool) -> Block:
    readings = [read_sentence(text, sentence, language, is_latin) for sentence in sentences]
    hints, cues = hints_of(readings), [cue for reading in readings for cue in reading.cues]
    if not is_latin:
        start = sentences[0].start
        parts = [Span(sentence.start - start, sentence.end - start) for sentence in sentences]
        return Block(text[start : sentences[-1].end], sentences, parts, hints, cues)
    pieces = [reading.text for reading in readings]
    parts, at = [], 0
    for piece in pieces:
        parts.append(Span(at, at + len(piece)))
        at += len(piece) + 1
    return Block(" ".join(pieces), sentences, parts, hints, cues)
