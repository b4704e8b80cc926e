"""The recipe on a tiny encoder: it learns, goes on after an interruption, and what it exports says the same."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from analysis.sentiment.training.e5 import Encoder
from analysis.sentiment.training.exporting import as_tensors, export, run, save_apart
from analysis.sentiment.training.learning import Plan, collate, learn
from analysis.sentiment.training.lessons import Lesson
from analysis.sentiment.training.network import Network, build

HIDDEN, LAYERS, HEADS, INNER = 32, 2, 2, 64
WORDS = [
    "<s>", "<pad>", "</s>", "<unk>", "good", "bad", "fine", "awful", "late", "courier", "price", "ok", "when", "the",
    "was", "is",
]  # fmt: skip


@pytest.fixture
def tokenizer() -> Tokenizer:
    made = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return made


def a_network(seed: int = 1) -> Network:
    random = np.random.default_rng(seed)
    shapes = {"embeddings.word_embeddings.weight": (40, HIDDEN), "embeddings.position_embeddings.weight": (64, HIDDEN)}
    shapes |= {"embeddings.token_type_embeddings.weight": (2, HIDDEN), "embeddings.LayerNorm.weight": (HIDDEN,)}
    shapes |= {"embeddings.LayerNorm.bias": (HIDDEN,)}
    for layer in range(LAYERS):
        for part, (out, into) in {
            "attention.self.query": (HIDDEN, HIDDEN), "attention.self.key": (HIDDEN, HIDDEN),
            "attention.self.value": (HIDDEN, HIDDEN), "attention.output.dense": (HIDDEN, HIDDEN),
            "intermediate.dense": (INNER, HIDDEN), "output.dense": (HIDDEN, INNER),
        }.items():  # fmt: skip
            shapes[f"encoder.layer.{layer}.{part}.weight"] = (out, into)
            shapes[f"encoder.layer.{layer}.{part}.bias"] = (out,)
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"encoder.layer.{layer}.{part}.weight"] = shapes[f"encoder.layer.{layer}.{part}.bias"] = (HIDDEN,)
    tensors = {name: (random.standard_normal(shape) * 0.1).astype(np.float32) for name, shape in shapes.items()}
    for name in tensors:
        if name.endswith("LayerNorm.weight"):
            tensors[name] = np.ones_like(tensors[name])
    torch.manual_seed(seed)
    return build(Encoder(HIDDEN, LAYERS, HEADS, INNER, 40, 64, 2, 1e-12, tensors), torch.arange(len(WORDS)))


def lessons() -> list[Lesson]:
    some = [
        Lesson(
            "the courier was late bad", "en", "own", "negative", aspects={"delivery": "negative"}, flags=frozenset()
        ),
        Lesson("awful price", "en", "own", "negative", aspects={"price": "negative"}, flags=frozenset({"refund"})),
        Lesson("good fine", "en", "own", "positive", aspects={}, flags=frozenset()),
        Lesson("when is the courier", "en", "own", "neutral", aspects={}, flags=frozenset()),
        Lesson("bad awful", "en", "custrev", "negative", has_neutral=False),
        Lesson("the courier was late", "en", "chat", ended_badly=True),
        Lesson("ok good", "en", "chat", ended_badly=False),
    ]
    return some * 40


PLAN = Plan(passes=4, batch=16, longest=16, rate=2e-3, head_rate=1e-2)


def test_it_learns_every_head(tokenizer: Tokenizer, tmp_path: Path) -> None:
    network = a_network()
    learn(network, tokenizer, lessons(), PLAN, tmp_path / "c.pt", lambda _: None)
    batch = collate(tokenizer, lessons()[:7], 16)
    with torch.no_grad():
        heads = network.eval()(batch.input_ids, batch.attention_mask)
    assert heads.moods[:4].argmax(1).tolist() == [0, 0, 2, 1]
    given = heads.labels.sigmoid() > 0.5
    known = batch.labels >= 0
    assert ((given == (batch.labels > 0.5)) | ~known).all()


def test_an_interrupted_run_ends_like_one_that_was_not(tokenizer: Tokenizer, tmp_path: Path) -> None:
    whole = a_network()
    learn(whole, tokenizer, lessons(), PLAN, tmp_path / "whole.pt", lambda _: None)

    class Interrupted(Exception):
        pass

    def stop(_: str) -> None:
        raise Interrupted

    short = Plan(**(PLAN.__dict__ | {"batch": 4}))
    reference, broken = a_network(), a_network()
    learn(reference, tokenizer, lessons(), short, tmp_path / "reference.pt", lambda _: None)
    with pytest.raises(Interrupted):
        learn(broken, tokenizer, lessons(), short, tmp_path / "part.pt", stop)
    again = a_network(seed=2)
    learn(again, tokenizer, lessons(), short, tmp_path / "part.pt", lambda _: None)
    for name, tensor in reference.state_dict().items():
        assert torch.allclose(tensor, again.state_dict()[name], atol=1e-4), name


def test_the_exported_graph_says_the_same(tokenizer: Tokenizer, tmp_path: Path) -> None:
    network = a_network()
    learn(network, tokenizer, lessons(), PLAN, tmp_path / "c.pt", lambda _: None)
    samples = ["the courier was late", "good price", "when is the courier ok"]
    final = export(network, tokenizer, samples, tmp_path)
    inputs = as_tensors(tokenizer, ["the courier was late", "good", "awful price when"])
    with torch.no_grad():
        wanted = network.eval()(*inputs)
    for path, tolerance in ((tmp_path / "float.onnx", 1e-3), (final, 0.5)):
        for given, tensor in zip(run(path, inputs), wanted, strict=True):
            assert given == pytest.approx(tensor.numpy(), abs=tolerance)
    assert final.stat().st_size < (tmp_path / "float.onnx").stat().st_size
    for _ in range(2):  # written again, nothing is appended
        save_apart(final, tmp_path / "apart.onnx")
    assert (tmp_path / "apart.onnx.data").stat().st_size < final.stat().st_size
    for given, before in zip(run(tmp_path / "apart.onnx", inputs), run(final, inputs), strict=True):
        assert (given == before).all()
