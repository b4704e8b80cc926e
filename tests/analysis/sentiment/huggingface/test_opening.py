"""A real, tiny model through the real pipeline of transformers, wherever torch is installed."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis.sentiment.huggingface.opening import call_options, open_pipeline
from analysis.sentiment.huggingface.scorer import TEXTS_AT_ONCE, PipelineScorer
from analysis.sentiment.huggingface.source import find_source
from analysis.sentiment.loading import load_analyser
from analysis.sentiment.passages import Passage
from analysis.sentiment.protocol import ChatInput, ChatMessage, ModelUnavailable, TextInput
from tests.analysis.sentiment.huggingface.tiny import THREE, folder

TEXTS = ["good", "bad courier was late !", "the " * 200, "fine . thanks", "awful \ud800 awful", "😡", "."] * 9


@pytest.mark.parametrize(("positions", "longest", "pad", "length", "size"), [
    (512, 512, "[PAD]", 510, TEXTS_AT_ONCE),
    (514, 10**30, "<pad>", 512, TEXTS_AT_ONCE),
    (8192, 10**30, "[PAD]", 512, TEXTS_AT_ONCE),
    (8192, 128, "[PAD]", 128, TEXTS_AT_ONCE),
    (None, 10**30, None, 512, 1),
])  # fmt: skip
def test_texts_are_cut_where_the_model_ends(
    positions: int | None, longest: int, pad: str | None, length: int, size: int
) -> None:
    config = SimpleNamespace(**({"max_position_embeddings": positions} if positions else {}))
    options = call_options(config, SimpleNamespace(model_max_length=longest, pad_token=pad))
    assert (options["max_length"], options["batch_size"], options["truncation"]) == (length, size, True)
    assert (options["top_k"], options["function_to_apply"]) == (None, "softmax")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder with weights that torch made."""
    return trained(tmp_path / "tiny", THREE)


def trained(at: Path, labels: dict[int, str]) -> Path:
    import torch  # here because not every machine that collects this file has it
    from transformers import AutoConfig, BertForSequenceClassification, BertTokenizerFast

    folder(at, labels, initializer_range=1.0)  # less, and all texts would be alike to it
    torch.manual_seed(3)
    made = BertForSequenceClassification(AutoConfig.from_pretrained(at))
    made.save_pretrained(at)
    BertTokenizerFast(str(at / "vocab.txt")).save_pretrained(at)
    return at


def by_hand(model: Path, text: str) -> list[float]:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(model)(text, truncation=True, max_length=30, return_tensors="pt")
    with torch.no_grad():
        logits = AutoModelForSequenceClassification.from_pretrained(model)(**tokens).logits
    shares: list[float] = logits.softmax(-1)[0].tolist()
    return shares


@pytest.mark.needs("torch")
def test_probabilities_are_those_of_the_model(model: Path) -> None:
    found = find_source(str(model), {})
    texts = [text.replace("\ud800", "?") for text in TEXTS[:7]]
    scores = PipelineScorer(open_pipeline(found, 1), found.labels).score([Passage(t, "en", []) for t in texts])
    for text, score in zip(texts, scores, strict=True):
        assert [score.negative, score.neutral, score.positive] == pytest.approx(by_hand(model, text), abs=1e-5)
    assert len({round(score.negative, 3) for score in scores}) > 3


@pytest.mark.needs("torch")
def test_any_text_has_its_result_and_its_place(model: Path) -> None:
    analyser = load_analyser(2, model=str(model))
    results = analyser.analyse_texts([TextInput(text) for text in TEXTS])
    alone = [analyser.analyse_texts([TextInput(text)])[0] for text in TEXTS[:7]]
    assert [r.sentiment for r in results] == [r.sentiment for r in alone] * 9
    assert all(sum(vars(r.probabilities).values()) == pytest.approx(1) for r in results)
    (chat,) = analyser.analyse_chats([ChatInput([ChatMessage("customer", "bad courier was late !")])])
    assert chat.end == results[1].sentiment
    assert (analyser.name, len(analyser.version)) == ("tiny", 12)


@pytest.mark.needs("torch")
def test_a_model_of_two_classes(tmp_path: Path) -> None:
    analyser = load_analyser(model=str(trained(tmp_path / "two", {0: "LABEL_0", 1: "LABEL_1"})))
    for result in analyser.analyse_texts([TextInput(text) for text in TEXTS[:7]]):
        assert result.probabilities.neutral == 0


@pytest.mark.needs("torch")
def test_weights_that_are_none_are_told(model: Path) -> None:
    (model / "model.safetensors").write_bytes(b"weights")
    with pytest.raises(ModelUnavailable, match=r"^tiny cannot be opened: "):
        load_analyser(model=str(model)).analyse_texts([TextInput("fine")])
