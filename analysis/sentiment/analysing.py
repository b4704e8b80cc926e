"""An analyser made of a scorer and the rules: read the sentences, score them all at once, put the results together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from analysis.language import detect_language, is_transliterated
from analysis.sentences import split_sentences
from analysis.sentiment.aggregation import NOTHING_SAID, Mood, aggregate, mean_of
from analysis.sentiment.aspects import Mention, find_mentions, judge_aspects
from analysis.sentiment.chats import join_chat
from analysis.sentiment.flags import find_flags
from analysis.sentiment.passages import Passage, blocks, complaining_clauses, whole
from analysis.sentiment.protocol import (
    ChatInput,
    ChatResult,
    Probabilities,
    Scorer,
    Span,
    TextInput,
    TextResult,
)
from analysis.sentiment.reading import Reading, read_sentence

# Beyond this many words a sentence says no more than others.
MOST_WORDS_WEIGHED = 25


@dataclass(frozen=True)
class _Read:
    """A text before scoring: sentences, the blocks they form, complaints inside them, and unsettled mentions."""

    language: str
    readings: Sequence[Reading]
    blocks: Sequence[Passage]
    complaints: Sequence[Passage]
    mentions: Sequence[Mention]
    unsettled: Sequence[int]

    @property
    def passages(self) -> list[Passage]:
        """All there is to score. The block of a lone sentence is that sentence and not scored again."""
        sentences = [whole(reading) for reading in self.readings]
        shared = self.blocks if len(sentences) > 1 else []
        return [*sentences, *shared, *self.complaints, *(self.mentions[at].passage for at in self.unsettled)]


class ComposedAnalyser:
    """Implements ``Analyser`` over any scorer."""

    def __init__(self, name: str, version: str, scorer: Scorer) -> None:
        self.name = name
        self.version = version
        self._scorer = scorer

    def analyse_texts(self, batch: Sequence[TextInput]) -> list[TextResult]:
        texts = [_read(text) for text in batch]
        passages = [passage for text in texts for passage in text.passages]
        scores = iter(self._scorer.score(passages))
        return [_conclude(text, [next(scores) for _ in text.passages]) for text in texts]

    def analyse_chats(self, batch: Sequence[ChatInput]) -> list[ChatResult]:
        languages = [_chat_language(chat) for chat in batch]
        inputs = [
            TextInput(message.text, language)
            for chat, language in zip(batch, languages, strict=True)
            for message in chat.messages
            if message.author == "customer"
        ]
        results = iter(self.analyse_texts(inputs))
        return [
            join_chat(chat, language, [next(results) for message in chat.messages if message.author == "customer"])
            for chat, language in zip(batch, languages, strict=True)
        ]


def _chat_language(chat: ChatInput) -> str:
    written = "\n".join(message.text for message in chat.messages if message.author == "customer")
    return detect_language(written, chat.language_prior)


def _read(text_input: TextInput) -> _Read:
    text = text_input.text
    language = detect_language(text, text_input.language_prior)
    is_latin = is_transliterated(text, language)
    readings = [read_sentence(text, span, language, is_latin) for span in split_sentences(text)]
    mentions = list(find_mentions(readings))
    unsettled = [position for position, mention in enumerate(mentions) if mention.sentiment is None]
    complaints = [clause for reading in readings for clause in complaining_clauses(reading)]
    return _Read(language, readings, list(blocks(readings)), complaints, mentions, unsettled)


def _conclude(text: _Read, scores: Sequence[Probabilities]) -> TextResult:
    mood, deciding = Mood(NOTHING_SAID, 0), Span(0, 0)
    if text.readings:
        mood = _mood(text, scores)
        deciding = text.readings[mood.deciding].span
    of_mentions = dict(zip(text.unsettled, scores[len(scores) - len(text.unsettled) :], strict=True))
    return TextResult(
        language=text.language,
        sentiment=mood.probabilities.label,
        probabilities=mood.probabilities,
        deciding_sentence=deciding,
        aspects=judge_aspects(text.mentions, of_mentions),
        flags=find_flags(text.readings),
        is_unsure=mood.is_unsure,
    )


def _mood(text: _Read, scores: Sequence[Probabilities]) -> Mood:
    rest = iter(scores)
    sentences = list(islice(rest, len(text.readings)))
    together = None
    if len(sentences) > 1:
        sizes = [float(len(block.text)) for block in text.blocks]
        together = mean_of(list(islice(rest, len(text.blocks))), sizes)
    complaints = list(islice(rest, len(text.complaints)))
    return aggregate(sentences, [_weight(reading) for reading in text.readings], together, complaints)


def _weight(reading: Reading) -> float:
    return float(min(max(len(reading.words), 1), MOST_WORDS_WEIGHED))
