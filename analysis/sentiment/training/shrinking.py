"""int8 that keeps what the network says: outliers of activations moved into the weights, the vocabulary scaled by row.

SmoothQuant (Xiao et al. 2023): before a product, channels of the input are divided by s = max|x|^a / max|w|^(1-a), rows
of the weights multiplied by it; then both fit into one byte. a = 0.75 lost least of 0 to 1 on the development texts.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

Floats = NDArray[np.float32]
Feeds = dict[str, NDArray[np.int64]]

SHIFT = 0.75
SMALLEST, LEAST_SCALE, MOST_SCALE = 1e-3, 0.02, 50.0
ONE_BYTE = 127
VOCABULARY_ROWS = 10_000


def shrink(source: Path, final: Path, samples: Sequence[Feeds]) -> None:
    """Writes ``final``, the fused graph of ``source`` in int8; activations are seen on ``samples``."""
    model = onnx.load(str(source))
    _smooth(model, _largest_inputs(model, samples))
    _scale_vocabulary(model)
    smooth = final.with_suffix(".smooth.onnx")
    onnx.save(model, str(smooth))
    quantize_dynamic(
        str(smooth),
        str(final),
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Attention"],
        # The heads are small and decide: they stay float.
        nodes_to_exclude=[node.name for node in model.graph.node if node.op_type == "MatMul" and not _is_inner(node)],
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    smooth.unlink()


def _is_inner(node: onnx.NodeProto) -> bool:
    return node.op_type == "Attention" or (node.op_type == "MatMul" and "encoder" in node.name)


def _products(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    """The products of the encoder with weights that do not change."""
    constant = {tensor.name for tensor in model.graph.initializer}
    return [node for node in model.graph.node if _is_inner(node) and node.input[1] in constant]


def _largest_inputs(model: onnx.ModelProto, samples: Sequence[Feeds]) -> dict[str, Floats]:
    """The largest absolute value of each channel of each product's input."""
    names = sorted({node.input[0] for node in _products(model)})
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    largest: dict[str, Floats] = {}
    for feeds in samples:
        is_token = feeds["attention_mask"].astype(bool)
        for name, values in zip(names, session.run(names, feeds), strict=True):
            most = np.abs(values[is_token]).max(axis=0)
            largest[name] = np.maximum(largest.get(name, most), most)
    return largest


def _smooth(model: onnx.ModelProto, largest: dict[str, Floats]) -> None:
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    for number, node in enumerate(_products(model)):
        source, weights = node.input[0], numpy_helper.to_array(tensors[node.input[1]])
        scale = np.maximum(largest[source], SMALLEST) ** SHIFT
        scale = scale / np.maximum(np.abs(weights).max(axis=1), SMALLEST) ** (1 - SHIFT)
        scale = np.clip(scale / np.exp(np.log(scale).mean()), LEAST_SCALE, MOST_SCALE).astype(np.float32)
        tensors[node.input[1]].CopyFrom(numpy_helper.from_array(weights * scale[:, None], node.input[1]))
        model.graph.initializer.append(numpy_helper.from_array(1 / scale, f"smooth_{number}"))
        product = helper.make_node("Mul", [source, f"smooth_{number}"], [f"smoothed_{number}"], name=f"smooth_{number}")
        model.graph.node.insert(list(model.graph.node).index(node), product)
        node.input[0] = f"smoothed_{number}"


def _scale_vocabulary(model: onnx.ModelProto) -> None:
    """The table of pieces as one byte a number and a scale a row, unpacked after it was looked up."""
    tables = {tensor.name: tensor for tensor in model.graph.initializer if _is_vocabulary(tensor)}
    for node in [node for node in model.graph.node if node.op_type == "Gather" and node.input[0] in tables]:
        values = numpy_helper.to_array(tables[node.input[0]])
        scale = np.maximum(np.abs(values).max(axis=1, keepdims=True), SMALLEST).astype(np.float32) / ONE_BYTE
        model.graph.initializer.remove(tables[node.input[0]])
        model.graph.initializer.append(numpy_helper.from_array(np.round(values / scale).astype(np.int8), "pieces"))
        model.graph.initializer.append(numpy_helper.from_array(scale, "piece_scales"))
        ids, at = node.input[1], list(model.graph.node).index(node)
        unpacked = [
            helper.make_node("Gather", ["pieces", ids], ["piece_bytes"], name="look_up_pieces"),
            helper.make_node("Cast", ["piece_bytes"], ["piece_numbers"], to=onnx.TensorProto.FLOAT, name="as_numbers"),
            helper.make_node("Gather", ["piece_scales", ids], ["piece_scale"], name="look_up_scales"),
            helper.make_node("Mul", ["piece_numbers", "piece_scale"], [node.output[0]], name="unpack_pieces"),
        ]
        model.graph.node.remove(node)
        for offset, new in enumerate(unpacked):
            model.graph.node.insert(at + offset, new)


def _is_vocabulary(tensor: onnx.TensorProto) -> bool:
    return len(tensor.dims) == 2 and tensor.dims[0] >= VOCABULARY_ROWS
