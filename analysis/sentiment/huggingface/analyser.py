"""An analyser whose moods come from a model of the Hugging Face kind; aspects, flags and chats from our own rules."""

from collections.abc import Callable, Sequence
from functools import cached_property
from threading import RLock

from analysis.sentiment.analysing import ComposedAnalyser
from analysis.sentiment.huggingface.labels import parse_labels
from analysis.sentiment.huggingface.opening import open_pipeline
from analysis.sentiment.huggingface.scorer import Classify, PipelineScorer
from analysis.sentiment.huggingface.source import Source, find_source, first_line, name_of, need_libraries
from analysis.sentiment.protocol import ChatInput, ChatResult, ModelUnavailable, TextInput, TextResult


class HuggingFaceAnalyser:
    """Implements ``Analyser``. The configuration is read when the version is asked for, the weights on the first text.

    Threads may share it; they take turns, because the tokenizers of transformers bear one at a time.
    """

    def __init__(
        self,
        model: str,
        labels: str | None = None,
        threads: int = 1,
        opening: Callable[[Source, int], Classify] = open_pipeline,
    ) -> None:
        self.name = name_of(model)
        self._model = model
        self._labels = parse_labels(labels) if labels else {}
        self._threads = threads
        self._opening = opening
        self._turn = RLock()

    @property
    def version(self) -> str:
        return self._source.version

    def analyse_texts(self, batch: Sequence[TextInput]) -> list[TextResult]:
        with self._turn:
            return self._composed.analyse_texts(batch) if batch else []

    def analyse_chats(self, batch: Sequence[ChatInput]) -> list[ChatResult]:
        with self._turn:
            return self._composed.analyse_chats(batch) if batch else []

    @cached_property
    def _source(self) -> Source:
        need_libraries()
        return find_source(self._model, self._labels)

    @cached_property
    def _composed(self) -> ComposedAnalyser:
        source = self._source
        try:
            classify = self._opening(source, self._threads)
        except Exception as error:  # weights of another shape, a broken file, too little memory: no text is to blame
            raise ModelUnavailable(f"{source.name} cannot be opened: {first_line(error)}") from error
        return ComposedAnalyser(source.name, source.version, PipelineScorer(classify, source.labels))
