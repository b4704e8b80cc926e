"""Stand-ins for what lies outside of the code under test."""

from collections.abc import Sequence

from analysis.sentences import Span
from analysis.sentiment.protocol import ChatInput, ChatResult, Probabilities, TextInput, TextResult

SURE = {
    "negative": Probabilities(0.9, 0.07, 0.03),
    "neutral": Probabilities(0.1, 0.8, 0.1),
    "positive": Probabilities(0.02, 0.08, 0.9),
}


class ScriptedAnalyser:
    """A model that reads what the text says of itself: its first word is the mood, words with # are flags.

    A text with POISON breaks the whole call. `calls` has the size of each call.
    """

    name = "scripted"
    version = "7"

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.priors: list[str | None] = []

    def analyse_texts(self, batch: Sequence[TextInput]) -> list[TextResult]:
        self.calls.append(len(batch))
        self.priors += [text.language_prior for text in batch]
        return [self._read(text.text, text.language_prior or "en") for text in batch]

    def analyse_chats(self, batch: Sequence[ChatInput]) -> list[ChatResult]:
        self.calls.append(len(batch))
        return [self._read_chat(chat) for chat in batch]

    def _read(self, text: str, language: str) -> TextResult:
        if "POISON" in text:
            raise ValueError(f"cannot read {text}")
        first, *words = text.split()
        mood = first if first in SURE else "neutral"
        flags = tuple(word[1:] for word in words if word.startswith("#"))
        return TextResult(language, mood, SURE[mood], Span(0, len(mood)), {"delivery": mood}, flags, False)

    def _read_chat(self, chat: ChatInput) -> ChatResult:
        own = [(at, m) for at, m in enumerate(chat.messages) if m.author == "customer"]
        read = [(at, self._read(message.text, "en")) for at, message in own]
        at, worst = next(((at, r) for at, r in read if r.sentiment == "negative"), read[-1])
        return ChatResult(
            **vars(worst), start=read[0][1].sentiment, worst=worst.sentiment, end=read[-1][1].sentiment,
            ended_badly=read[-1][1].sentiment == "negative", deciding_message=at,
        )  # fmt: skip
