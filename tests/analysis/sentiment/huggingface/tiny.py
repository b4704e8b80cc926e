"""A model folder as transformers reads it: a real configuration and tokenizer; weights only where torch makes them."""

import json
from pathlib import Path
from typing import Any

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = [*SPECIAL, "good", "bad", "fine", "awful", "thanks", "the", "courier", "was", "late", ".", "!"]
THREE = {0: "negative", 1: "neutral", 2: "positive"}


def folder(at: Path, labels: dict[int, str] = THREE, **config: Any) -> Path:
    """A folder with everything but sensible weights."""
    at.mkdir(parents=True, exist_ok=True)
    given = {
        "model_type": "bert", "architectures": ["BertForSequenceClassification"], "vocab_size": len(WORDS),
        "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8,
        "max_position_embeddings": 32, "id2label": labels, "label2id": {name: at for at, name in labels.items()},
    }  # fmt: skip
    (at / "config.json").write_text(json.dumps(given | config), encoding="utf-8")
    (at / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    (at / "model.safetensors").write_bytes(b"weights")
    return at
