"""What the encoder is taught: every labelled text and chat with the parts of its labels that are known.

Public texts know only their sentiment; the project's own comments know aspects and flags as well; own chats know
whether they ended badly.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.language import is_transliterated
from analysis.sentiment.corpus import CorpusChat, CorpusText, read_chats, read_texts
from analysis.sentiment.encoder.wording import as_read, chat_as_read
from analysis.sentiment.training.latinising import in_latin
from analysis.sentiment.training.sources import OWN, SOURCE_WEIGHTS, WITHOUT_NEUTRAL, own_examples, read_examples
from analysis.transliteration import to_cyrillic
from analysis.vocabulary import LANGUAGES, SENTIMENTS

SEED = 20
OWN_WEIGHT = 2.0
OWN_REPEATS = 4
PAIRINGS = 3
LONGEST_OF_A_PAIR = 160  # characters
LATIN_SHARE = 0.4
LABEL_SHARE = 0.08
# Of reviews few are neutral, and those decide the mean over moods.
NEUTRAL_WEIGHT = 1.4
# Film subtitles are many and far from customers' texts: a part of them will do.
BROAD_SHARES = {"xed_en": 0.35, "xed_bg": 0.7}
# In the second stage the public sources only keep what the first has learnt; the far ones stay out.
NEAR_SHARES = {
    "wb_reviews": 1.0,
    "ozon_reviews": 1.0,
    "sre_reviews": 1.0,
    "cinexio": 0.7,
    "uci_amazon": 1.0,
    "uci_yelp": 1.0,
    "uci_imdb": 0.7,
    "custrev": 0.7,
    "alexa": 0.7,
    "sst": 0.3,
    "sre_banks": 0.4,
    "sre_telecom": 0.4,
    "xed_en": 0.05,
    "xed_bg": 0.2,
    "xed_ru": 0.3,
}


@dataclass(frozen=True)
class Lesson:
    """A text as the encoder reads it; None where a label is not known. ``repeats`` is how often a pass shows it."""

    text: str
    language: str
    source: str
    sentiment: str | None = None
    has_neutral: bool = True
    aspects: dict[str, str] | None = None
    flags: frozenset[str] | None = None
    ended_badly: bool | None = None
    weight: float = 1.0
    repeats: int = 1

    @property
    def sentiment_index(self) -> int:
        """Position in ``SENTIMENTS``; -1 where unknown."""
        return -1 if self.sentiment is None else SENTIMENTS.index(self.sentiment)


def broad_lessons(data: Path, without: Sequence[str]) -> list[Lesson]:
    """The first stage: the public texts of ``train.jsonl.gz``, for sentiment alone."""
    return list(_public(data / "train.jsonl.gz", without, BROAD_SHARES))


def near_lessons(data: Path, without: Sequence[str]) -> list[Lesson]:
    """The second stage: the project's own texts and chats with all their labels, and the nearest public ones."""
    lessons = [*_public(data / "train.jsonl.gz", without, NEAR_SHARES), *_sentences()]
    comments = [text for text in read_texts() if not text.is_dev]
    lessons += [_comment(text) for text in comments]
    lessons += _latin_copies(comments)
    lessons += [lesson for chat in read_chats() if not chat.is_dev for lesson in _chat(chat)]
    return lessons


def label_lessons(data: Path, without: Sequence[str]) -> list[Lesson]:
    """The third stage: labels are many and their texts few, so the project's own once more, with few public ones."""
    shares = {source: LABEL_SHARE * share for source, share in NEAR_SHARES.items()}
    own = [replace(lesson, repeats=1) for lesson in near_lessons(data, without) if lesson.source in (OWN, "chat")]
    return [*_public(data / "train.jsonl.gz", without, shares), *own]


def paired_lessons(data: Path, without: Sequence[str]) -> list[Lesson]:
    """The last stage: the third's lessons once more, and comments two by two as one text.

    A pair has the labels of both: so aspects of opposite moods stand side by side, and no label hangs on its company.
    """
    chance = random.Random(SEED)
    comments = [text for text in read_texts() if not text.is_dev]
    pairs = [pair for _ in range(PAIRINGS) for language in LANGUAGES for pair in _pairs(comments, language, chance)]
    return [*label_lessons(data, without), *pairs]


def own_dev_lessons() -> list[Lesson]:
    """The project's own groups that are never learnt from: thresholds and figures come from them."""
    lessons = [_comment(text) for text in read_texts() if text.is_dev]
    return lessons + [lesson for chat in read_chats() if chat.is_dev for lesson in _chat(chat)]


def public_dev_lessons(data: Path) -> list[Lesson]:
    """The development texts of the public sources."""
    return list(_public(data / "dev.jsonl.gz", (), {}))


def _public(path: Path, without: Sequence[str], shares: Mapping[str, float]) -> Iterator[Lesson]:
    chance = random.Random(SEED)
    for example in read_examples(path):
        is_drawn = chance.random() < shares.get(example.source, 1.0)
        if is_drawn and example.source not in without:
            yield Lesson(
                text=as_read(example.text, example.language),
                language=example.language,
                source=example.source,
                sentiment=example.label,
                has_neutral=example.source not in WITHOUT_NEUTRAL,
                weight=SOURCE_WEIGHTS[example.source] ** 0.5 * (NEUTRAL_WEIGHT if example.label == "neutral" else 1),
            )


def _sentences() -> Iterator[Lesson]:
    for example in own_examples():
        yield Lesson(
            text=as_read(example.text, example.language),
            language=example.language,
            source=OWN,
            sentiment=example.label,
            weight=OWN_WEIGHT,
            repeats=OWN_REPEATS,
        )


def _latin_copies(texts: Sequence[CorpusText]) -> Iterator[Lesson]:
    """A part of the comments once more, as they look after having been typed in Latin and read back."""
    chance = random.Random(SEED)
    for text in texts:
        if text.language in ("ru", "bg") and chance.random() < LATIN_SHARE:
            typed = in_latin(text.text, text.language, chance)
            yield replace(_comment(text), text=to_cyrillic(typed, text.language), repeats=1)


def _pairs(comments: Sequence[CorpusText], language: str, chance: random.Random) -> Iterator[Lesson]:
    """Each comment of a language with one other; not those that judge the same aspect differently, nor endless ones."""
    some = [text for text in comments if text.language == language and len(text.text) <= LONGEST_OF_A_PAIR]
    chance.shuffle(some)
    for one, other in zip(some[::2], some[1::2], strict=False):
        if any(other.aspects.get(name, mood) != mood for name, mood in one.aspects.items()):
            continue
        end = "" if one.text.rstrip().endswith((".", "!", "?", "…", ")")) else "."
        yield Lesson(
            text=as_read(f"{one.text.rstrip()}{end} {other.text}", language),
            language=language,
            source=OWN,
            sentiment=one.sentiment if one.sentiment == other.sentiment else None,
            aspects={**one.aspects, **other.aspects},
            flags=one.flags | other.flags,
            weight=OWN_WEIGHT,
        )


def _comment(text: CorpusText) -> Lesson:
    return Lesson(
        text=as_read(text.text, text.language),
        language=text.language,
        source=OWN,
        sentiment=text.sentiment,
        aspects=dict(text.aspects),
        flags=text.flags,
        weight=OWN_WEIGHT,
        repeats=OWN_REPEATS,
    )


def _chat(chat: CorpusChat) -> Iterator[Lesson]:
    """The chat itself, all that the customer wrote in it, and the customer's first and last message."""
    said = [text for author, text in chat.messages if author == "customer" and text.strip()]
    if not said:
        return
    is_latin = is_transliterated("\n".join(said), chat.language)
    yield Lesson(
        text=chat_as_read(chat.messages, chat.language, is_latin),
        language=chat.language,
        source="chat",
        ended_badly=chat.ended_badly,
        weight=OWN_WEIGHT,
        repeats=OWN_REPEATS,
    )
    together = as_read("\n".join(said), chat.language)
    yield Lesson(
        together, chat.language, OWN, aspects=dict(chat.aspects), flags=chat.flags, weight=1.0, repeats=OWN_REPEATS
    )
    start, _, end = chat.moods
    for message, mood in ((said[0], start), (said[-1], end)):
        yield Lesson(as_read(message, chat.language), chat.language, OWN, sentiment=mood, repeats=OWN_REPEATS)
