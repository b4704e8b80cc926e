"""From the trained network to what is shipped: an ONNX graph, fused, with int8 weights, checked against the network."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import helper
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from tokenizers import Tokenizer

from analysis.sentiment.training.learning import PAD
from analysis.sentiment.training.network import Heads, Network
from analysis.sentiment.training.shrinking import shrink

OPSET = 17
AT_ONCE = 16
SMALLEST_APART = 4096  # bytes; what is smaller stays in the graph
INPUTS = ("input_ids", "attention_mask")
FIRST_TRACED = ("Заказ пришёл вовремя", "Late again, nobody answers the phone")


def export(network: Network, tokenizer: Tokenizer, samples: Sequence[str], folder: Path) -> Path:
    """Writes ``float.onnx`` and ``model.onnx`` (int8) into ``folder``; returns the second.

    ``samples`` are texts like those to be read: the ranges of the int8 graph are seen on them.
    """
    network.eval()
    network.encoder.config._attn_implementation = "eager"
    raw, fused, final = folder / "raw.onnx", folder / "float.onnx", folder / "model.onnx"
    torch.onnx.export(
        network,
        as_tensors(tokenizer, FIRST_TRACED),
        str(raw),
        input_names=list(INPUTS),
        output_names=list(Heads._fields),
        dynamic_axes={
            **{name: {0: "batch", 1: "tokens"} for name in (*INPUTS, "token_moods")},
            **{name: {0: "batch"} for name in ("moods", "labels", "aspect_moods")},
        },
        opset_version=OPSET,
        dynamo=False,
    )
    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False  # the vocabulary is packed by itself
    config = network.encoder.config
    model = optimizer.optimize_model(
        str(raw),
        "bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        optimization_options=options,
        opt_level=1,
    )
    _part_norms(model.model)
    model.save_model_to_file(str(fused))
    shrink(
        fused,
        final,
        [_feeds(as_tensors(tokenizer, samples[at : at + AT_ONCE])) for at in range(0, len(samples), AT_ONCE)],
    )
    return final


def _part_norms(model: onnx.ModelProto) -> None:
    """Sum and normalisation as operators of their own: together they are slow on a processor (``SLOW_FUSIONS``)."""
    nodes = model.graph.node
    for node in [node for node in nodes if node.op_type == "SkipLayerNormalization"]:
        summed, other, gamma, beta, *bias = node.input
        at = list(nodes).index(node)
        nodes.remove(node)
        parts = []
        for number, addend in enumerate([*bias, other]):
            parts.append(helper.make_node("Add", [summed, addend], [f"{node.name}_{number}"], f"{node.name}_{number}"))
            summed = f"{node.name}_{number}"
        epsilon = next(attribute.f for attribute in node.attribute if attribute.name == "epsilon")
        parts.append(
            helper.make_node(
                "LayerNormalization", [summed, gamma, beta], node.output[:1], node.name, axis=-1, epsilon=epsilon
            )
        )
        for offset, part in enumerate(parts):
            nodes.insert(at + offset, part)


def save_apart(source: Path, final: Path) -> None:
    """Writes the graph of ``source`` to ``final`` and its weights to a file beside it (``NAME.data``).

    Weights in a file of their own are mapped into memory: rows of the vocabulary that no text needs stay on the disk.
    """
    weights = final.with_name(f"{final.name}.data")
    weights.unlink(missing_ok=True)  # onnx would append to it
    model = onnx.load(str(source))
    onnx.save_model(
        model,
        str(final),
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=weights.name,
        size_threshold=SMALLEST_APART,
    )
    weights.chmod(0o644)


def as_tensors(tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Input ids and attention mask."""
    ids = [tokenizer.encode(text).ids for text in texts]
    table = torch.full((len(ids), max(map(len, ids))), PAD)
    for row, some in enumerate(ids):
        table[row, : len(some)] = torch.tensor(some)
    return table, (table != PAD).long()


def run(path: Path, inputs: tuple[torch.Tensor, torch.Tensor]) -> list[NDArray[np.float32]]:
    """The outputs of a graph."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    outputs: list[NDArray[np.float32]] = session.run(list(Heads._fields), _feeds(inputs))
    return outputs


def _feeds(inputs: tuple[torch.Tensor, torch.Tensor]) -> dict[str, NDArray[np.int64]]:
    return {name: tensor.numpy() for name, tensor in zip(INPUTS, inputs, strict=True)}
