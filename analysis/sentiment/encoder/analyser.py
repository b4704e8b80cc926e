"""The shipped analyser: one call of the model for a batch of texts, three for a batch of chats; n-grams beside it."""

from collections.abc import Sequence
from pathlib import Path

from analysis.language import detect_language, is_transliterated
from analysis.sentiment.chats import join_chat
from analysis.sentiment.encoder.blocks import prepare
from analysis.sentiment.encoder.concluding import chance_of, conclude
from analysis.sentiment.encoder.model import EncoderModel, read_calibration, shipped_folder
from analysis.sentiment.encoder.ngrams import SecondOpinion
from analysis.sentiment.encoder.wording import chat_as_read
from analysis.sentiment.protocol import ChatInput, ChatResult, ModelUnavailable, TextInput, TextResult
from analysis.vocabulary import ASPECTS, FLAGS

ENDED_BADLY = "ended_badly"


class EncoderAnalyser:
    """Implements ``Analyser`` over a model folder; ``threads`` are those of the model."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._model = EncoderModel(folder, threads)
        self._second = SecondOpinion()
        self._calibration = read_calibration(folder)
        self.name = self._calibration.name
        self.version = self._calibration.version

    def analyse_texts(self, batch: Sequence[TextInput]) -> list[TextResult]:
        texts = [prepare(text) for text in batch]
        blocks = [(block, text.language) for text in texts for block in text.blocks]
        heads = iter(self._model.read([block.text for block, _ in blocks]))
        opinions = iter(self._second.of(blocks))
        return [
            conclude(text, [next(heads) for _ in text.blocks], [next(opinions) for _ in text.blocks], self._calibration)
            for text in texts
        ]

    def analyse_chats(self, batch: Sequence[ChatInput]) -> list[ChatResult]:
        said = [[message.text for message in chat.messages if message.author == "customer"] for chat in batch]
        languages = [
            detect_language("\n".join(texts), chat.language_prior) for chat, texts in zip(batch, said, strict=True)
        ]
        whole = self.analyse_texts(
            [TextInput("\n".join(texts), language) for texts, language in zip(said, languages, strict=True)]
        )
        each = iter(
            self.analyse_texts(
                [TextInput(text, language) for texts, language in zip(said, languages, strict=True) for text in texts]
            )
        )
        endings = self._endings(batch, languages)
        return [
            join_chat(chat, language, [next(each) for _ in texts], together, ending)
            for chat, language, texts, together, ending in zip(batch, languages, said, whole, endings, strict=True)
        ]

    def _endings(self, batch: Sequence[ChatInput], languages: Sequence[str]) -> list[float]:
        """How likely each chat ended badly, by the conversation as a whole."""
        texts = []
        for chat, language in zip(batch, languages, strict=True):
            lines = [(message.author, message.text) for message in chat.messages]
            written = "\n".join(text for author, text in lines if author == "customer")
            texts.append(chat_as_read(lines, language, is_transliterated(written, language)))
        position = len(ASPECTS) + len(FLAGS)
        return [chance_of(float(heads.labels[position])) for heads in self._model.read(texts)]


def open_shipped(threads: int) -> EncoderAnalyser:
    """The analyser over the model that comes with the product; ModelUnavailable where its files are not whole."""
    try:
        return EncoderAnalyser(shipped_folder(), threads)
    except Exception as error:
        raise ModelUnavailable(
            f"not set, and the shipped model cannot be read: install Otklik again ({error})"
        ) from error
