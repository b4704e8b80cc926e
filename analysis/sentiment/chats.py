"""The course of a chat: the customer's moods, and whether the conversation left the customer without a solution.

Mood alone says little about that: people thank for refusals. So the last turns are read for what was asked, answered
and accepted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.sentiment.aggregation import NOTHING_SAID, aggregate
from analysis.sentiment.lexicons import load_lexicon
from analysis.sentiment.protocol import ChatInput, ChatMessage, ChatResult, Span, TextResult
from analysis.sentiment.words import find_words
from analysis.vocabulary import ASPECTS, FLAGS, SENTIMENTS

MOST_WORDS_WEIGHED = 25
# A conversation negative on the whole is resolved only by words that say so.
NEGATIVE_ON_THE_WHOLE = 0.6
# The model's chance that a chat ended badly counts as so from here, and how much the rules' word adds to it.
ENDED_BADLY_FROM = 0.55
RULES_SAY_SO = 0.1


@dataclass(frozen=True)
class _Turn:
    """A message by what it does; ``result`` only where the customer wrote it."""

    signs: frozenset[str]
    result: TextResult | None

    @property
    def is_refusal(self) -> bool:
        return "no_solution" in self.signs and "solution" not in self.signs


def join_chat(
    chat: ChatInput,
    language: str,
    results: Sequence[TextResult],
    together: TextResult | None = None,
    ending: float | None = None,
) -> ChatResult:
    """The chat's result from those of the customer's messages, in order.

    ``together`` is what all of them say read as one text, ``ending`` how likely the conversation ended badly, where a
    model can tell; without it the rules decide alone.
    """
    own = [position for position, message in enumerate(chat.messages) if message.author == "customer"]
    said = [
        (position, result)
        for position, result in zip(own, results, strict=True)
        if chat.messages[position].text.strip()
    ]
    if not said:
        return _silent(language)
    mood = aggregate([result.probabilities for _, result in said], [_weight(chat.messages[at]) for at, _ in said])
    moods = [result.sentiment for _, result in said]
    deciding_message, deciding = said[mood.deciding]
    read = [result for _, result in said] if together is None else [together]
    aspects = _join_aspects(read)
    by_rules = _ended_badly(_turns(chat, language, dict(said)), mood.probabilities.negative)
    return ChatResult(
        language=language,
        sentiment=mood.probabilities.label,
        probabilities=mood.probabilities,
        deciding_sentence=deciding.deciding_sentence,
        aspects=aspects,
        flags=tuple(flag for flag in FLAGS if any(flag in result.flags for result in read)),
        is_unsure=mood.is_unsure,
        start=moods[0],
        worst=min(moods, key=SENTIMENTS.index),
        end=moods[-1],
        ended_badly=by_rules if ending is None else ending + (RULES_SAY_SO if by_rules else 0) >= ENDED_BADLY_FROM,
        deciding_message=deciding_message,
    )


def _ended_badly(turns: Sequence[_Turn], negative: float) -> bool:
    last = max(position for position, turn in enumerate(turns) if turn.result is not None)
    farewell, answers = turns[last], turns[last + 1 :]
    is_unhappy = farewell.result is not None and farewell.result.sentiment == "negative"
    if "resignation" in farewell.signs:
        return True
    if "resolved" in farewell.signs and not is_unhappy:
        return False
    if answers:
        return _is_left_without_solution(answers, is_unhappy)
    if is_unhappy or "waiting" in farewell.signs or negative > NEGATIVE_ON_THE_WHOLE:
        return True
    is_answered = last > 0 and turns[last - 1].result is None
    if not is_answered:
        return "thanks" not in farewell.signs
    # Polite, but the last answer was a refusal: nothing has been solved.
    return turns[last - 1].is_refusal


def _is_left_without_solution(answers: Sequence[_Turn], is_unhappy: bool) -> bool:
    """The customer said nothing more: silence after a refusal is not consent."""
    signs = frozenset[str]().union(*(answer.signs for answer in answers))
    if "solution" in signs:
        return False
    return "no_solution" in signs or is_unhappy


def _turns(chat: ChatInput, language: str, results: dict[int, TextResult]) -> list[_Turn]:
    phrases = load_lexicon(language).chat
    turns = []
    for position, message in enumerate(chat.messages):
        signs = frozenset(hit.label for hit in phrases.find(find_words(message.text)))
        if message.text.strip():
            turns.append(_Turn(signs, results.get(position)))
    return turns


def _join_aspects(results: Sequence[TextResult]) -> dict[str, str]:
    """Of several judgements of an aspect the worst counts, then praise, as within a text."""
    ranks = {"negative": 0, "positive": 1, "neutral": 2}
    joined = {}
    for aspect in ASPECTS:
        judged = [result.aspects[aspect] for result in results if aspect in result.aspects]
        if judged:
            joined[aspect] = min(judged, key=ranks.__getitem__)
    return joined


def _weight(message: ChatMessage) -> float:
    return float(min(max(len(message.text.split()), 1), MOST_WORDS_WEIGHED))


def _silent(language: str) -> ChatResult:
    return ChatResult(
        language=language,
        sentiment="neutral",
        probabilities=NOTHING_SAID,
        deciding_sentence=Span(0, 0),
        aspects={},
        flags=(),
        is_unsure=False,
        start="neutral",
        worst="neutral",
        end="neutral",
        ended_badly=False,
        deciding_message=None,
    )
