"""The fast tokenizer underneath transformers by itself: the library around it costs 50 MB and a second each time."""

from pathlib import Path

from tokenizers import Tokenizer


def load_tokenizer(folder: Path, longest: int) -> Tokenizer:
    """The tokenizer of a Hugging Face folder, cutting texts at ``longest`` tokens; asks no network."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(longest)
    return tokenizer
