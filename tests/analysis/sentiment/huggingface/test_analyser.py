"""The analyser over such a model: opened late, once, and told apart from the texts where it cannot be opened."""

import threading
from pathlib import Path
from typing import Any

import pytest

from analysis.sentiment.huggingface import source
from analysis.sentiment.huggingface.analyser import HuggingFaceAnalyser
from analysis.sentiment.huggingface.source import Source
from analysis.sentiment.loading import load_analyser
from analysis.sentiment.protocol import ChatInput, ChatMessage, ModelUnavailable, TextInput
from tests.analysis.sentiment.huggingface.pipelines import FakePipeline
from tests.analysis.sentiment.huggingface.tiny import folder

LABELS = {0: "NEGATIVE", 1: "NEUTRAL", 2: "POSITIVE"}


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model folder on a machine that has everything such models need."""
    monkeypatch.setattr(source, "find_spec", lambda name: object())
    return str(folder(tmp_path / "mood", labels=LABELS))


class Opening:
    """Counts how often the model is opened, and with what."""

    def __init__(self) -> None:
        self.opened: list[tuple[Source, int]] = []

    def __call__(self, found: Source, threads: int) -> FakePipeline:
        self.opened.append((found, threads))
        return FakePipeline()


def test_it_works(model: str) -> None:
    opening = Opening()
    analyser = HuggingFaceAnalyser(model, threads=3, opening=opening)
    version = analyser.version
    assert analyser.name == "mood"
    assert opening.opened == []
    bad, good = analyser.analyse_texts([TextInput("The courier was bad, I want a refund"), TextInput("fine")])
    assert (bad.sentiment, good.sentiment) == ("negative", "positive")
    assert "refund" in bad.flags
    (chat,) = analyser.analyse_chats([ChatInput([ChatMessage("customer", "bad")])])
    assert (chat.end, chat.ended_badly) == ("negative", True)
    ((found, threads),) = opening.opened
    assert (found.version, threads) == (version, 3)


def test_nothing_to_read_opens_nothing(model: str) -> None:
    opening = Opening()
    analyser = HuggingFaceAnalyser(model, opening=opening)
    assert analyser.analyse_texts([]) == analyser.analyse_chats([]) == []
    assert opening.opened == []


def test_threads_share_one_model_and_take_turns(model: str) -> None:
    inside: list[int] = []
    crowd: list[int] = []

    class Crowded(FakePipeline):
        def __call__(self, texts: Any) -> Any:
            inside.append(1)
            crowd.append(len(inside))
            answer = super().__call__(texts)
            inside.pop()
            return answer

    opened: list[int] = []
    analyser = HuggingFaceAnalyser(model, opening=lambda *_: opened.append(1) or Crowded())  # type: ignore[func-returns-value]
    threads = [threading.Thread(target=analyser.analyse_texts, args=([TextInput("fine")],)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(opened), set(crowd)) == (1, {1})


def test_a_model_that_cannot_be_opened_may_be_mended(model: str) -> None:
    def broken(*_: Any) -> Any:
        if not mended:
            raise RuntimeError("size mismatch for classifier.weight\nand more")
        return FakePipeline()

    mended: list[int] = []
    analyser = HuggingFaceAnalyser(model, opening=broken)
    with pytest.raises(ModelUnavailable, match=r"^mood cannot be opened: size mismatch for classifier\.weight$"):
        analyser.analyse_texts([TextInput("fine")])
    mended.append(1)
    assert analyser.analyse_texts([TextInput("fine")])[0].sentiment == "positive"


def test_a_model_that_is_nowhere_is_told_when_its_version_is_asked_for(model: str) -> None:
    analyser = load_analyser(model=f"{model}-gone")
    assert analyser.name == "mood-gone"
    with pytest.raises(ModelUnavailable, match="there is no folder"):
        _ = analyser.version
    with pytest.raises(ModelUnavailable, match="there is no folder"):
        analyser.analyse_texts([TextInput("fine")])


def test_without_torch_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "find_spec", lambda name: None if name == "torch" else object())
    with pytest.raises(ModelUnavailable, match=r"otklik\[torch\]"):
        _ = load_analyser(model=str(folder(tmp_path / "mood"))).version
