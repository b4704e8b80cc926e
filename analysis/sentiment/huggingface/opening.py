"""The one call that makes a pipeline of ``transformers``; everything around it works without torch."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.sentiment.huggingface.scorer import TEXTS_AT_ONCE, Classify
from analysis.sentiment.huggingface.source import Source

MOST_TOKENS = 512
TOKENS_KEPT_FREE = 2  # models of the RoBERTa kind count their positions from 2


def open_pipeline(source: Source, threads: int) -> Classify:
    """Read tokenizer and weights; raises whatever transformers raises. The number of threads is the whole process's."""
    # Heavy on purpose: seconds and hundreds of megabytes, for the process that analyses alone.
    import torch
    from transformers import pipeline  # late for the same reason
    from transformers.utils import logging  # and this

    quiet: Any = logging
    quiet.disable_progress_bar()
    torch.set_num_threads(threads)
    run = pipeline("text-classification", model=source.place, tokenizer=source.place, revision=source.revision)
    options = call_options(run.model.config, run.tokenizer)

    def classify(texts: Sequence[str]) -> Sequence[Sequence[Mapping[str, Any]]]:
        answers: Any = run(list(texts), **options)
        return list(answers)

    return classify


def call_options(config: Any, tokenizer: Any) -> dict[str, Any]:
    """All labels of each text as probabilities; texts cut where the model ends; one by one where it cannot fill up."""
    positions = getattr(config, "max_position_embeddings", None) or MOST_TOKENS + TOKENS_KEPT_FREE
    return {
        "top_k": None,
        "function_to_apply": "softmax",
        "truncation": True,
        "max_length": min(MOST_TOKENS, positions - TOKENS_KEPT_FREE, tokenizer.model_max_length),
        "batch_size": 1 if tokenizer.pad_token is None else TEXTS_AT_ONCE,
    }
